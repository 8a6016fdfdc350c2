// tests/solvers/heat/theory/test_layers.cpp
#include "solvers/heat/theory/layers.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "core/core/require.hpp"

using namespace attune;
using heat::theory::steady_layers;

TEST_CASE("one material has straight lines from the sheet to the walls", "[heat][theory]") {
  const auto layers = steady_layers({2, 2, 2, 2, 2}, 0.2, 2);
  const double expected[] = {0.2, 0.6, 1, 0.6, 0.2};
  for (std::size_t c = 0; c < 5; ++c) CHECK(std::abs(layers.u[c] - expected[c]) < 1e-15);
  CHECK(std::abs(layers.heating - 2 * 2 / 0.5) < 1e-14);
}

TEST_CASE("the drop over a layer is its share of the resistance", "[heat][theory]") {
  const auto layers = steady_layers({1, 1, 1e-3, 1e-3, 1}, 0.2, 0);
  CHECK(layers.u[0] == 1);
  const double flux = (layers.u[2] - layers.u[3]) * 1e-3 / 0.2;
  CHECK(std::abs(flux - layers.u[4] / (0.1 / 1)) < 1e-12 * flux);
  CHECK(std::abs(flux + 1 / 0.1 - layers.heating) < 1e-13 * layers.heating);
  CHECK_THROWS_AS(steady_layers({1, 1}, 0.5, 2), BrokenPromise);
}
