// tests/solvers/traffic/theory/test_optimal_velocity.cpp
#include "solvers/traffic/theory/optimal_velocity.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "solvers/traffic/theory/string_stability.hpp"

using namespace attune::traffic::theory;

TEST_CASE("a ring of N loses stability at its own threshold", "[traffic][theory]") {
  for (const int N : {5, 20, 100}) {
    const double a = 1.3, slope = ovm_ring_threshold(a, N);
    CHECK(fastest_mode(one_leader(a * slope * (1 - 1e-8), -a, 0), N).root.real() < 0);
    CHECK(fastest_mode(one_leader(a * slope * (1 + 1e-8), -a, 0), N).root.real() > 0);
  }
  CHECK(std::abs(ovm_ring_threshold(1, 100000) - ovm_threshold(1)) < 1e-9);
}

TEST_CASE("full velocity difference: the threshold of the long wave", "[traffic][theory]") {
  const double k = .41, gain = .5, slope = fvdm_threshold(k, gain);
  CHECK(std::abs(long_wave(one_leader(k * slope, -k - gain, gain)).second) < 1e-15);
}

TEST_CASE("several leaders: the threshold of the long wave", "[traffic][theory]") {
  const std::vector<double> weights{.5, .3, .4};
  const double slope = lenz_threshold(weights);
  Linearisation f;
  f.speed = -1.2;
  for (int k = 1; k <= 3; ++k) f.distance.push_back(weights[k - 1] * slope / k);
  f.leader_speed.assign(3, 0);
  CHECK(std::abs(long_wave(f).second) < 1e-15);
}

TEST_CASE("the critical relaxation of four attended leaders is that of the table", "[traffic][theory]") {
  const double table[][2] = {{0, .8},         {.1, .84198018}, {.25, .91203228}, {.5, 1.04415550},
                             {1, 1.32683426}, {2, 1.73133889}, {5, 1.98652412}};
  for (const auto& row : table) CHECK(std::abs(critical_relaxation(1, row[0], 4) - row[1]) < 6e-9);
  CHECK(std::abs(mean_leader(800, 4) - 1) < 1e-15);
}

TEST_CASE("the mean leader is the sum that it abbreviates", "[traffic][theory]") {
  for (const double beta : {-.7, 1e-9, 1e-4, 2e-3, 3e-3, .03, .6, 4.0})
    for (const int K : {1, 2, 4, 9}) {
      long double top = 0, total = 0;
      for (int k = 1; k <= K; ++k) {
        top += k * std::exp(-static_cast<long double>(beta) * k);
        total += std::exp(-static_cast<long double>(beta) * k);
      }
      CHECK(std::abs(mean_leader(beta, K) - static_cast<double>(top / total)) < 3e-13);
    }
}

TEST_CASE("the kink of the tanh is sqrt(2.5 (a_c / a - 1)) high", "[traffic][theory]") {
  CHECK(std::abs(kink_amplitude(1, -2, 1.9) - .36274) < 6e-6);
  CHECK(std::abs(kink_amplitude(1, -2, 1.8) - .52705) < 6e-6);
}
