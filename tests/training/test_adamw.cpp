// tests/training/test_adamw.cpp
#include "training/adamw.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/training/problems.hpp"

using namespace attune::training;
using namespace attune::training::problems;

TEST_CASE("adamw takes the first three steps of algorithm 2 worked out by hand", "[training]") {
  // f = x^2 / 2, x_0 = 1, rates 0.1, 0.1, 0.05, lambda = 0.5. At first m_1 / (1 - beta_1) = x_0, and so is
  // sqrt(v_1 / (1 - beta_2)).
  const double x0 = 1, x1 = x0 - 0.1 * (1 / (1 + 1e-8) + 0.5 * x0);
  const double m2 = 0.09 * x0 + 0.1 * x1, v2 = 0.000999 * x0 * x0 + 0.001 * x1 * x1;
  const double x2 = x1 - 0.1 * ((m2 / 0.19) / (std::sqrt(v2 / 0.001999) + 1e-8) + 0.5 * x1);
  const double m3 = 0.9 * m2 + 0.1 * x2, v3 = 0.999 * v2 + 0.001 * x2 * x2;
  const double x3 = x2 - 0.05 * ((m3 / 0.271) / (std::sqrt(v3 / 0.002997001) + 1e-8) + 0.5 * x2);

  const Adamw choice{.weight_decay = 0.5, .decays = {}};
  Moments moments;
  Vector x = {1};
  for (const auto& [rate, expected] : {std::pair{0.1, x1}, {0.1, x2}, {0.05, x3}}) {
    adamw_step(moments, x, x, rate, choice);
    CHECK(std::abs(x[0] - expected) < 1e-13);
  }
  CHECK(moments.step == 3);
}

TEST_CASE("adamw without decay takes the steps of adam", "[training]") {
  const auto loss = quadratic(5, 100, 0);
  Weights by_fit{Vector(5, 2.0), 1.0};
  fit(by_fit, loss, {.method = "adam", .iterations = 50, .rate = 0.01});

  Weights here{Vector(5, 2.0), 1.0};
  Moments moments;
  Vector x = flatten(here);
  for (int t = 0; t < 50; ++t) {
    Weights gradient = zeros_like(here);
    unflatten(x, here);
    loss(here, gradient);
    adamw_step(moments, x, flatten(gradient), 0.01, {});
  }
  const Vector expected = flatten(by_fit);
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(std::abs(x[i] - expected[i]) < 1e-14);
}

TEST_CASE("decay shrinks by 1 - rate lambda a step what has no gradient, and only where the mask says so",
          "[training]") {
  const Adamw choice{.weight_decay = 0.25, .decays = {1, 0, 1}};
  Moments moments;
  Vector x = {2, 2, -4};
  for (int t = 0; t < 3; ++t) adamw_step(moments, x, {0, 0, 0}, 0.5, choice);
  const double factor = 0.875 * 0.875 * 0.875;
  CHECK(x == Vector{2 * factor, 2, -4 * factor});
  CHECK(moments.m == Vector(3, 0.0));  // the moments do not see the decay
}

TEST_CASE("the usual mask spares biases, gains and norms", "[training]") {
  const std::vector<Slice> slices = {
      {"attention.q.weight", "", 0, 2}, {"attention.q.bias", "", 2, 1}, {"norm_1.weight", "", 3, 1},
      {"block.norm.weight", "", 4, 1},  {"weight", "", 5, 2},           {"temperature", "", 7, 1},
      {"abnormal.weight", "", 8, 1}};
  CHECK(mask_of(slices, is_weight_of_a_map) == Mask{1, 1, 0, 0, 0, 1, 1, 0, 1});
}

TEST_CASE("shapes that disagree are a broken promise", "[training]") {
  Moments moments;
  Vector x = {1, 2};
  CHECK_THROWS_AS(adamw_step(moments, x, {1}, 0.1, {}), attune::BrokenPromise);
  const Adamw masked{.decays = {1}};
  CHECK_THROWS_AS(adamw_step(moments, x, {1, 1}, 0.1, masked), attune::BrokenPromise);
}
