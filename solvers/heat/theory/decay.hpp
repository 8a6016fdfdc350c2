// solvers/heat/theory/decay.hpp
//
// By how much one mode of a grid is multiplied in n steps, by method.
//
// Equation  s = 4 sum_a r_a sin^2(theta_a / 2),  r_a = kappa dt / h_a^2,  theta_a of grid.hpp
//           FTCS (1 - s)^n;  backward Euler (1 + s)^-n;  Crank-Nicolson ((1 - s/2) / (1 + s/2))^n;
//           lattice propagator exp(-n s);  heat equation exp(-n sum_a r_a theta_a^2) = exp(-kappa |k|^2 t)
// Source    [leveque2007] chapter 9
// Units     r [1], kappa [m^2/s], k [1/m], t [s]
// Limits    relative error below 1e-14 while the factor of one step is not below 1e-4 in size and the result
//           is not below 1e-300; powers are exp(n log1p(.)) in extended precision
#pragma once

#include "solvers/heat/theory/grid.hpp"

namespace attune::heat::theory {

double ftcs_decay(const Grid& grid, const Triple& mode, const PerAxis& r, Index steps);
double backward_euler_decay(const Grid& grid, const Triple& mode, const PerAxis& r, Index steps);
double crank_nicolson_decay(const Grid& grid, const Triple& mode, const PerAxis& r, Index steps);
double lattice_decay(const Grid& grid, const Triple& mode, const PerAxis& r, Index steps);
double heat_decay(const Grid& grid, const Triple& mode, const PerAxis& r, Index steps);

// exp(-kappa |k|^2 t) of a wave vector k.
double heat_decay(double kappa, const PerAxis& k, double time);

}  // namespace attune::heat::theory
