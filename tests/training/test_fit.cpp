// tests/training/test_fit.cpp
#include "training/fit.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstring>
#include <limits>

#include "tests/training/problems.hpp"

using namespace attune;
using namespace attune::training;
using namespace attune::training::problems;

TEST_CASE("the history starts at the start, ends at the last iterate and keeps every record_every-th between",
          "[training]") {
  const std::string method = GENERATE("gradient_descent", "adam", "lbfgs");
  Weights weights{Vector(8, 0.0), 0.0};
  const auto history = fit(weights, quadratic(8, 10, 1.0),
                           {.method = method, .iterations = 10, .rate = 0.01, .record_every = 4});
  CHECK(history.iteration == Vector{0, 4, 8, 10});
  CHECK(history.loss.size() == 4);
  CHECK(history.gradient_norm.size() == 4);
  CHECK(history.stopped_because == "iterations");
  CHECK(history.evaluations >= 11);
  CHECK(history.loss.back() < history.loss.front());
}

TEST_CASE("no iterations leave the weights and record the start", "[training]") {
  Weights weights{Vector(3, 0.5), 0.0};
  const auto history = fit(weights, quadratic(3, 10, 0), {.iterations = 0});
  CHECK(weights.x == Vector(3, 0.5));
  CHECK(history.iteration == Vector{0});
  CHECK(history.evaluations == 1);
}

TEST_CASE("tolerances end the run, with the reason", "[training]") {
  const std::string method = GENERATE("gradient_descent", "adam", "lbfgs");
  Weights weights{Vector(3, 0.0), 0.0}, other = weights;
  const auto by_loss =
      fit(weights, quadratic(3, 4, 0), {.method = method, .rate = 0.02, .loss_tolerance = 1e-3});
  CHECK(by_loss.stopped_because == "loss_tolerance");
  CHECK(by_loss.loss.back() <= 1e-3);
  const auto by_gradient =
      fit(other, quadratic(3, 4, 1), {.method = method, .rate = 0.02, .gradient_tolerance = 1e-2});
  CHECK(by_gradient.stopped_because == "gradient_tolerance");
  CHECK(by_gradient.gradient_norm.back() <= 1e-2);
}

TEST_CASE("patience ends a run that hardly lowers the loss", "[training]") {
  Weights weights{Vector(3, 0.0), 0.0};
  const auto history = fit(weights, quadratic(3, 2, 1.0),
                           {.method = "gradient_descent",
                            .iterations = 100000,
                            .rate = 0.1,
                            .relative_decrease = 1e-6,
                            .patience = 20});
  CHECK(history.stopped_because == "relative_decrease");
  CHECK(history.iteration.back() < 300);
  CHECK(history.loss.back() - 1 < 1e-4);
}

TEST_CASE("the weights kept are those of the lowest loss, not the last", "[training]") {
  // Curvature 1, rate 2.1: every step multiplies the distance by -1.1.
  Weights weights{{1.0}, 3.0};
  const auto history =
      fit(weights, Quadratic{{1.0}, {0.0}}, {.method = "gradient_descent", .iterations = 5, .rate = 2.1});
  CHECK(weights.x[0] == 1.0);
  CHECK(history.best_iteration == 0);
  CHECK(history.best_loss == history.loss[0]);
  CHECK(history.loss.back() > history.loss.front());
}

TEST_CASE("a loss or gradient that is not finite ends the run with iteration and tensor", "[training]") {
  const std::string method = GENERATE("gradient_descent", "adam", "lbfgs");
  const bool in_gradient = GENERATE(true, false);
  int calls = 0;
  const auto spoiled = [&](const Weights& w, Weights& gradient) {
    const double loss = Rosenbrock{}(w, gradient);
    if (++calls < 4) return loss;
    if (in_gradient) gradient.x[1] = std::numeric_limits<double>::quiet_NaN();
    return in_gradient ? loss : std::numeric_limits<double>::infinity();
  };
  Weights weights{{-1.2, 1.0}, 1.0};
  try {
    fit(weights, spoiled, {.method = method, .rate = 1e-3});
    FAIL("went on");
  } catch (const InputError& error) {
    const std::string text = error.what();
    CAPTURE(text);
    CHECK(error.code == Exit::not_finite);
    CHECK(text.find("at iteration ") != std::string::npos);
    if (method != "lbfgs") CHECK(text.find("at iteration 3:") != std::string::npos);
    CHECK(
        (text.find(in_gradient ? "gradient of tensor 'x', entry 1" : "the loss alone") != std::string::npos));
  }
}

TEST_CASE("training twice gives the same bits", "[training]") {
  const std::string method = GENERATE("gradient_descent", "adam", "lbfgs");
  const auto run = [&] {
    Weights weights{Vector(6, 0.3), 0.1};
    const auto history = fit(weights, Rosenbrock{}, {.method = method, .iterations = 200, .rate = 1e-4});
    auto bits = flatten(weights);
    bits.insert(bits.end(), history.loss.begin(), history.loss.end());
    bits.insert(bits.end(), history.gradient_norm.begin(), history.gradient_norm.end());
    return bits;
  };
  const auto first = run(), second = run();
  REQUIRE(first.size() == second.size());
  CHECK(std::memcmp(first.data(), second.data(), first.size() * sizeof(double)) == 0);
}

TEST_CASE("an unknown optimiser is refused with the words that are known", "[training]") {
  Weights weights{{1.0}, 0.0};
  try {
    fit(weights, Rosenbrock{}, {.method = "newton"});
    FAIL("accepted");
  } catch (const InputError& error) {
    CHECK(error.code == Exit::deck);
    CHECK(std::string(error.what()).find("lbfgs") != std::string::npos);
  }
}

TEST_CASE("describe_options names every option once, and the defaults lie in the ranges", "[training]") {
  std::vector<std::string> names;
  const auto field = [&]<class Member>(const std::string& name, const Member& member, const std::string&,
                                       const std::string&, const auto&... said) {
    names.push_back(name);
    Limits limits;
    (limits.set(said), ...);
    if constexpr (std::is_arithmetic_v<Member>)
      CHECK((member >= limits.range.least && member <= limits.range.most));
  };
  Options options;
  describe_options(field, options);
  CHECK(names.size() == 12);
  CHECK(names.front() == "optimiser");
}
