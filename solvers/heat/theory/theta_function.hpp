// solvers/heat/theory/theta_function.hpp
//
// The symbol of the untrained Gaussian head with an infinite window, bias -d^2 / (4r), and how far it is from
// the propagator of the heat equation. Summed over the reciprocal lattice (Poisson), where every term is
// positive: an attention kernel sums the other side.
//
// Equation  g(theta) = sum_m exp(-r (theta - 2 pi m)^2) / Z,   Z = sum_m exp(-r (2 pi m)^2)
//           g(theta) - exp(-r theta^2)
//             = (1/Z) sum_{m>0} exp(-r (2 pi m - theta)^2) (1 - exp(-4 pi m r theta))^2 >= 0
//           in D dimensions g is the product over the axes
// Source    [whittaker1927] 21.51 (Jacobi's imaginary transformation); the difference by pairing m with -m
// Limits    r > 0; |theta| is taken into [0, pi]; cost 1 / sqrt(r) terms; no cancellation anywhere
#pragma once

#include <vector>

#include "solvers/heat/theory/grid.hpp"

namespace attune::heat::theory {

double gaussian_head_symbol(double r, double theta);
double gaussian_head_symbol(double r, const PerAxis& theta);  // an absent axis has theta = 0

// g(theta) - exp(-r |theta|^2)
double gaussian_head_excess(double r, double theta);
double gaussian_head_excess(double r, const PerAxis& theta);

struct Supremum {
  double value = 0;
  PerAxis theta{0, 0, 0};  // where
};

// The largest excess over the products of the given angles per axis; an absent axis has the one angle 0.
Supremum gaussian_head_supremum(double r, const std::array<std::vector<double>, 3>& thetas);

// The same over all angles in [0, pi]^D, D = dimensions, by scanning and zooming in.
Supremum gaussian_head_supremum(double r, int dimensions);

// The angles of the modes of a grid along one axis: 2 pi m / N for m = 0 .. N/2 (periodic), pi m / N at
// walls.
std::vector<double> grid_angles(const Grid& grid, int axis);

}  // namespace attune::heat::theory
