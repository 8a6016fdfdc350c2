// solvers/heat/theory/stability_polynomial.cpp
//
// Closed forms, no recurrences. Laplace's integrand is a polynomial of degree s in cos phi, for which the
// midpoint rule is exact from s / 2 + 1 points on; its terms are at most 1 in size for |x| <= 1, so nothing
// cancels.
#include "solvers/heat/theory/stability_polynomial.hpp"

#include <cmath>
#include <complex>
#include <numbers>

#include "core/core/require.hpp"

namespace attune::heat::theory {
namespace {

using Real = long double;

Real legendre(int s, Real x) {
  const std::complex<Real> root = std::sqrt(std::complex<Real>(x * x - 1));
  Real sum = 0;
  for (int n = 0; n <= s; ++n) {
    const Real phi = std::numbers::pi_v<Real> * (n + Real(0.5)) / (s + 1);
    sum += std::pow(x + root * std::cos(phi), s).real();
  }
  return sum / (s + 1);
}

Real chebyshev(int s, Real x) {
  if (std::abs(x) <= 1) return std::cos(s * std::acos(x));
  const Real size = std::cosh(s * std::acosh(std::abs(x)));
  return x < 0 && s % 2 == 1 ? -size : size;
}

}  // namespace

double taylor_polynomial(int order, double z) {
  Real sum = 0;
  for (int k = 0; k <= order; ++k) sum += std::pow(Real(z), k) / std::tgamma(Real(k + 1));
  return static_cast<double>(sum);
}

double rkl1_polynomial(int stages, double z) {
  require(stages >= 1, "at least one stage");
  const Real s = stages;
  return static_cast<double>(legendre(stages, 1 + 2 * Real(z) / (s * s + s)));
}

double rkl2_polynomial(int stages, double z) {
  require(stages >= 2, "at least two stages");
  const Real s = stages, both = s * s + s - 2, b = both / (2 * s * (s + 1));
  return static_cast<double>(1 - b + b * legendre(stages, 1 + 4 * Real(z) / both));
}

double rkc2_polynomial(int stages, double z) {
  require(stages >= 2, "at least two stages");
  const Real s = stages, w0 = 1 + 2 / (13 * s * s), t = std::acosh(w0);
  const Real slope = s * std::sinh(s * t) / std::sinh(t);
  const Real bend =
      (s * s * std::cosh(s * t) - s / std::tanh(t) * std::sinh(s * t)) / std::pow(std::sinh(t), 2);
  const Real b = bend / (slope * slope);
  return static_cast<double>(1 - b * chebyshev(stages, w0) + b * chebyshev(stages, w0 + slope / bend * z));
}

double first_growth(const std::function<double(double)>& polynomial, double stride) {
  const auto stable = [&](double x) { return std::abs(polynomial(-x)) <= 1 + 1e-13; };
  double x = 0;
  while (stable(x + stride)) x += stride;
  for (; x + stride > x; stride /= 2)
    if (stable(x + stride)) x += stride;
  return x;
}

}  // namespace attune::heat::theory
