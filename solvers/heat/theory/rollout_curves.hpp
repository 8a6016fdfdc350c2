// solvers/heat/theory/rollout_curves.hpp
//
// The error of every step of a rollout, for many starts at once and for any pair of symmetric methods, without
// stepping (T12).
//
// Equation  e_n = |(g_A^n - g_T^n) u0^| / |g_T^n u0^|,  n = 0 .. N,  u^ and theta as in rollout.hpp
//           with s = 4 sum_a r_a sin^2(theta_a / 2), X_a = 2 r_a sin^2(theta_a / 2), g(theta) is
//           heat equation exp(-sum_a r_a theta_a^2);  m explicit sub-steps (1 - s / m)^m;
//           backward Euler 1 / (1 + s);  Douglas and Gunn 1 - 2 sum_a X_a / prod_a (1 + X_a)
// Source    von Neumann analysis, [leveque2007] chapter 9; [douglas1964]
// Shapes    starts (samples, nz ny nx), errors (samples, N + 1)
// Limits    real symbols, even in every theta_a; doubles, relative error about n 1e-16 of g^n; with a growing
//           method the errors end as infinity
#pragma once

#include "solvers/heat/theory/band_fit.hpp"
#include "solvers/heat/theory/covariance.hpp"

namespace attune::heat::theory {

RealSymbol heat_symbol(const PerAxis& r);
RealSymbol explicit_symbol(const PerAxis& r, int substeps);
RealSymbol backward_euler_symbol(const PerAxis& r);
RealSymbol douglas_gunn_symbol(const PerAxis& r);
RealSymbol persistence_symbol();
RealSymbol stencil_symbol(const Stencil& stencil);  // of a stencil symmetric along every axis

// g at every mode, in the order of spectrum.hpp.
std::vector<double> at_modes(const Grid& grid, const RealSymbol& symbol);

// max |g| over the modes.
double largest_size(const std::vector<double>& g);

std::vector<std::vector<double>> rollout_curves(const Grid& grid, const Fields& starts,
                                                const std::vector<double>& g_A,
                                                const std::vector<double>& g_T, Index steps);

}  // namespace attune::heat::theory
