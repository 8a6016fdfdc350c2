// tests/training/test_average.cpp
#include "training/average.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>

using namespace attune;
using namespace attune::training;

namespace {

double iterate(int t) { return std::sin(t) + 3; }

double average_of(int iterates, double beta) {
  Average average;
  for (int t = 1; t <= iterates; ++t) absorb(average, {iterate(t)}, beta);
  return average.mean[0];
}

}  // namespace

TEST_CASE("beta = 1 is the plain mean", "[training]") {
  const int n = GENERATE(1, 2, 10, 1000);
  double sum = 0;
  for (int t = 1; t <= n; ++t) sum += iterate(t);
  CHECK(std::abs(average_of(n, 1) - sum / n) < 1e-14);
}

TEST_CASE("beta < 1 is the exponential mean divided by 1 - beta^t", "[training]") {
  const double beta = GENERATE(0.0, 0.5, 0.9, 0.999);
  const int n = GENERATE(1, 2, 10, 1000);
  double e = 0;
  for (int t = 1; t <= n; ++t) e = beta * e + (1 - beta) * iterate(t);
  CHECK(std::abs(average_of(n, beta) - e / (1 - std::pow(beta, n))) < 2e-13);
}

TEST_CASE("the average of one iterate, and of equal ones, is that iterate", "[training]") {
  for (const double beta : {0.0, 0.3, 0.999, 1.0}) {
    Average average;
    for (int t = 0; t < 5; ++t) {
      absorb(average, {0.1, -7, 0}, beta);
      CHECK(average.mean == Vector{0.1, -7, 0});
    }
    CHECK(average.iterates == 5);
  }
}

TEST_CASE("beta near 1 gives nearly the plain mean", "[training]") {
  CHECK(std::abs(average_of(100, 1 - 1e-12) - average_of(100, 1)) < 1e-9);
}
