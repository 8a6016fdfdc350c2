// solvers/heat/laplacian.hpp
//
// The centred star Laplacian of order 2 p, p = 1 .. 4: the right-hand side of the method of lines.
//
//   (L u)_i = sum_a rate_a sum_{k=1}^p c_k ((u_{i - k e_a} + u_{i + k e_a}) - 2 u_i)
//   rate_a = kappa_a / h_a^2,   c_k = 2 (-1)^{k+1} (p!)^2 / (k^2 (p - k)! (p + k)!)
//
// A mode of angles theta is an eigenvector of eigenvalue -sum_a rate_a lambda(theta_a),
//
//   lambda(theta) = 2 sum_{j=1}^p (2 sin(theta / 2))^{2 j} / (j^2 binomial(2 j, j)),
//
// the series of theta^2 = 4 arcsin^2(sin(theta / 2)) cut after p terms. Every term grows on [0, pi], so the
// largest eigenvalue is that of the largest angle of each axis; lambda(pi) = 4, 16/3, 272/45, 2048/315.
// The differences to u_i are summed, not the products: L of a constant is exactly zero.
//
// Source   [fornberg1988] for c_k
// Units    rate [1/s]
// Cost     4 p flops a cell and axis with rate_a > 0; bytes: u once, L u once
// Limits   float, double; a walled axis with rate_a > 0 has at least p cells
#pragma once

#include "core/core/measure.hpp"
#include "solvers/heat/boundary.hpp"
#include "solvers/heat/ftcs.hpp"

namespace attune::heat {

// c_1 .. c_p of the star of an even order of at least 2.
std::vector<double> star_weights(int order);

// lambda(theta) of the star of that order.
double star_symbol(int order, double theta);

template <class Scalar> class Laplacian {
 public:
  using Number = Scalar;
  static constexpr bool symmetric = true;

  // Order 2, 4, 6 or 8; rate_a = 0 along collapsed axes.
  Laplacian(const Domain& cells, const Boundaries& conditions, const Rates& rates, int order);

  // du <- L u on the own cells, after filling the ghosts of u. Collective.
  void apply(const Field<Scalar>& u, const Field<Scalar>& du) const;

  // The largest eigenvalue of -L on this grid, exactly.
  double spectral_radius() const;

  // A field with p ghosts along the axes with rate_a > 0.
  Field<Scalar> field(const std::string& label) const;

  Cost cost() const;  // of apply() on the own cells, ghosts left out

 private:
  Domain domain;
  Boundaries boundaries;
  Rates rate;
  int reach;  // p
};

}  // namespace attune::heat
