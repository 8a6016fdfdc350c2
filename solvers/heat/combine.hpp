// solvers/heat/combine.hpp
//
// Linear combinations and inner products of fields, as integrators and solvers need them.
//
//   combine(to, {{c1, x1}, {c2, x2}, ...})      to_i <- sum_n c_n x_n,i on the own cells; `to` may be one of the x
//   inner(a, b, communicator)                   sum_i a_i b_i, the same on any number of ranks (core/sum)
//
// Cost     2 n flops a cell; every field read once, `to` written once
// Limits   at most 8 terms; fields of one box, halos may differ
#pragma once

#include <initializer_list>

#include "core/core/field.hpp"
#include "core/core/require.hpp"
#include "core/core/sum.hpp"

namespace attune::heat {

template <class Scalar> struct Term {
  double factor;
  Field<Scalar> x;
};

template <class Scalar> struct Combine {
  static constexpr int most = 8;
  Field<Scalar> to;
  Kokkos::Array<Scalar, most> factor;
  Kokkos::Array<Field<Scalar>, most> x;
  int terms;
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    Scalar sum[lanes] = {};
    for (int t = 0; t < terms; ++t) {
      const Scalar* const from = &x[t](at.k, at.j, at.i);
      for (int c = 0; c < at.cells; ++c) sum[c] += factor[t] * from[c];
    }
    Scalar* const into = &to(at.k, at.j, at.i);
    for (int c = 0; c < at.cells; ++c) into[c] = sum[c];
  }
};

template <class Scalar> void combine(const Field<Scalar>& to, std::initializer_list<Term<Scalar>> terms) {
  require(terms.size() <= Combine<Scalar>::most, "at most 8 fields in one combination");
  Combine<Scalar> sum{to, {}, {}, 0, Blocks(to.box)};
  for (const auto& term : terms) {
    require(term.x.box == to.box, "fields of the same cells");
    sum.factor[sum.terms] = static_cast<Scalar>(term.factor);
    sum.x[sum.terms++] = term.x;
  }
  Kokkos::parallel_for("heat::combine", sum.blocks.policy(), sum);
}

template <class Scalar> struct InnerTerm {
  Field<Scalar> a, b;
  KOKKOS_FUNCTION void operator()(const Block& block, double* x) const {
    const Scalar *const left = &a(block.k, block.j, block.i), *const right = &b(block.k, block.j, block.i);
    for (int c = 0; c < block.cells; ++c) x[c] = double(left[c]) * double(right[c]);
  }
};

template <class Scalar>
double inner(const Field<Scalar>& a, const Field<Scalar>& b, const Communicator& communicator) {
  return sum::over_cells("heat::inner", a.box, InnerTerm<Scalar>{a, b}, communicator);
}

}  // namespace attune::heat
