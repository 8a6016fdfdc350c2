// tests/solvers/heat/theory/test_barenblatt.cpp
#include "solvers/heat/theory/barenblatt.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <numbers>

using attune::heat::theory::Barenblatt;

namespace {

// Integral of r^power u over space: with r = R sin(phi) the integrand is smooth at the front for m <= 2, and
// the midpoint rule converges fast.
double moment(const Barenblatt& heat, double t, int power) {
  constexpr int points = 20000;
  const double sphere[3] = {2, 2 * std::numbers::pi, 4 * std::numbers::pi};
  double sum = 0;
  for (int n = 0; n < points; ++n) {
    const double phi = std::numbers::pi / 2 * (n + 0.5) / points, r = heat.front(t) * std::sin(phi);
    sum += std::pow(r, power + heat.dimensions - 1) * heat.value(r, t) * heat.front(t) * std::cos(phi);
  }
  return sum * std::numbers::pi / 2 / points * sphere[heat.dimensions - 1];
}

}  // namespace

TEST_CASE("equation in barenblatt.hpp: the heat is the mass at all times, and its spread follows the front",
          "[heat][theory]") {
  const Barenblatt heat{0.7, GENERATE(0.25, 1.0, 2.0, 3.5), 1.3, GENERATE(1, 2, 3)};
  for (const double t : {0.1, 5.0}) {
    CHECK(std::abs(moment(heat, t, 0) / heat.mass - 1) < 1e-8);
    CHECK(std::abs(moment(heat, t, 2) / heat.mass / heat.mean_square_radius(t) - 1) < 1e-8);
  }
  CHECK(std::abs(heat.front(3.2) / heat.front(0.1) - std::pow(32, heat.exponent())) < 1e-12);
}

TEST_CASE("Barenblatt's solution satisfies its equation within the front", "[heat][theory]") {
  const Barenblatt heat{0.7, GENERATE(0.25, 1.0, 2.0, 3.5), 1.3, GENERATE(1, 2, 3)};
  const double t = 0.4, step = 1e-3 * heat.front(t);
  const auto flux = [&](double r) {  // r^{D - 1} kappa u_r
    const double slope = (heat.value(r + step / 2, t) - heat.value(r - step / 2, t)) / step;
    return std::pow(r, heat.dimensions - 1) * heat.kappa0 * std::pow(heat.value(r, t), heat.m) * slope;
  };
  for (const double part : {0.2, 0.5, 0.8}) {
    const double r = part * heat.front(t), dt = 1e-4 * t;
    const double change = (heat.value(r, t + dt) - heat.value(r, t - dt)) / (2 * dt);
    const double divergence =
        (flux(r + step / 2) - flux(r - step / 2)) / step / std::pow(r, heat.dimensions - 1);
    CHECK(std::abs(change - divergence) < 3e-5 * heat.height(t) / t);
  }
}

TEST_CASE("in one dimension with m = 1 the front is the cube root of 9 kappa0 mass t / 2 ",
          "[heat][theory]") {
  const Barenblatt heat{2, 1, 3, 1};
  CHECK(std::abs(heat.front(5) - std::cbrt(4.5 * 2 * 3 * 5)) < 1e-13 * heat.front(5));
  CHECK(heat.value(heat.front(5) * 1.0001, 5) == 0);
}
