// tests/training/test_initialise.cpp
#include "training/initialise.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

using namespace attune;
using training::Initial;
using training::Vector;

namespace {

struct Weights {
  Vector bias;
  double temperature = 1;
  Vector table;
};
void describe(auto& tensor, Weights& w) {
  tensor("bias", w.bias, "logit of each offset", Initial::lecun(25));
  tensor("temperature", w.temperature, "softmax temperature", Initial::ones());
  tensor("table", w.table);
}

struct Single {
  Vector x;
  Initial rule;
};
void describe(auto& tensor, Single& w) { tensor("x", w.x, "entries", w.rule); }

struct Moments {
  double mean = 0, deviation = 0, largest = 0;
};
Moments moments(const Vector& x) {
  Moments m;
  for (const double entry : x) {
    m.mean += entry / static_cast<double>(x.size());
    m.deviation += entry * entry / static_cast<double>(x.size());
    m.largest = std::max(m.largest, std::abs(entry));
  }
  m.deviation = std::sqrt(m.deviation);
  return m;
}

constexpr int entries = 20000;

Moments drawn(const Initial& rule) {
  Single weights{Vector(entries), rule};
  training::initialise(weights, Random{3, 4});
  return moments(weights.x);
}

}  // namespace

TEST_CASE("initial weights depend on seed, stream, tensor and entry alone", "[training]") {
  Weights weights{Vector(3), 0, Vector(2)}, longer{Vector(7), 0, Vector(2)}, other = weights;
  training::initialise_normal(weights, 0.5, Random{1, 2});
  training::initialise_normal(longer, 0.5, Random{1, 2});
  training::initialise_normal(other, 0.5, Random{2, 2});
  CHECK(weights.table == longer.table);
  CHECK(weights.temperature == longer.temperature);
  CHECK(weights.bias[2] == longer.bias[2]);
  CHECK(weights.bias[1] == 0.5 * Random{1, 2}.normal(1, 0));
  CHECK(weights.table[1] == 0.5 * Random{1, 2}.normal(1, 2));
  CHECK(training::flatten(weights) != training::flatten(other));
}

TEST_CASE("initial weights have mean 0 and the asked standard deviation within 4 standard errors",
          "[training]") {
  constexpr int entries = 20000;
  Weights weights{Vector(entries), 0, {}};
  training::initialise_normal(weights, 0.1, Random{3, 4});
  double mean = 0, square = 0;
  for (const double x : weights.bias) {
    mean += x / entries;
    square += x * x / entries;
  }
  CHECK(std::abs(mean) < 4 * 0.1 / std::sqrt(entries));
  CHECK(std::abs(square / 0.01 - 1) < 4 * std::sqrt(2.0 / entries));
}

TEST_CASE("each rule gives mean 0 and its own standard deviation within 4 standard errors", "[training]") {
  struct Case {
    Initial rule;
    double deviation, largest;
  };
  const double truncated = 2 / 0.87962566103423978;
  for (const auto& [rule, deviation, largest] :
       {Case{Initial::normal(0.3), 0.3, INFINITY}, Case{Initial::uniform(0.3), 0.3 / std::sqrt(3.0), 0.3},
        Case{Initial::lecun(16), 0.25, truncated * 0.25}, Case{Initial::he(8), 0.5, truncated * 0.5},
        Case{Initial::glorot(20, 4), std::sqrt(2.0 / 24), 0.5}}) {
    const auto m = drawn(rule);
    CHECK(std::abs(m.mean) < 4 * deviation / std::sqrt(entries));
    CHECK(std::abs(m.deviation / deviation - 1) < 4 / std::sqrt(2.0 * entries));  // no wider than a normal's
    CHECK(m.largest < largest);
  }
  CHECK((drawn(Initial::zeros()).largest == 0 && drawn(Initial::ones()).largest == 1));
  CHECK(std::abs(drawn(Initial::ones()).mean - 1) < 1e-12);
}

TEST_CASE("the deviation of a truncated normal is that of the density between two deviations", "[training]") {
  constexpr int cells = 200000;
  double mass = 0, square = 0;
  for (int n = 0; n < cells; ++n) {
    const double x = -2 + 4 * (n + 0.5) / cells;
    mass += std::exp(-x * x / 2);
    square += x * x * std::exp(-x * x / 2);
  }
  CHECK(std::abs(std::sqrt(square / mass) - 0.87962566103423978) < 1e-9);
}

TEST_CASE("a tensor without a rule is refused by initialise, not by initialise_normal", "[training]") {
  Weights weights{Vector(3), 0, Vector(2)};
  CHECK_THROWS_AS(training::initialise(weights, Random{1, 2}), BrokenPromise);
  CHECK_NOTHROW(training::initialise_normal(weights, 1.0, Random{1, 2}));
  CHECK(weights.temperature == Random{1, 2}.normal(0, 1));
}
