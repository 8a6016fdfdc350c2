// tests/training/test_parameters.cpp
#include "training/parameters.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace attune;
using training::Vector;

namespace {

struct Weights {
  Vector bias;
  double temperature = 1;
  Vector table;
};
void describe(auto& tensor, Weights& w) {
  tensor("bias", w.bias, "logit of each offset");
  tensor("temperature", w.temperature, "softmax temperature");
  tensor("table", w.table);
}

}  // namespace

TEST_CASE("flat parameters stand in the order of describe and come back unchanged", "[training]") {
  const Weights weights{{1, 2, 3}, 4, {5, 6}};
  CHECK(training::flatten(weights) == Vector{1, 2, 3, 4, 5, 6});
  CHECK(training::count(weights) == 6);

  Weights back{{0, 0, 0}, 0, {0, 0}};
  training::unflatten(training::flatten(weights), back);
  CHECK(back.bias == weights.bias);
  CHECK(back.temperature == weights.temperature);
  CHECK(back.table == weights.table);
}

TEST_CASE("slices name every tensor and its range of the flat vector", "[training]") {
  const auto slices = training::slices(Weights{{1, 2, 3}, 4, {5, 6}});
  REQUIRE(slices.size() == 3);
  CHECK(slices[0].name == "bias");
  CHECK(slices[0].meaning == "logit of each offset");
  CHECK((slices[0].first == 0 && slices[0].count == 3));
  CHECK((slices[1].name == "temperature" && slices[1].first == 3 && slices[1].count == 1));
  CHECK((slices[2].name == "table" && slices[2].first == 4 && slices[2].count == 2));
}

TEST_CASE("numbers that do not fit the shapes of the weights are a broken promise", "[training]") {
  Weights weights{{0, 0}, 0, {}};
  CHECK_THROWS_AS(training::unflatten(Vector(2), weights), BrokenPromise);
  CHECK_THROWS_AS(training::unflatten(Vector(4), weights), BrokenPromise);
  CHECK_NOTHROW(training::unflatten(Vector(3), weights));
}

TEST_CASE("weights without entries are allowed", "[training]") {
  Weights weights{{}, 2, {}};
  CHECK(training::flatten(weights) == Vector{2});
  const auto zeros = training::zeros_like(weights);
  CHECK(zeros.bias.empty());
  CHECK(zeros.temperature == 0);
}
