// tests/solvers/traffic/theory/test_softmax_extremes.cpp
#include "solvers/traffic/theory/softmax_extremes.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numbers>

#include "solvers/traffic/theory/attention_lipschitz.hpp"

using namespace attune::traffic::theory;

TEST_CASE("Lambert's W0 inverts w exp w", "[traffic][theory]") {
  for (const double w : {-.999, -.9, -.5, -1e-3, 1e-9, .1, 1.0, 5.0, 50.0, 500.0}) {
    const double x = w * std::exp(w);
    CHECK(std::abs(lambert_w(x) - w) < (w < -.99 ? 1e-12 : 4e-15 * (1 + std::abs(w))));
  }
  CHECK(lambert_w(0) == 0);
  CHECK(std::abs(lambert_w(1) - .56714329040978387) < 1e-15);
}

TEST_CASE("two logits are most sensitive at the temperature of the table", "[traffic][theory]") {
  const TemperaturePeak peak = temperature_peak();
  CHECK(std::abs(peak.x - .7717023192) < 6e-11);
  CHECK(std::abs(peak.tau - .6479182290) < 6e-11);
  CHECK(std::abs(peak.norm - .4477432047) < 6e-11);
  CHECK(std::abs(two_logit_norm(3, 3 * peak.tau) - peak.norm / 3) < 1e-15);
  CHECK(two_logit_norm(3, 3 * peak.tau * 1.01) < peak.norm / 3);
  CHECK(two_logit_norm(3, 3 * peak.tau * 0.99) < peak.norm / 3);
}

TEST_CASE("regret is attained by alike logits at one gap", "[traffic][theory]") {
  for (const int n : {2, 5, 1000}) {
    const double tau = .3, gap = regret_gap(n, tau);
    const auto regret = [&](double g) { return (n - 1) * g / (std::exp(g / tau) + n - 1); };
    CHECK(std::abs(regret(gap) - largest_regret(n, tau)) < 1e-15 * n);
    CHECK(regret(gap * 1.01) < regret(gap));
    CHECK(regret(gap * .99) < regret(gap));
  }
}

TEST_CASE("Boltzmann gains of two are those of the table", "[traffic][theory]") {
  const BoltzmannExtremes e = boltzmann_extremes();
  CHECK(std::abs(e.gap - 2.39936) < 6e-6);
  CHECK(std::abs(e.largest - 1.09983932) < 6e-9);
  CHECK(std::abs(e.smallest + .09983932) < 6e-9);
  CHECK(std::abs(e.sign_change - 1.27846454) < 6e-9);
  const double tau = .6;
  const auto gains = boltzmann_gains({1, 1 - e.gap * tau}, tau);
  CHECK(std::abs(gains[0] - e.largest) < 1e-14);
  CHECK(std::abs(gains[1] - e.smallest) < 1e-14);
  double sum = 0;
  for (const double g : boltzmann_gains({.1, 2.0, -3.0, .7}, tau)) sum += g;
  CHECK(std::abs(sum - 1) < 1e-15);
}

TEST_CASE("the least entropy is attained by one logit above the others", "[traffic][theory]") {
  const int n = 7;
  const double s = 2.5, top = s * std::sqrt((n - 1.0) / n), rest = -s / std::sqrt(n * (n - 1.0));
  const double total = std::exp(top) + (n - 1) * std::exp(rest);
  const double p = std::exp(top) / total, q = std::exp(rest) / total;
  const double entropy = -p * std::log(p) - (n - 1) * q * std::log(q);
  CHECK(std::abs(least_entropy(s, n) - entropy) < 1e-14);
}

TEST_CASE("bounds of whole layers", "[traffic][theory]") {
  const double w = lambert_w(15 / std::numbers::e);
  CHECK(std::abs(l2_attention_infinity_bound(16, 8, {1, {1, 1}, {2, 1}, {3, 1}}) - 6 * (4 * w + .5)) < 1e-13);
  CHECK(std::abs(l2_attention_spectral_bound(16, 8, {2, {1, 0}, {3, 1}}) - 12 * (4 * w + 1)) < 1e-13);
  CHECK(std::abs(dot_attention_bound(10, 1, 1, 2) - 2 * std::sqrt(3.0 * 51)) < 1e-13);
}
