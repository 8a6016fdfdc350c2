// tests/solvers/heat/theory/test_stencil.cpp
#include "solvers/heat/theory/stencil.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>

#include "core/core/require.hpp"
#include "solvers/heat/theory/extension.hpp"

using namespace attune;
using namespace attune::heat::theory;

TEST_CASE("equation in stencil.hpp: the symbol of FTCS is 1 - 4 sum r sin^2(theta / 2)", "[heat][theory]") {
  const PerAxis r{0.1, 0.15, 0.2}, theta{0.3, -1.1, 2.9};
  double expected = 1;
  for (int a = 0; a < 3; ++a) expected -= 4 * r[a] * std::sin(theta[a] / 2) * std::sin(theta[a] / 2);
  const auto g = symbol(euler_step(2, r), theta);
  CHECK(std::abs(g.real() - expected) < 1e-15);
  CHECK(std::abs(g.imag()) < 1e-16);
}

TEST_CASE("a star of order 2 m leaves a symbol error of order theta^(2 m + 2)", "[heat][theory]") {
  for (const int order : {2, 4, 6, 8}) {
    const auto error = [&](double theta) {
      return 1 - theta * theta - symbol(euler_step(order, {0, 0, 1}), {0, 0, theta}).real();
    };
    const double measured = std::log2(std::abs(error(0.5) / error(0.25)));
    CHECK(std::abs(measured - (order + 2)) < 0.1);
  }
}

TEST_CASE("the star of order 4 has the weights of the books and sums to one", "[heat][theory]") {
  const Stencil star = euler_step(4, {0, 0.3, 0.3});
  CHECK(star.offsets.size() == 9);
  CHECK(std::abs(weight_at(star, {0, 0, 0}) - (1 - 2 * 0.3 * 5 / 2)) < 1e-16);
  CHECK(std::abs(weight_at(star, {0, -1, 0}) - 0.3 * 4 / 3) < 1e-16);
  CHECK(std::abs(weight_at(star, {0, 0, 2}) + 0.3 / 12) < 1e-17);
  CHECK(weight_at(star, {1, 0, 0}) == 0);
  CHECK(std::abs(std::accumulate(star.weights.begin(), star.weights.end(), 0.0) - 1) < 1e-15);
  CHECK_THROWS_AS(euler_step(3, {0, 0, 1}), BrokenPromise);
}

TEST_CASE("a stencil that looks one way has a complex symbol, its mean with its mirror a real one",
          "[heat][theory]") {
  const Stencil upwind{{{0, 0, 0}, {0, 0, -1}}, {0.75, 0.25}};
  const auto g = symbol(upwind, {0, 0, 1});
  CHECK(std::abs(g - (0.75 + 0.25 * std::exp(std::complex<double>(0, -1)))) < 1e-16);
  CHECK(asymmetry(upwind, 2) == 0.25);
  CHECK(asymmetry(upwind, 1) == 0);
  const Stencil even = symmetrised(upwind, 2);
  CHECK(asymmetry(even, 2) == 0);
  CHECK(weight_at(even, {0, 0, 1}) == 0.125);
  CHECK(symbol(even, {0, 0, 1}).imag() == 0);
}

TEST_CASE("equation in grid.hpp: the modes of each boundary are multiplied by the symbol", "[heat][theory]") {
  for (const Boundary edge : {Boundary::periodic, Boundary::neumann, Boundary::dirichlet}) {
    const Index n = 12, mode = 5;
    const Grid grid{{1, 1, n}, {Boundary::periodic, Boundary::periodic, edge}};
    const auto theta = static_cast<double>(angle(edge, n, mode));
    const Stencil star = euler_step(8, {0, 0, 0.2});
    const double g = symbol(star, {0, 0, theta}).real();
    std::vector<double> wave;
    for (Index i = 0; i < n; ++i) {
      const double phase = theta * (static_cast<double>(i) + 0.5);
      wave.push_back(edge == Boundary::dirichlet ? std::sin(phase) : std::cos(phase));
    }
    const auto after = apply(grid, star, wave);
    for (Index i = 0; i < n; ++i) CHECK(std::abs(after[i] - g * wave[i]) < 1e-14);
  }
}
