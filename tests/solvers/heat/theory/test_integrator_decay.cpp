// tests/solvers/heat/theory/test_integrator_decay.cpp
#include "solvers/heat/theory/integrator_decay.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "solvers/heat/theory/decay.hpp"
#include "solvers/heat/theory/stability_polynomial.hpp"

using namespace attune;
using namespace attune::heat::theory;

namespace {

const Grid grid{{16, 24, 32}, {Boundary::periodic, Boundary::neumann, Boundary::dirichlet}};
const Triple mode{1, 2, 3};
const PerAxis r{0.1, 0.15, 0.2};

double stiffness(const PerAxis& rates) {
  const double theta[3] = {2 * std::numbers::pi / 16, std::numbers::pi * 2 / 24, std::numbers::pi * 3 / 32};
  double sum = 0;
  for (std::size_t a = 0; a < 3; ++a) sum += 4 * rates[a] * std::pow(std::sin(theta[a] / 2), 2);
  return sum;
}

}  // namespace

TEST_CASE("eigenvalues of stars approach -theta^2 at their order and are those of the star of order 2",
          "[heat][theory]") {
  CHECK(std::abs(star_eigenvalue(grid, mode, r, 2) + stiffness(r)) < 1e-15);
  const Grid pair{{1, 1, 2}, {}};
  const double largest[] = {4, 16.0 / 3, 272.0 / 45, 2048.0 / 315};
  for (int p = 1; p <= 4; ++p) {
    CHECK(std::abs(star_eigenvalue(pair, {0, 0, 1}, {0, 0, 1}, 2 * p) + largest[p - 1]) < 1e-14);
    const auto error = [&](Index cells) {
      const double theta = 2 * std::numbers::pi / static_cast<double>(cells);
      return std::abs(star_eigenvalue({{1, 1, cells}, {}}, {0, 0, 1}, {0, 0, 1}, 2 * p) + theta * theta) /
             (theta * theta);
    };
    CHECK(std::abs(std::log2(error(16) / error(32)) - 2 * p) < 0.05 * p);
  }
}

TEST_CASE("Euler steps by their polynomial are those of decay.hpp", "[heat][theory]") {
  const auto euler = [](double z) { return taylor_polynomial(1, z); };
  const double expected = ftcs_decay(grid, mode, r, 77);
  CHECK(std::abs(explicit_decay(euler, star_eigenvalue(grid, mode, r, 2), 77) / expected - 1) < 1e-13);
}

TEST_CASE("alternating directions are Crank-Nicolson along a line and near it in more dimensions",
          "[heat][theory]") {
  const Grid line{{1, 1, 32}, {}};
  for (const double rate : {0.1, 1.0, 30.0}) {
    const double here = douglas_gunn_decay(line, {0, 0, 3}, {0, 0, rate}, 3);
    CHECK(std::abs(here - crank_nicolson_decay(line, {0, 0, 3}, {0, 0, rate}, 3)) < 1e-15);
  }
  const auto apart = [](double scale) {
    const PerAxis rates{0.1 * scale, 0.15 * scale, 0.2 * scale};
    return std::abs(douglas_gunn_decay(grid, mode, rates, 1) - crank_nicolson_decay(grid, mode, rates, 1));
  };
  CHECK(std::abs(std::log2(apart(0.02) / apart(0.01)) - 3) < 0.05);
}

TEST_CASE("factors of TR-BDF2 and of the positive map meet the exponential at their orders",
          "[heat][theory]") {
  const auto stiff = [](double scale) {
    const PerAxis rates{0.1 * scale, 0.15 * scale, 0.2 * scale};
    return std::abs(tr_bdf2_decay(grid, mode, rates, 1) - lattice_decay(grid, mode, rates, 1));
  };
  CHECK(std::abs(std::log2(stiff(0.2) / stiff(0.1)) - 3) < 0.05);
  CHECK(std::abs(tr_bdf2_decay(grid, mode, r, 3) - std::pow(tr_bdf2_decay(grid, mode, r, 1), 3)) < 1e-15);

  const auto positive = [](Index cells) {
    const Grid line{{1, 1, cells}, {}};
    return std::abs(positive_map_decay(line, {0, 0, 1}, {0, 0, 0.4}, 1) -
                    heat_decay(line, {0, 0, 1}, {0, 0, 0.4}, 1));
  };
  CHECK(std::abs(std::log2(positive(32) / positive(64)) - 6) < 0.05);  // theta^6 a step
}

TEST_CASE("an error of a linear system changes a step by no more than its sensitivity", "[heat][theory]") {
  constexpr double root = std::numbers::sqrt2, g = 2 - root, c = (root - 1) / 2, residual = 1e-6;
  for (const double s : {0.0, 0.3, 1.7, 20.0}) {
    const auto solve = [&](double a, double b) { return b * (1 + residual) / (1 + a * s); };
    const double euler = (1 + residual) / (1 + s), exact = 1 / (1 + s);
    CHECK(std::abs(euler / exact - 1) <= 1.001 * residual * backward_euler_sensitivity(s));
    const double middle = solve(g / 2, 1 - g / 2 * s), end = solve(g / 2, (1 + c) * middle - c);
    const double factor = tr_bdf2_decay({{1, 1, 2}, {}}, {0, 0, 1}, {0, 0, s / 4}, 1);
    CHECK(std::abs(end / factor - 1) <= 1.001 * residual * tr_bdf2_sensitivity(s));
    CHECK(crank_nicolson_sensitivity(s) <= backward_euler_sensitivity(s));
  }
}
