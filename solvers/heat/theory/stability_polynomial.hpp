// solvers/heat/theory/stability_polynomial.hpp
//
// What one step of an explicit integrator of u' = l u multiplies u by, as a polynomial R of z = dt l.
//
// Equation  Taylor  R = sum_{k <= order} z^k / k!      Euler, two-stage, classical Runge-Kutta: order 1, 2, 4
//           RKL1    R = P_s(1 + 2 z / (s^2 + s))
//           RKL2    R = 1 - b + b P_s(1 + 4 z / (s^2 + s - 2)),   b = (s^2 + s - 2) / (2 s (s + 1))
//           RKC2    R = 1 - b T_s(w0) + b T_s(w0 + w1 z),   b = T''_s(w0) / T'_s(w0)^2,
//                   w0 = 1 + 2 / (13 s^2),   w1 = T'_s(w0) / T''_s(w0)
//           P_s(x) = (1/pi) int_0^pi (x + sqrt(x^2 - 1) cos phi)^s dphi                (Laplace's integral)
//           T_s(x) = cosh(s t),  T'_s = s sinh(s t) / sinh t,
//           T''_s = (s^2 cosh(s t) - s coth t sinh(s t)) / sinh^2 t,   x = cosh t
// Source    [hairer1996], IV.2; [meyer2014]; [sommeijer1998]; [whittaker1927], 15.23 for Laplace's integral
// Limits    real z <= 0; s of at least 1 (RKL1) or 2; extended precision inside
#pragma once

#include <functional>

namespace attune::heat::theory {

double taylor_polynomial(int order, double z);
double rkl1_polynomial(int stages, double z);
double rkl2_polynomial(int stages, double z);
double rkc2_polynomial(int stages, double z);

// The largest x with |R(-y)| <= 1 + 1e-13 for all y in [0, x]; `stride` is finer than R varies.
double first_growth(const std::function<double(double)>& polynomial, double stride);

}  // namespace attune::heat::theory
