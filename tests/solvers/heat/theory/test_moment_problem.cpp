// tests/solvers/heat/theory/test_moment_problem.cpp
#include "solvers/heat/theory/moment_problem.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "core/core/require.hpp"

using namespace attune;
using namespace attune::heat::theory;

namespace {

// (2k)! / k! r^k
Long moment(int k, Long r) {
  Long product = 1;
  for (int i = 1; i <= k; ++i) product *= 2 * (2 * i - 1) * r;
  return product;
}

}  // namespace

TEST_CASE("equation in moment_problem.hpp: feasible weights have the moments of the heat kernel",
          "[heat][theory]") {
  const MomentProblem problems[] = {{2, 1, 0.3}, {4, 2, 0.5}, {6, 4, 1},
                                    {8, 4, 0.6}, {8, 7, 2},   {12, 9, 1.5}};
  for (const auto& problem : problems) {
    const Feasibility found = feasible(problem);
    REQUIRE(found.feasible);
    CHECK(found.weights.minCoeff() >= 0);
    for (int k = 0; k <= problem.order / 2; ++k) {
      Long sum = 0;
      for (int j = 0; j <= problem.reach; ++j)
        sum += (j == 0 ? 1 : 2) * found.weights[j] * std::pow(Long(j), 2 * k);
      const Long largest = std::pow(Long(problem.reach), 2 * k);
      CHECK(std::abs(sum - moment(k, problem.r)) < 1e-14L * largest);
    }
  }
}

TEST_CASE("T6: a window of two has the weights of the second-order Taylor step with the fourth-order star",
          "[heat][theory]") {
  for (const Long r : {0.17L, 0.3L, 0.66L}) {
    const LongVector w = feasible({4, 2, r}).weights;
    CHECK(std::abs(w[0] - (1 - 5 * r / 2 + 3 * r * r)) < 1e-15L);
    CHECK(std::abs(w[1] - 2 * r * (2 - 3 * r) / 3) < 1e-15L);
    CHECK(std::abs(w[2] - r * (6 * r - 1) / 12) < 1e-15L);
  }
}

TEST_CASE("an infeasible moment problem is proved by a polynomial, a feasible one by none",
          "[heat][theory]") {
  const MomentProblem problems[] = {{2, 2, 2.01L}, {4, 3, 0.16L}, {4, 1, 0.2L},  {4, 3, 1.51L},
                                    {6, 4, 0.17L}, {6, 4, 1.36L}, {8, 4, 0.34L}, {8, 4, 0.956L},
                                    {8, 3, 0.5L},  {16, 9, 0.3L}, {6, 1, 0.1L}};
  for (const auto& problem : problems) {
    INFO("order " << problem.order << " reach " << problem.reach << " r " << static_cast<double>(problem.r));
    const Feasibility found = feasible(problem);
    REQUIRE(!found.feasible);
    const Separation proof = separation(problem, found.certificate);
    CHECK(proof.proves());
    CHECK(proof.gap > 1e-6L);
    // The same polynomial says nothing where the moments are those of weights on the window.
    MomentProblem possible = problem;
    possible.order = 2;
    possible.r = 0.4L;
    CHECK(!separation(possible, found.certificate.head(2)).proves());
  }
  CHECK(!separation({4, 3, 0.16L}, LongVector::Zero(3)).proves());
}

TEST_CASE("T6: the certificates at the edges of order 4 are j^2 (j^2 - 1) and j^2 (W^2 - j^2)",
          "[heat][theory]") {
  const int W = 3;
  for (const bool low : {true, false}) {
    const LongVector y = feasible({4, W, low ? 0.16L : 1.51L}).certificate;
    const auto q = [&](Long j) {
      const Long x = 2 * j * j / (W * W) - 1;
      return y[0] + y[1] * x + y[2] * (2 * x * x - 1);
    };
    const auto expected = [&](Long j) { return low ? j * j * (j * j - 1) : j * j * (W * W - j * j); };
    for (int j = 0; j <= W; ++j)
      CHECK(std::abs((q(j) - q(0)) * expected(2) - (q(2) - q(0)) * expected(j)) < 1e-14L);
  }
}

TEST_CASE("the bounds of Gauss's rule are W^2 over 2, 6, 10.90 and 16.32", "[heat][theory]") {
  for (const int W : {1, 4, 7}) {
    const double square = W * W;
    CHECK(std::abs(necessary_bound(2, W) / (square / 2) - 1) < 1e-15);
    CHECK(std::abs(necessary_bound(4, W) / (square / 6) - 1) < 1e-15);
    CHECK(std::abs(necessary_bound(6, W) / (square / (2 * (3 + std::sqrt(6.0)))) - 1) < 1e-15);
    CHECK(std::abs(necessary_bound(8, W) / (square / (2 * (5 + std::sqrt(10.0)))) - 1) < 1e-15);
  }
  CHECK_THROWS_AS(feasible({5, 2, 0.1L}), BrokenPromise);
}
