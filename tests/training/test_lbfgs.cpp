// tests/training/test_lbfgs.cpp
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/training/problems.hpp"

using namespace attune::training;
using namespace attune::training::problems;

TEST_CASE("lbfgs takes a quadratic of condition 1e6 to a gradient of 1e-12 of the first", "[training]") {
  const int n = GENERATE(2, 10, 40);
  const double floor = GENERATE(0.0, 1.0, 1e8);
  Weights weights{Vector(n, 0.0), 0.0};
  const auto history = fit(weights, quadratic(n, 1e6, floor), {.iterations = 5000});
  CAPTURE(n, floor, history.iteration.back(), history.evaluations, history.stopped_because,
          history.best_loss);
  CHECK(history.best_gradient_norm <= 1e-12 * history.gradient_norm[0]);
  CHECK(std::abs(weights.shift - 3) < 1e-9);
}

TEST_CASE("lbfgs reaches a gradient of 1e-12 where the minimum is at the origin of round-off", "[training]") {
  auto loss = quadratic(20, 1e6, 0);
  for (auto& entry : loss.minimum) entry = 0;
  Weights weights{Vector(20, 1.0), 0.0};
  const auto history = fit(weights, loss, {.iterations = 5000, .gradient_tolerance = 1e-12});
  CHECK(history.stopped_because == "gradient_tolerance");
  CHECK(history.best_loss < 1e-20);
}

TEST_CASE("lbfgs finds the minimum of Rosenbrock's valley", "[training]") {
  const int n = GENERATE(2, 5, 20);
  Weights weights{Vector(n, 1.0), 1.0};
  for (int i = 0; i < n; i += 2) weights.x[i] = -1.2;
  if (n == 5) weights.x = Vector(n, 0.0);
  const auto history = fit(weights, Rosenbrock{}, {.iterations = 2000, .loss_tolerance = 1e-25});
  CAPTURE(n, history.stopped_because, history.evaluations);
  CHECK(history.best_loss < 1e-25);
  for (const double x : weights.x) CHECK(std::abs(x - 1) < 1e-11);
}

TEST_CASE("lbfgs stops with no_decrease where round-off leaves nothing to gain", "[training]") {
  Weights weights{Vector(6, 0.0), 0.0};
  const auto history = fit(weights, quadratic(6, 100, 1.0), {.iterations = 100000});
  CHECK((history.stopped_because == "no_decrease" || history.stopped_because == "gradient_tolerance"));
  CHECK(history.iteration.back() < 500);
  CHECK(history.best_gradient_norm < 1e-13);
}

TEST_CASE("lbfgs passes over trial steps that are not finite", "[training]") {
  // f = x - log(x) + shift^2 has its minimum at 1 and no value left of 0.
  const auto barrier = [](const Weights& w, Weights& gradient) {
    gradient.x[0] = 1 - 1 / w.x[0];
    gradient.shift = 2 * w.shift;
    return w.x[0] - std::log(w.x[0]) + w.shift * w.shift;
  };
  Weights weights{{1.5}, 30.0};
  const auto history = fit(weights, barrier, {.iterations = 200});
  CHECK(std::abs(weights.x[0] - 1) < 1e-12);
  CHECK(history.best_gradient_norm < 1e-13);
}
