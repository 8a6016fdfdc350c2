// solvers/heat/spectral.hpp
//
// Multiplies every eigenmode of the boundary conditions by a symbol: the exact solution of any
// constant-coefficient problem, in one step of any length.
//
//   periodic    theta = 2 pi min(k, N - k) / N     FFT     (FFTW R2HC, HC2R)
//   neumann     theta = pi m / N,  m = 0 .. N - 1  DCT-II  (REDFT10, then REDFT01 back)
//   dirichlet   theta = pi m / N,  m = 1 .. N      DST-II  (RODFT10, then RODFT01 back)
//
// All transforms are real, so the symbol must be even in each theta_a, as every diffusion symbol is. A line
// is always transformed whole, by one rank, so the result does not depend on the number of ranks.
// Cost     5 N log2 N flops a line and transform; two moves of the field between ranks an axis
#pragma once

#include <functional>

#include "solvers/heat/boundary.hpp"

namespace attune::heat {

using Angles = Kokkos::Array<double, 3>;  // theta per axis (z, y, x), 0 along collapsed axes
using Symbol = std::function<double(const Angles&)>;  // multiplier of a mode

// u <- F^-1 symbol F u on the own cells; ghosts are left stale. Collective.
template <class Scalar>
void apply_symbol(const Field<Scalar>& u, const Domain& domain, const Boundaries& boundaries,
                  const Symbol& symbol);

// Angle of transform index k of an axis of N cells.
double angle_of(Boundary boundary, Index k, Index cells);

// Exact propagators over a step with rates r_a = kappa_a dt / h_a^2:
//   lattice        exp(-4 sum_a r_a sin^2(theta_a / 2))    of du/dt = the centred differences (the method of
//   lines) band-limited   exp(-sum_a r_a theta_a^2)               of u_t = kappa_a u_aa on the interpolating
//   trigonometric sum
Symbol lattice_propagator(const Kokkos::Array<double, 3>& r);
Symbol band_limited_propagator(const Kokkos::Array<double, 3>& r);

}  // namespace attune::heat
