// tests/training/test_gradient_descent.cpp
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/training/problems.hpp"

using namespace attune::training;
using namespace attune::training::problems;

TEST_CASE("gradient descent on a quadratic is (1 - rate curvature)^k after k steps, to round-off",
          "[training]") {
  const int steps = GENERATE(1, 10, 100);
  const Quadratic loss{{1.0, 0.5, 0.25}, {1.0, -2.0, 0.5}};
  Weights weights{{3.0, 1.0, -1.0}, 0.0};
  const Vector start = weights.x;
  const Options options{.method = "gradient_descent", .iterations = steps, .rate = 0.3};
  const auto history = fit(weights, loss, options);

  for (std::size_t i = 0; i < start.size(); ++i) {
    const double factor = std::pow(1 - options.rate * loss.curvature[i], steps);
    const double exact = loss.minimum[i] + factor * (start[i] - loss.minimum[i]);
    CHECK(std::abs(weights.x[i] - exact) < 1e-15 * 4 * std::min(steps, 4));
  }
  CHECK(std::abs(weights.shift - (3 - 3 * std::pow(0.7, steps))) < 1e-14);
  CHECK(history.evaluations == steps + 1);
  CHECK(history.stopped_because == "iterations");
}

namespace {

double decades(const History& history, std::size_t from, std::size_t to) {
  return std::log10(history.loss[to] / history.loss[from]) /
         std::log10(history.iteration[to] / history.iteration[from]);
}

}  // namespace

TEST_CASE("zero weights make gradient descent slow: loss ~ 1 / steps; interior targets are geometric",
          "[training]") {
  const Options options{
      .method = "gradient_descent", .iterations = 100000, .rate = 0.5, .record_every = 10000};
  Logits wide{Vector(5, 0.0)};
  const auto tail = fit(wide, SoftmaxSimplex{{0, 0.25, 0.5, 0.25, 0}, identity(5)}, options);
  CHECK(std::abs(decades(tail, 1, 10) + 1) < 0.1);

  Logits narrow{Vector(3, 0.0)};
  const auto interior = fit(narrow, SoftmaxSimplex{{0.25, 0.5, 0.25}, identity(3)}, options);
  CHECK(interior.loss[1] < 1e-28);
}
