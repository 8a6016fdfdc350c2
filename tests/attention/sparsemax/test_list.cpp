// tests/attention/sparsemax/test_list.cpp
//
// Sparsemax of a list of scores on the host.
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>

#include "attention/sparsemax/list.hpp"
#include "tests/support/gradient.hpp"

using namespace attune;
using namespace attune::attention;

namespace {

std::vector<double> random_scores(std::size_t n, double size, std::uint32_t stream) {
  std::vector<double> scores(n);
  for (std::size_t o = 0; o < n; ++o) scores[o] = size * Random{3, stream}.normal(o);
  return scores;
}

}  // namespace

TEST_CASE("sparsemax of a list: weights are those of the nearest point of the simplex",
          "[attention][sparsemax]") {
  for (const std::size_t n : {1, 2, 3, 9, 100})
    for (const double size : {0.01, 0.3, 1.0, 30.0}) {
      const auto scores = random_scores(n, size, 1);
      const auto [p, theta] = sparsemax::project(scores);
      CHECK(std::abs(std::accumulate(p.begin(), p.end(), 0.0) - 1) < 1e-14 * static_cast<double>(n));
      // Stationarity, feasibility and complementarity of |p - s|^2 / 2 on the simplex; theta is the
      // multiplier of the sum: p_o - s_o + theta = mu_o >= 0, and mu_o p_o = 0.
      for (std::size_t o = 0; o < n; ++o) {
        const double mu = p[o] - scores[o] + theta;
        CHECK(p[o] >= 0);
        CHECK(mu >= -1e-15 * (1 + std::abs(theta)));
        CHECK(std::abs(mu * p[o]) < 1e-15 * (1 + std::abs(theta)));
      }
    }
}

TEST_CASE("sparsemax of a list: spread scores give exact zeros, close ones none", "[attention][sparsemax]") {
  CHECK(sparsemax::project<double>({2, 1, 0}).p == std::vector<double>{1, 0, 0});
  CHECK(sparsemax::project<double>({1, 1, -3}).p == std::vector<double>{0.5, 0.5, 0});
  CHECK(sparsemax::project<double>({0.5, 0.25, -0.25}).p == std::vector<double>{0.625, 0.375, 0});
  for (const double p : sparsemax::project(random_scores(7, 0.02, 2)).p) CHECK(p > 0);
}

TEST_CASE("sparsemax of a list: a masked score, no score, one score, not a number",
          "[attention][sparsemax]") {
  constexpr double masked = -INFINITY;
  CHECK(sparsemax::project<double>({masked, 3, masked}).p == std::vector<double>{0, 1, 0});
  CHECK(sparsemax::project<double>({masked, masked}).p == std::vector<double>{0, 0});
  CHECK(sparsemax::project<double>({masked, masked}).theta == masked);
  CHECK(sparsemax::project<double>({}).p.empty());
  CHECK(sparsemax::project<double>({-7}).theta == -8);
  for (const double p : sparsemax::project<double>({0, NAN, 5}).p) CHECK(std::isnan(p));
}

TEST_CASE("sparsemax of a list: a constant added to all scores moves the threshold alone",
          "[attention][sparsemax]") {
  const auto scores = random_scores(40, 0.5, 3);
  auto shifted = scores;
  for (double& s : shifted) s += 1024;
  const auto before = sparsemax::project(scores), after = sparsemax::project(shifted);
  CHECK(test::largest_difference(before.p, after.p) < 1e-12);
  CHECK(std::abs(after.theta - before.theta - 1024) < 1e-12);
}

TEST_CASE("sparsemax of a list: the Jacobian is that of central differences, and symmetric",
          "[attention][sparsemax]") {
  constexpr double step = 1e-6;
  const auto scores = random_scores(12, 0.4, 4), u = random_scores(12, 1, 5), w = random_scores(12, 1, 6);
  const auto p = sparsemax::project(scores).p;
  auto up = scores, down = scores;
  for (std::size_t o = 0; o < u.size(); ++o) {
    up[o] += step * u[o];
    down[o] -= step * u[o];
  }
  auto slope = sparsemax::project(up).p;
  const auto other = sparsemax::project(down).p;
  for (std::size_t o = 0; o < u.size(); ++o) slope[o] = (slope[o] - other[o]) / (2 * step);
  const auto product = sparsemax::jacobian_times(p, u);
  CHECK(test::largest_difference(product, slope) < 1e-9);
  CHECK(std::abs(std::inner_product(w.begin(), w.end(), product.begin(), 0.0) - [&] {
          const auto turned = sparsemax::jacobian_times(p, w);
          return std::inner_product(u.begin(), u.end(), turned.begin(), 0.0);
        }()) < 1e-14);
}
