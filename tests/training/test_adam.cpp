// tests/training/test_adam.cpp
#include <catch2/catch_test_macros.hpp>

#include "tests/training/problems.hpp"

using namespace attune::training;
using namespace attune::training::problems;

namespace {

// f(x) = x^2 / 2, so that the gradient is x.
double half_square(const Weights& w, Weights& gradient) {
  gradient.x[0] = w.x[0];
  return 0.5 * w.x[0] * w.x[0];
}

Vector after(int steps) {
  Weights weights{{1.0}, 0.0};
  fit(weights, half_square, {.method = "adam", .iterations = steps, .rate = 0.1});
  return weights.x;
}

}  // namespace

TEST_CASE("adam takes the first three steps of algorithm 1 worked out by hand", "[training]") {
  // x_0 = 1, rate 0.1, beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8.
  // m_1 = 0.1 x_0, v_1 = 0.001 x_0^2: the first step is rate x_0 / (x_0 + epsilon).
  const double x0 = 1, x1 = 1 - 0.1 / (1 + 1e-8);
  const double m2 = 0.09 * x0 + 0.1 * x1, v2 = 0.000999 * x0 * x0 + 0.001 * x1 * x1;
  const double x2 = x1 - 0.1 * (m2 / 0.19) / (std::sqrt(v2 / 0.001999) + 1e-8);
  const double m3 = 0.9 * m2 + 0.1 * x2, v3 = 0.999 * v2 + 0.001 * x2 * x2;
  const double x3 = x2 - 0.1 * (m3 / 0.271) / (std::sqrt(v3 / 0.002997001) + 1e-8);

  CHECK(std::abs(after(1)[0] - x1) < 1e-13);
  CHECK(std::abs(after(2)[0] - x2) < 1e-13);
  CHECK(std::abs(after(3)[0] - x3) < 1e-13);
  CHECK(std::abs(after(1)[0] - 0.900000001) < 1e-13);
}

TEST_CASE("adam does not see the scale of the loss", "[training]") {
  const auto loss = quadratic(4, 10, 0);
  auto scaled = loss;
  for (auto& curvature : scaled.curvature) curvature *= 1024;
  Weights one{Vector(4, 2.0), 3.0}, other = one;
  fit(one, loss, {.method = "adam", .iterations = 20, .moment_offset = 1e-300});
  fit(other, scaled, {.method = "adam", .iterations = 20, .moment_offset = 1e-300});
  for (int i = 0; i < 4; ++i) CHECK(std::abs(one.x[i] - other.x[i]) < 1e-13);
}

TEST_CASE("adam lowers Rosenbrock's loss below 1e-6", "[training]") {
  Weights weights{{-1.2, 1.0}, 1.0};
  const auto history = fit(weights, Rosenbrock{}, {.method = "adam", .iterations = 20000, .rate = 0.01});
  CHECK(history.best_loss < 1e-6);
}
