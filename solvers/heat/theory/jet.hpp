// solvers/heat/theory/jet.hpp
//
// A number that carries its derivatives along: forward differentiation, to second order in space.
//
// Equation  of f(g):  d = f' g_d,   dd = f' g_dd + f'' g_d g_d;   of f g: the product rule twice
// Source    [griewank2008] chapters 3 and 13
// Limits    exact but for rounding; first derivatives in (z, y, x, t), second ones in (z, y, x)
#pragma once

#include <array>
#include <cmath>

namespace attune::heat::theory {

struct Jet {
  static constexpr int time = 3;  // place of the derivative in t
  double value = 0;
  std::array<double, 4> d{};  // in z, y, x, t
  std::array<std::array<double, 3>, 3> dd{};

  Jet() = default;
  Jet(double constant) : value(constant) {}  // implicit: numbers and jets mix in formulas

  // The variable z, y, x or t itself.
  static Jet variable(double value, int axis) {
    Jet x(value);
    x.d[static_cast<std::size_t>(axis)] = 1;
    return x;
  }
};

// f(x) from f, f' and f'' at the value of x.
inline Jet chain(const Jet& x, double f, double slope, double curvature) {
  Jet y(f);
  for (std::size_t a = 0; a < 4; ++a) y.d[a] = slope * x.d[a];
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b) y.dd[a][b] = slope * x.dd[a][b] + curvature * x.d[a] * x.d[b];
  return y;
}

inline Jet operator+(const Jet& x, const Jet& y) {
  Jet sum(x.value + y.value);
  for (std::size_t a = 0; a < 4; ++a) sum.d[a] = x.d[a] + y.d[a];
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b) sum.dd[a][b] = x.dd[a][b] + y.dd[a][b];
  return sum;
}

inline Jet operator*(const Jet& x, const Jet& y) {
  Jet product(x.value * y.value);
  for (std::size_t a = 0; a < 4; ++a) product.d[a] = x.d[a] * y.value + x.value * y.d[a];
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b)
      product.dd[a][b] = x.dd[a][b] * y.value + x.d[a] * y.d[b] + x.d[b] * y.d[a] + x.value * y.dd[a][b];
  return product;
}

inline Jet sin(const Jet& x) { return chain(x, std::sin(x.value), std::cos(x.value), -std::sin(x.value)); }
inline Jet cos(const Jet& x) { return chain(x, std::cos(x.value), -std::sin(x.value), -std::cos(x.value)); }
inline Jet exp(const Jet& x) {
  const double f = std::exp(x.value);
  return chain(x, f, f, f);
}
// x^m of a positive x.
inline Jet pow(const Jet& x, double m) {
  return chain(x, std::pow(x.value, m), m * std::pow(x.value, m - 1), m * (m - 1) * std::pow(x.value, m - 2));
}

}  // namespace attune::heat::theory
