// solvers/heat/conductivity_laws.hpp
//
// How conductivity depends on temperature.
//
// A law has two members, both for any u:
//   kappa(u)       the conductivity, not negative where the temperature goes [m^2/s]
//   transform(u)   Kirchhoff's transform, int_0^u kappa
//
// Equation  PowerLaw   kappa0 |u|^m            kappa0 u |u|^m / (m + 1)      m > 0: fronts of finite speed
//           LinearLaw  kappa0 (1 + beta u)     kappa0 u (1 + beta u / 2)     where 1 + beta u > 0
// Source    [vazquez2007]; Kirchhoff's transform [carslaw1959]
#pragma once

#include "core/core/views.hpp"

namespace attune::heat {

struct PowerLaw {
  double kappa0, m;
  KOKKOS_FUNCTION double kappa(double u) const { return kappa0 * Kokkos::pow(Kokkos::abs(u), m); }
  KOKKOS_FUNCTION double transform(double u) const { return u * kappa(u) / (m + 1); }
};

struct LinearLaw {
  double kappa0, beta;
  KOKKOS_FUNCTION double kappa(double u) const { return kappa0 * (1 + beta * u); }
  KOKKOS_FUNCTION double transform(double u) const { return kappa0 * u * (1 + beta * u / 2); }
};

// The mean of kappa between two temperatures: the slope of its transform, and where the difference would
// cancel three points of Gauss's rule, whose error (u_b - u_a)^6 is then below rounding.
template <class Law> KOKKOS_FUNCTION double mean_conductivity(const Law& law, double a, double b) {
  const double gap = b - a, middle = 0.5 * (a + b);
  if (Kokkos::abs(gap) > 0x1p-7 * (Kokkos::abs(a) + Kokkos::abs(b)))
    return (law.transform(b) - law.transform(a)) / gap;
  const double reach = 0.5 * gap * 0.7745966692414834;  // sqrt(3/5)
  return (5 * (law.kappa(middle - reach) + law.kappa(middle + reach)) + 8 * law.kappa(middle)) / 18;
}

}  // namespace attune::heat
