// solvers/heat/symmetrised.hpp
//
// The linearisation of u_t = div(kappa(u) grad u) in the variable in which it is symmetric.
//
// Equation  D K of nonlinear.hpp, D the differences of Kirchhoff's transform and K = diag(kappa(u)), is
//           similar to S = K^1/2 D K^1/2:   with s = K^1/2 y,   y - a D K y = r   <=>   s - a S s = K^1/2 r,
//           y = r + a D K^1/2 s
// S is symmetric and not positive; no division by kappa, which may vanish. A preconditioner of 1 - a S is
// K^-1/2 M K^-1/2 with M a multigrid cycle for K^-1 - a D; there kappa is kept above `least` of its largest.
// Source    [trottenberg2001] for M
// Cost      S: 6 D + 2 flops a cell; bytes: v, S v, K^1/2 twice, a field of work twice, D conductances
// Limits    kappa >= 0. The work space is the operator's own: one apply at a time
#pragma once

#include "solvers/heat/face_multigrid.hpp"

namespace attune::heat {

template <class Scalar> struct Product {
  Field<Scalar> to, x, y;
  Blocks blocks;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    const Scalar *const left = &x(at.k, at.j, at.i), *const right = &y(at.k, at.j, at.i);
    Scalar* const into = &to(at.k, at.j, at.i);
    for (int c = 0; c < at.cells; ++c) into[c] = left[c] * right[c];
  }
};
// to <- x y, cell by cell; `to` may be one of them.
template <class Scalar>
void multiply(const Field<Scalar>& to, const Field<Scalar>& x, const Field<Scalar>& y) {
  const Product<Scalar> product{to, x, y, Blocks(to.box)};
  Kokkos::parallel_for("heat::multiply", product.blocks.policy(), product);
}

// root <- kappa^1/2, and for least > 0 inverse <- max(kappa, least)^-1/2.
template <class Scalar> struct Roots {
  Field<Scalar> kappa, root, inverse;
  double least;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const double value = kappa(k, j, i);
    root(k, j, i) = static_cast<Scalar>(Kokkos::sqrt(value));
    if (least > 0) inverse(k, j, i) = static_cast<Scalar>(1 / Kokkos::sqrt(value > least ? value : least));
  }
};

template <class Scalar> struct Symmetrised {
  using Number = Scalar;
  static constexpr bool symmetric = true;
  FaceOperator<Scalar> differences;  // D
  Field<Scalar> root;  // K^1/2
  Field<Scalar> work;  // of `differences`
  double largest_kappa;

  void apply(const Field<Scalar>& v, const Field<Scalar>& dv) const {
    multiply(work, root, v);
    differences.apply(work, dv);
    multiply(dv, root, dv);
  }
  double spectral_radius() const { return differences.spectral_radius() * largest_kappa; }
  Field<Scalar> field(const std::string& label) const { return differences.field(label); }
};

// K^-1/2 M K^-1/2
template <class Scalar> struct SymmetrisedCycle {
  FaceMultigrid<Scalar> cycle;
  Field<Scalar> inverse_root, scaled;

  void precondition(double a, const Field<Scalar>& r, const Field<Scalar>& z) const {
    multiply(scaled, inverse_root, r);
    cycle.precondition(a, scaled, z);
    multiply(z, inverse_root, z);
  }
};

}  // namespace attune::heat
