// solvers/heat/theory/integrator_decay.hpp
//
// By how much one mode of a grid is multiplied in n steps of the integrators that decay.hpp leaves out.
//
// Equation  z = -sum_a r_a 4 sum_{j <= p} c_j sin^2(j theta_a / 2): dt times the eigenvalue of the star of
//           order 2 p
//           explicit           R(z)^n, R of stability_polynomial.hpp
//           TR-BDF2            ((1 - (q - 1) s) / (1 + (2 - q) s + (3/2 - q) s^2))^n,
//                              q = sqrt(2), s = -z, p = 1
//           Douglas and Gunn   (1 - 2 (X + Y + Z) / ((1 + X) (1 + Y) (1 + Z)))^n,
//                              X = 2 r_x sin^2(theta_x / 2), ...
//           positive map       prod_a (1 - r_a (x + x^2 / 12) + r_a^2 x^2 / 2)^n,  x = 4 sin^2(theta_a / 2):
//                              exp(-r_a theta^2) cut after r_a^2, theta^2 to order 4 in the first term and
//                              to order 2 in the second
// Source    [fornberg1988] for c_j; [hosea1996]; [douglas1964]; T6 of the heat theory
// Units     r [1], z [1]
// Limits    relative errors of a few ulp n; r_a = 0 along absent axes
#pragma once

#include <functional>

#include "solvers/heat/theory/grid.hpp"

namespace attune::heat::theory {

// z of the star of an even order, at most 0.
double star_eigenvalue(const Grid& grid, const Triple& mode, const PerAxis& r, int order);

double explicit_decay(const std::function<double(double)>& polynomial, double z, Index steps);
double tr_bdf2_decay(const Grid& grid, const Triple& mode, const PerAxis& r, Index steps);
double douglas_gunn_decay(const Grid& grid, const Triple& mode, const PerAxis& r, Index steps);
double positive_map_decay(const Grid& grid, const Triple& mode, const PerAxis& r, Index steps);

// The most that solving the systems of one implicit step to a relative residual of 1 changes a mode, relative
// to the step's own factor: the sum over solves of |right side| times what the rest of the step makes of it.
double backward_euler_sensitivity(double s);
double crank_nicolson_sensitivity(double s);
double tr_bdf2_sensitivity(double s);

}  // namespace attune::heat::theory
