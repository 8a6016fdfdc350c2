// tests/attention/test_short_softmax.cpp
#include "attention/short_softmax.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "attention/running_softmax.hpp"
#include "attention/softmax.hpp"
#include "core/core/random.hpp"

using namespace attune;

namespace {

struct Doubles {
  static double exponential(double x) { return std::exp(x); }
  static double larger(double a, double b) { return a > b ? a : b; }
};

constexpr int longest = 16;

}  // namespace

TEST_CASE("short lists have the weights of long ones, and of rows seen one score at a time") {
  const Random random{.seed = 3};
  for (std::uint64_t list = 0; list < 1000; ++list) {
    const int n = 1 + static_cast<int>(list % longest);
    std::vector<double> z;
    for (int k = 0; k < n; ++k) z.push_back(20 * random.normal(list, static_cast<std::uint32_t>(k)));
    const auto truth = attention::softmax(z);
    attention::RunningSoftmax<double> running;
    for (const double score : z) running.absorb(score);

    double e[longest], total = 0;
    std::copy(z.begin(), z.end(), e);
    const double sum = attention::exponentials<Doubles>(e, n);
    for (int k = 0; k < n; ++k) {
      REQUIRE(std::abs(e[k] / sum - truth.p[k]) <= 4e-16);
      total += e[k] / sum;
    }
    REQUIRE(std::abs(total - 1) <= 4e-15);
    REQUIRE(std::abs(sum / running.sum - 1) <= 4e-15);
  }
}

TEST_CASE("a masked logit has no weight, a huge one no overflow") {
  double e[3]{-std::numeric_limits<double>::infinity(), 1e300, 0};
  CHECK(attention::exponentials<Doubles>(e, 3) == 1);
  CHECK((e[0] == 0 && e[1] == 1 && e[2] == 0));
}
