// solvers/heat/theory/anisotropy.hpp
//
// How anisotropic a tensor in the plane may be before a window has no nonnegative consistent weights for it.
//
// Equation  K = lambda v v^T + v' v'^T, v = (cos phi, sin phi) as (x, y), v' across;
//           sum_o c_o o o^T = 2 K,  c >= 0;   with tau = (lambda - 1) / (lambda + 1) and K of trace 1
//             K_xx - K_yy = tau cos 2 phi,  2 K_xy = tau sin 2 phi
//           largest_ratio(window, phi) from the largest tau, a linear programme in tau and c
//           closed form: tau (cos 2 phi, sin 2 phi) has to lie in the polygon of the doubled directions of
//           the window; its edge over two neighbouring directions an angle gap apart is cos(gap) from the
//           centre, so that tau <= cos(gap) for all phi: lambda <= cot^2(gap / 2) at the bisector of the
//           widest gap
//           box of half-width W: gap = arctan(1 / W), lambda <= (W + sqrt(1 + W^2))^2, phi = gap / 2 (T11)
// Source    3 + 2 sqrt 2 for W = 1 [weickert1998]; sparse alternatives of unbounded radius [fehrenbach2014]
// Limits    windows in the plane of (y, x) that hold -o with o
#pragma once

#include <vector>

#include "solvers/heat/theory/stencil.hpp"

namespace attune::heat::theory {

// Infinite where v is a direction of the window, to round-off.
double largest_ratio(const std::vector<Triple>& window, double phi);

struct WorstAngle {
  double ratio = 0, phi = 0;  // phi in [0, pi)
};

// The least of largest_ratio over all orientations, by scan and golden section on the linear programme.
WorstAngle worst_angle(const std::vector<Triple>& window, int scan = 360);

// The same from the widest gap between the directions of the window.
WorstAngle widest_gap(const std::vector<Triple>& window);

}  // namespace attune::heat::theory
