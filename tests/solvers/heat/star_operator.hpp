// tests/solvers/heat/star_operator.hpp
//
// L u = sum_a r_a (u_{i - e_a} - 2 u_i + u_{i + e_a}) as an Operator, time in units of the step of the rates.
#pragma once

#include "solvers/heat/differences.hpp"
#include "solvers/heat/operator.hpp"
#include "tests/solvers/heat/problem.hpp"

namespace attune::test {

template <class Scalar> struct StarKernel {
  Field<Scalar> u, du;
  Kokkos::Array<Scalar, 3> r;
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    Scalar change[lanes] = {};
    heat::add_differences(u, r, at, change);
    for (int c = 0; c < at.cells; ++c) du(at.k, at.j, at.i + c) = change[c];
  }
};

template <class Scalar> struct StarOperator {
  using Number = Scalar;
  static constexpr bool symmetric = true;
  Domain domain;
  heat::Boundaries boundaries;
  heat::Rates r;

  void apply(const Field<Scalar>& u, const Field<Scalar>& du) const {
    heat::fill_ghosts(u, domain, boundaries);
    const StarKernel<Scalar> kernel{u, du, {Scalar(r[0]), Scalar(r[1]), Scalar(r[2])}, Blocks(u.box)};
    Kokkos::parallel_for("test::star", kernel.blocks.policy(), kernel);
  }
  double spectral_radius() const { return 4 * (r[0] + r[1] + r[2]); }
  Field<Scalar> field(const std::string& label) const {
    return domain.field<Scalar>(label, {r[0] > 0, r[1] > 0, r[2] > 0});
  }
};
static_assert(heat::Operator<StarOperator<double>>);

template <class Scalar = double> StarOperator<Scalar> star(const HeatProblem& problem, double r) {
  return {problem.domain, problem.boundaries, heat_rates(r, problem.dimensions)};
}

}  // namespace attune::test
