// tests/solvers/traffic/test_arithmetic.cpp
#include "solvers/traffic/arithmetic.hpp"

#include <catch2/catch_test_macros.hpp>
#include <limits>

#include "core/core/random.hpp"

using namespace attune;
using namespace attune::traffic;

namespace {

// In units of the last place of the truth.
double error(double value, long double truth) {
  const double size = static_cast<double>(std::abs(truth));
  const double unit = std::nextafter(size, std::numeric_limits<double>::infinity()) - size;
  return static_cast<double>(std::abs(value - truth)) / unit;
}

// Largest error of a function of registers, one lane a point; the same in every lane.
template <class Function, class Truth, class Point>
double worst(const Function& function, const Truth& truth, const Point& point) {
  const Random random{.seed = 2, .stream = 6};
  double largest = 0;
  for (int n = 0; n < 200000; ++n) {
    const double x = point(random.uniform(n));
    const Lanes value = function(Lanes(x));
    for (int l = 1; l < Lanes::count; ++l) REQUIRE(value[l] == value[0]);
    largest = std::max(largest, error(value[0], truth(static_cast<long double>(x))));
  }
  return largest;
}

constexpr auto exponential_of = [](Lanes x) { return exponential(x); };
constexpr auto tangent_of = [](Lanes x) { return hyperbolic_tangent(x); };
constexpr auto exponential_truth = [](long double x) { return std::exp(x); };
constexpr auto tangent_truth = [](long double x) { return std::tanh(x); };

}  // namespace

TEST_CASE("the exponential of a register is right to two units of the last place") {
  CHECK(worst(exponential_of, exponential_truth, [](double r) { return 2 * r - 1; }) < 2);
  CHECK(worst(exponential_of, exponential_truth, [](double r) { return 1400 * r - 700; }) < 2);
  CHECK(worst(exponential_of, exponential_truth, [](double r) { return -std::pow(1e-20, r); }) < 2);
}

TEST_CASE("the hyperbolic tangent of a register is right to two units of the last place, next to 0 too") {
  CHECK(worst(tangent_of, tangent_truth, [](double r) { return 4 * r - 2; }) < 2);
  CHECK(worst(tangent_of, tangent_truth, [](double r) { return 60 * r - 30; }) < 2);
  CHECK(worst(tangent_of, tangent_truth, [](double r) { return std::pow(1e-300, r); }) < 2);
  CHECK(worst(tangent_of, tangent_truth, [](double r) { return -std::pow(1e-20, r); }) < 2);
}

TEST_CASE("registers keep to the ends of exp and tanh, and to what is not a number") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  CHECK(exponential(Lanes(0.0))[0] == 1);
  CHECK(exponential(Lanes(-infinity))[0] == exponential(Lanes(-708.0))[0]);
  CHECK(exponential(Lanes(infinity))[0] == exponential(Lanes(709.0))[0]);
  CHECK(std::isfinite(exponential(Lanes(infinity))[0]));
  CHECK(hyperbolic_tangent(Lanes(0.0))[0] == 0);
  CHECK(hyperbolic_tangent(Lanes(infinity))[0] == 1);
  CHECK(hyperbolic_tangent(Lanes(-infinity))[0] == -1);
  CHECK(std::isnan(exponential(Lanes(std::nan("")))[0]));
  CHECK(std::isnan(hyperbolic_tangent(Lanes(std::nan("")))[0]));
}

TEST_CASE("complex steps through the functions give their derivatives") {
  const auto slope = [](const auto& function, double x) {
    return function(std::complex<double>(x, 1e-30)).imag() / 1e-30;
  };
  for (const double x : {-3.0, -0.1, 1e-9, 0.7, 20.0}) {
    const double e = std::exp(-2 * std::abs(x));
    CHECK(error(slope([](auto z) { return hyperbolic_tangent(z); }, x), 4 * e / ((1 + e) * (1 + e))) < 8);
    CHECK(error(slope([](auto z) { return exponential(z); }, x), std::exp(x)) < 8);
    // by a logarithm, whose size times its rounding is lost
    CHECK(error(slope([](auto z) { return power(z * z, 1.5); }, x), 3 * x * std::abs(x)) < 64);
    CHECK(error(slope([](auto z) { return square_root(z * z); }, x), x > 0 ? 1 : -1) < 8);
    CHECK(slope([](auto z) { return larger(z, 0.5); }, x) == (x > 0.5 ? 1 : 0));
    CHECK(slope([](auto z) { return smaller(z, 0.5); }, x) == (x < 0.5 ? 1 : 0));
  }
}

TEST_CASE("roots and powers of a register are those of its lanes") {
  Lanes x;
  for (int l = 0; l < Lanes::count; ++l) x.value[l] = 0.3 * l;
  for (int l = 0; l < Lanes::count; ++l) {
    CHECK(square_root(x)[l] == std::sqrt(x[l]));
    for (const double y : {0.0, 1.0, 3.0, 4.0, 2.5}) CHECK(error(power(x, y)[l], std::pow(x[l], y)) < 4);
  }
}
