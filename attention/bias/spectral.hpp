// attention/bias/spectral.hpp
//
// The covariance of a stationary field of separable spectral density, as a bias on a grid of spacing dx_a:
//
//   S(k) = C / prod_a (k_a^2 + alpha_a^2),     1 / (2 pi)^D integral S(k) exp(i k . x) dk = C prod_a g_a
//   at(b, h, i, j) = C prod_a g_a(x_a),        x_a = |d_a(i, j)| dx_a
//
//   g(x) = exp(-alpha x) / (2 alpha)                   on an open axis
//   g(x) = sum_m exp(-alpha |x + m L|) / (2 alpha)     on a periodic axis, L = n dx: all its images
//        = cosh(alpha (L / 2 - x)) / (2 alpha sinh(alpha L / 2))
//
// Gradients of the parameters of a head, with d_at its d_score. By d g / d alpha = g d log g / d alpha,
//
//   d_C = sum d_at prod_a g_a          d_alpha_a = sum d_at C prod_a g_a (d log g_a / d alpha_a)
//   d log g / d alpha = -1 / alpha - x                                              on an open axis
//                     = -1 / alpha - (x + (L - x) r) / (1 + r) - L (1 - e) / e      on a periodic axis
//
// with r = exp(-alpha (L - 2 x)) <= 1 and e = 1 - exp(-alpha L); there
// g = exp(-alpha x) (1 + r) / (2 alpha e), which does not overflow as cosh and sinh do.
//
// Source   Fourier transform of the Lorentzian; the geometric series over m. The prefactor 1 / (2 pi)^D goes
//          with the inverse transform: at(x = 0) = C / prod_a 2 alpha_a on open axes is the variance
// Shapes   parameters (C, alpha_1 .. alpha_D) (H|1, 1 + D), D in 1..3: the last D axes of (z, y, x), in the
//          order (.., y, x)
// Units    x, dx, L [length]; alpha [1 / length]; C [length^-D] for a bias without a unit
// Cost     a score: one exponential for each open axis, three for each periodic one
// Limits   see grid.hpp; alpha > 0, not checked: the table is on the device. Far away the bias is 0, so the
//          weights after a softmax are flat there, not small: exp(0) = 1. For weights that decay see
//          monotone.hpp
#pragma once

#include "attention/bias/grid.hpp"

namespace attune::attention::bias {

// g and d log g / d alpha along one axis.
template <class Scalar> struct Decay {
  Scalar value, slope_of_log;

  KOKKOS_FUNCTION static Decay open(Scalar alpha, Scalar x) {
    return {Kokkos::exp(-alpha * x) / (2 * alpha), -1 / alpha - x};
  }
  KOKKOS_FUNCTION static Decay periodic(Scalar alpha, Scalar x, Scalar length) {
    const Scalar r = Kokkos::exp(-alpha * (length - 2 * x)), e = -Kokkos::expm1(-alpha * length);
    return {Kokkos::exp(-alpha * x) * (1 + r) / (2 * alpha * e),
            -1 / alpha - (x + (length - x) * r) / (1 + r) - length * (1 - e) / e};
  }
};

template <class Scalar> struct Spectral {
  View2<const Scalar> parameters;
  Grid grid;
  Kokkos::Array<Scalar, 3> spacing;  // dx_a, (z, y, x)

  Spectral(const View2<const Scalar>& table, const Grid& of_tokens,
           const Kokkos::Array<double, 3>& dx = {1, 1, 1})
      : parameters(table), grid(of_tokens) {
    require(entries() >= 2 && entries() <= 4, "parameters (H|1, 1 + D), D in 1..3");
    for (int a = 0; a < 3; ++a) {
      require(dx[a] > 0, "spacings are positive");
      spacing[a] = static_cast<Scalar>(dx[a]);
    }
  }

  KOKKOS_FUNCTION Scalar at(Index, Index h, Index i, Index j) const {
    const Triple d = grid.difference(i, j);
    Scalar product = of_head(parameters, h, 0);
    for (int entry = 1; entry <= axes(); ++entry) product *= along(h, entry, d).value;
    return product;
  }
  const Grid& difference_grid() const { return grid; }
  Index rows() const { return static_cast<Index>(parameters.extent(0)); }
  Index entries() const { return static_cast<Index>(parameters.extent(1)); }
  bool fits(const Shape4& pairs) const { return grid.fits(pairs); }
  template <class Visit>
  KOKKOS_FUNCTION void each(Index, Index h, Index i, Index j, const Visit& visit) const {
    const Triple d = grid.difference(i, j);
    Scalar product = 1, slope[3];
    for (int entry = 1; entry <= axes(); ++entry) {
      const Decay<Scalar> decay = along(h, entry, d);
      product *= decay.value;
      slope[entry - 1] = decay.slope_of_log;
    }
    visit(0, product);
    for (int entry = 1; entry <= axes(); ++entry)
      visit(entry, of_head(parameters, h, 0) * product * slope[entry - 1]);
  }

  KOKKOS_FUNCTION int axes() const { return static_cast<int>(parameters.extent(1)) - 1; }

  // The factor of the axis whose alpha is this entry.
  KOKKOS_FUNCTION Decay<Scalar> along(Index h, int entry, const Triple& d) const {
    const int a = 2 - axes() + entry;
    const Scalar alpha = of_head(parameters, h, entry);
    const Scalar x = static_cast<Scalar>(d[a] < 0 ? -d[a] : d[a]) * spacing[a];
    if (!grid.periodic[a]) return Decay<Scalar>::open(alpha, x);
    return Decay<Scalar>::periodic(alpha, x, static_cast<Scalar>(grid.keys[a]) * spacing[a]);
  }
};

}  // namespace attune::attention::bias
