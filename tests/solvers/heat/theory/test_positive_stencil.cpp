// tests/solvers/heat/theory/test_positive_stencil.cpp
#include "solvers/heat/theory/positive_stencil.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>

#include "core/core/require.hpp"

using namespace attune;
using namespace attune::heat::theory;

namespace {

bool near(const Interval& interval, double from, double to, double tolerance) {
  return std::abs(interval.from - from) < tolerance && std::abs(interval.to - to) < tolerance;
}

double square_sum(const std::vector<double>& w) {
  double sum = w[0] * w[0];
  for (std::size_t j = 1; j < w.size(); ++j) sum += 2 * w[j] * w[j];
  return sum;
}

}  // namespace

TEST_CASE("T6: order 2 is possible to W^2 / 2, order 4 from 1/6 to W^2 / 6, a single point for W = 1",
          "[heat][theory]") {
  for (int W = 1; W <= 6; ++W) {
    const double square = W * W;
    const auto second = feasible_times(2, W, 200), fourth = feasible_times(4, W, 200);
    REQUIRE((second.size() == 1 && fourth.size() == 1));
    CHECK(near(second[0], 0, square / 2, 1e-12));
    CHECK(near(fourth[0], 1.0 / 6, square / 6, 1e-12));
  }
}

TEST_CASE("T6: orders 6 and 8 have the edges of the fully determined windows and of the scan",
          "[heat][theory]") {
  CHECK(feasible_times(6, 2, 200).empty());
  const auto sixth = feasible_times(6, 3, 200);
  REQUIRE(sixth.size() == 1);
  // Four weights, four equations: w_2 = 0 is r^2 - r + 3/20 = 0.
  CHECK(near(sixth[0], 0.5 - std::sqrt(0.1), 0.5 + std::sqrt(0.1), 1e-11));

  // Where E X^2 (X^2 - 1) (X^2 - 4) (X^2 - 9) = 0; one weight less than equations for W = 3.
  const auto eighth = feasible_times(8, 3, 200);
  REQUIRE(eighth.size() == 1);
  const double root = eighth[0].from;
  CHECK(std::abs(((140 * root - 140) * root + 49) * root - 6) < 1e-10);
  CHECK(eighth[0].to - root < 1e-10);

  const auto wide_sixth = feasible_times(6, 4, 300), wide_eighth = feasible_times(8, 4, 300);
  REQUIRE((wide_sixth.size() == 1 && wide_eighth.size() == 1));
  CHECK(near(wide_sixth[0], 0.175, 1.358, 5e-4));
  CHECK(near(wide_eighth[0], 0.350, 0.955, 1.1e-3));
  CHECK(std::abs(wide_eighth[0].from - root) < 1e-10);
}

TEST_CASE("T6: no feasible time passes the bound of Gauss's rule, and outside there is a proof",
          "[heat][theory]") {
  for (const int order : {4, 6, 8, 10})
    for (const int W : {5, 7}) {
      const auto times = feasible_times(order, W, 150);
      REQUIRE(times.size() == 1);
      CHECK(times[0].to <= necessary_bound(order, W) * (1 + 1e-12));
      for (const Long r : {times[0].from * (1 - 1e-3L), times[0].to * (1 + 1e-3L)}) {
        const MomentProblem outside{order, W, r};
        CHECK(separation(outside, feasible(outside).certificate).proves());
      }
    }
}

TEST_CASE("the weights of least norm satisfy the equations and no feasible weights are shorter",
          "[heat][theory]") {
  const MomentProblem problems[] = {{2, 4, 0.1L}, {2, 4, 5},    {4, 6, 0.2L},
                                    {4, 6, 3},    {6, 6, 2.5L}, {8, 6, 1}};
  for (const auto& problem : problems) {
    const std::vector<double> w = least_norm_weights(problem);
    const LinearProgramme lp = equations(problem);
    LongVector x(static_cast<Eigen::Index>(w.size()));
    for (std::size_t j = 0; j < w.size(); ++j) x[j] = (j == 0 ? 1 : 2) * w[j];
    INFO("order " << problem.order << " r " << static_cast<double>(problem.r));
    CHECK((lp.A * x - lp.b).cwiseAbs().maxCoeff() < 1e-15L);
    CHECK(x.minCoeff() >= 0);
    // Optimal where the gradient 2 w has no feasible descent: a linear programme with it as cost.
    LinearProgramme tangent = lp;
    for (std::size_t j = 0; j < w.size(); ++j) tangent.c[j] = w[j];
    CHECK(std::abs(static_cast<double>(minimise(tangent).value) - square_sum(w)) < 1e-14);
  }
  CHECK(least_norm_weights({4, 2, 0.1L}).empty());
}

TEST_CASE("T6: the product of a positive stencil is positive and of its order", "[heat][theory]") {
  const Interval single = feasible_times(8, 3, 200)[0];
  for (const int D : {1, 2, 3})
    for (const int order : {4, 6, 8}) {
      const Long r = order == 4 ? 1.0L / 6 : order == 6 ? 0.5L : (single.from + single.to) / 2;
      const Stencil head = product_stencil(least_norm_weights({order, order == 4 ? 1 : 3, r}), D);
      for (const double weight : head.weights) CHECK(weight >= 0);
      CHECK(std::abs(std::accumulate(head.weights.begin(), head.weights.end(), 0.0) - 1) < 1e-14);
      const auto error = [&](double theta) {
        PerAxis angles{0, 0, 0};
        double square = 0;
        for (int a = 3 - D; a < 3; ++a) {
          angles[a] = theta * (a == 2 ? 1 : 0.7);
          square += angles[a] * angles[a];
        }
        return std::abs(symbol(head, angles).real() - std::exp(-static_cast<double>(r) * square));
      };
      // A step of dt ~ h^2 with an error of theta^(order + 2) has the order.
      CHECK(std::abs(std::log2(error(0.4) / error(0.2)) - (order + 2)) < 0.15);
    }
}
