// solvers/heat/anisotropic.hpp
//
// div(A grad u) with a symmetric positive definite tensor A in every cell, by weights that are never
// negative.
//
// Equation  A_ab / (h_a h_b) = sum_n rho_n e_n e_n^T in every cell (selling.hpp), and for every n and sign
//           (L u)_x = sum_{y = x + e, x - e} w_xy (u_y - u_x),   w_xy = (rho_e(x) + rho_e(y)) / 2
//           rho_e(y) = 0 where cell y does not use the offset e. L is minus the gradient of the energy
//           sum_x sum_n rho_n(x) [ (u_{x+e} - u_x)^2 + (u_{x-e} - u_x)^2 ] / 4.
// Symmetric and negative semi-definite, as w_xy = w_yx >= 0; without Dirichlet walls sum_x (L u)_x = 0.
// Walls     a mirror: cells beyond it have the mirrored values of u (even or odd) and mirrored offsets, so
//           that edges across it keep their symmetry. Without flux this means n . A grad u = 0.
// Bounds    no eigenvalue of -L beyond 2 max_x sum_y w_xy; a forward Euler step dt <= largest_step() keeps
//           every |u| below the largest before it, and without Dirichlet walls keeps u between its extremes.
//           Beside a Dirichlet wall an edge that slants across it reads -u of another cell, and u may change
//           its sign.
// Order     2 in h where A is smooth, also where its offsets change from cell to cell; 1 where a wall without
//           flux is no principal direction of A: there the mirror bends u at the wall
// Source    [fehrenbach2014] (AD-LBR); the average of the weights of both ends is its energy
// Units     A [m^2/s], h [m], w [1/s]
// Cost      3 flops an edge end; bytes: 16 (double) or 12 (float) an edge end, u and du once. An edge has two
//           ends; a constant A has 6 an inner cell in two dimensions at most, 12 in three
// Limits    float, double; D = 1, 2, 3; a halo of reach(), which grows like the square root of the ratio of
//           A's eigenvalues at worst and is at most as wide as a walled axis. Set up on the host
#pragma once

#include "solvers/heat/faces.hpp"
#include "solvers/heat/selling.hpp"

namespace attune::heat {

// A on the own cells, components as in selling.hpp; those of collapsed axes need no field.
using TensorField = Kokkos::Array<Field<double>, 6>;

// The same tensor in every cell.
TensorField constant_tensor(const Tensor& A, const Box& own);

// Weights of the edges at each own cell: ends row(c) .. row(c + 1) - 1 for the c-th cell in row-major order.
template <class Scalar> struct EdgeEnds {
  View1<Index> row;  // (cells + 1)
  View1<Index> step;  // (ends)  from u_x to u_y, in a field with the halo of the operator
  View1<Scalar> w;  // (ends)
};

template <class Scalar> class Anisotropic {
 public:
  using Number = Scalar;
  static constexpr bool symmetric = true;

  Anisotropic(const TensorField& A, const Widths& h, const Domain& domain, const Boundaries& boundaries);

  void apply(const Field<Scalar>& u, const Field<Scalar>& du) const;
  double spectral_radius() const { return radius_; }
  double largest_step() const { return largest_step_; }  // [s]
  Field<Scalar> field(const std::string& label) const { return domain_.field<Scalar>(label, reach_); }
  Triple reach() const { return reach_; }  // max |e_a|, over all cells

 private:
  Domain domain_;
  Boundaries boundaries_;
  Triple reach_{0, 0, 0};
  EdgeEnds<Scalar> ends_;
  double radius_ = 0, largest_step_ = 0;
};

}  // namespace attune::heat
