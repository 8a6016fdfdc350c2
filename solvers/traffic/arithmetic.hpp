// solvers/traffic/arithmetic.hpp
//
// The kinds of number that a car-following law may be asked with, and the functions that laws are written in:
//
//   double                    a vehicle; on devices, and where parameters differ from vehicle to vehicle
//   Lanes                     as many vehicles as a register of the processor holds
//   std::complex<double>      derivatives by a complex step: comparisons look at the real part
//
//   larger, smaller (a, b)    square_root(x), x >= 0    exponential(x)    loose_exponential(x)
//   hyperbolic_tangent(x)
//   power(x, y), x >= 0, y a double
//
// Lanes take x of exponential() below -708 for -708 and above 709 for 709; they agree with double to a few
// units of the last place, not bit by bit. What a lane gets does not depend on which it is.
//
// Positions and speeds may be stored in float: arithmetic is in double all the same.
#pragma once

#include <complex>
#include <type_traits>

#include "core/core/simd.hpp"
#include "core/core/views.hpp"
#include "solvers/traffic/lanes.hpp"

namespace attune::traffic {

struct Lanes {
  simd::Vector<double> value;
  static constexpr int count = simd::width<double>;

  Lanes() : value{} {}
  Lanes(double x) : value(simd::splat(x)) {}
  ATTUNE_INLINE explicit Lanes(simd::Vector<double> x) : value(x) {}
  ATTUNE_INLINE double operator[](int l) const { return value[l]; }

  ATTUNE_INLINE friend Lanes operator+(Lanes a, Lanes b) { return Lanes(a.value + b.value); }
  ATTUNE_INLINE friend Lanes operator-(Lanes a, Lanes b) { return Lanes(a.value - b.value); }
  ATTUNE_INLINE friend Lanes operator*(Lanes a, Lanes b) { return Lanes(a.value * b.value); }
  ATTUNE_INLINE friend Lanes operator/(Lanes a, Lanes b) { return Lanes(a.value / b.value); }
  ATTUNE_INLINE friend Lanes operator-(Lanes a) { return Lanes(-a.value); }
};

template <class Number> inline constexpr bool is_complex = std::is_same_v<Number, std::complex<double>>;

// Of one that may be a constant: the other says which kind of number it is. By value, since constants of a
// class have no address on devices.
template <class Number> KOKKOS_INLINE_FUNCTION Number larger(Number a, std::type_identity_t<Number> b) {
  if constexpr (std::is_same_v<Number, Lanes>)
    return Lanes(simd::max(a.value, b.value));
  else if constexpr (is_complex<Number>)
    return a.real() > b.real() ? a : b;
  else
    return a > b ? a : b;
}
template <class Number> KOKKOS_INLINE_FUNCTION Number smaller(Number a, std::type_identity_t<Number> b) {
  return -larger<Number>(-a, -b);
}

// Lane by lane where the processor has no instruction for it.
template <class Function> ATTUNE_INLINE Lanes each_lane(Lanes x, const Function& function) {
  for (int l = 0; l < Lanes::count; ++l) x.value[l] = function(x.value[l]);
  return x;
}

template <class Number> KOKKOS_INLINE_FUNCTION Number square_root(const Number& x) {
  if constexpr (std::is_same_v<Number, Lanes>)
    return each_lane(x, [](double lane) { return Kokkos::sqrt(lane); });
  else if constexpr (is_complex<Number>)
    return std::sqrt(x);
  else
    return Kokkos::sqrt(x);
}

template <class Number> KOKKOS_INLINE_FUNCTION Number exponential(const Number& x) {
  if constexpr (std::is_same_v<Number, Lanes>)
    return Lanes(lanes::exponential(x.value));
  else if constexpr (is_complex<Number>)
    return std::exp(x);
  else
    return Kokkos::exp(x);
}

// With a relative error of |x| 2^-53 besides: where it is weighed against 1, as in a softmax or a sigmoid.
template <class Number> KOKKOS_INLINE_FUNCTION Number loose_exponential(const Number& x) {
  if constexpr (std::is_same_v<Number, Lanes>)
    return Lanes(lanes::loose_exponential(x.value));
  else
    return exponential<Number>(x);
}

template <class Number> KOKKOS_INLINE_FUNCTION Number hyperbolic_tangent(const Number& x) {
  if constexpr (std::is_same_v<Number, Lanes>)
    return Lanes(lanes::hyperbolic_tangent(x.value));
  else if constexpr (is_complex<Number>)
    return std::tanh(x);
  else
    return Kokkos::tanh(x);
}

// Whole powers up to 8 are products.
template <class Number> KOKKOS_INLINE_FUNCTION Number power(const Number& x, double y) {
  if (y == 4) return (x * x) * (x * x);
  if (y >= 0 && y <= 8 && y == static_cast<int>(y)) {
    Number product(1.0);
    for (int n = 0; n < static_cast<int>(y); ++n) product = product * x;
    return product;
  }
  if constexpr (std::is_same_v<Number, Lanes>)
    return each_lane(x, [y](double lane) { return Kokkos::pow(lane, y); });
  else if constexpr (is_complex<Number>)
    return std::pow(x, y);
  else
    return Kokkos::pow(x, y);
}

}  // namespace attune::traffic
