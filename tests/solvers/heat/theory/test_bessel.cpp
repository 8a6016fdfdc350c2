// tests/solvers/heat/theory/test_bessel.cpp
#include "solvers/heat/theory/bessel.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "bessel_reference.hpp"
#include "core/core/require.hpp"

using namespace attune;
using namespace attune::heat::theory;

TEST_CASE("lattice weights and biases agree with mpmath to a relative 1e-14", "[heat][theory]") {
  double worst_weight = 0, worst_bias = 0;
  for (const auto& reference : bessel_reference) {
    const double weight = lattice_weight(reference.r, reference.d),
                 bias = lattice_bias(reference.r, reference.d);
    if (reference.weight > 0) worst_weight = std::max(worst_weight, std::abs(weight / reference.weight - 1));
    if (reference.weight == 0) CHECK(weight < 1e-299);
    if (reference.d > 0) worst_bias = std::max(worst_bias, std::abs(bias / reference.bias - 1));
    if (reference.d == 0) CHECK(bias == 0);
  }
  INFO("worst relative errors " << worst_weight << ", " << worst_bias);
  CHECK(worst_weight < 1e-14);
  CHECK(worst_bias < 1e-14);
}

TEST_CASE("lattice weights are the kernel of exp(r Laplacian): sum one, variance 2r", "[heat][theory]") {
  for (const double r : {0.01, 0.25, 1.0, 40.0}) {
    const auto kernel = lattice_kernel(r, 200);
    double sum = kernel.weights[0], variance = 0;
    for (int d = 1; d <= 200; ++d) {
      sum += 2 * kernel.weights[d];
      variance += 2.0 * d * d * kernel.weights[d];
    }
    CHECK(std::abs(sum - 1) < 1e-14);
    CHECK(std::abs(variance / (2 * r) - 1) < 1e-13);
    CHECK(std::abs(std::exp(kernel.biases[3]) * kernel.weights[0] / kernel.weights[3] - 1) < 1e-14);
  }
}

TEST_CASE("lattice biases at r = 1/4 are those quoted in the literature notes", "[heat][theory]") {
  CHECK(std::abs(lattice_bias(0.25, 1) + 1.4168) < 5e-5);
  CHECK(std::abs(lattice_bias(0.25, 2) + 3.5065) < 5e-5);
  CHECK(std::abs(lattice_bias(0.25, -3) + 5.9966) < 5e-5);
  CHECK_THROWS_AS(lattice_weight(0, 1), BrokenPromise);
}
