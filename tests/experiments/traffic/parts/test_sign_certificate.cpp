// tests/experiments/traffic/parts/test_sign_certificate.cpp
#include "experiments/traffic/parts/sign_certificate.hpp"

#include <catch2/catch_test_macros.hpp>

#include "solvers/traffic/driving_constraints.hpp"
#include "solvers/traffic/theory/softmax_extremes.hpp"
#include "tests/solvers/traffic/sights.hpp"

using namespace attune;
using namespace attune::experiments::traffic;

namespace {

constexpr int capacity = LeaderAttention::capacity;

AttendInteractions driver(int leaders, double temperature, double heeded, double reach = 10) {
  return {.heed = {.heeded = leaders, .reach = reach, .temperature = temperature},
          .heed_interaction = heeded};
}
int wrong_of_distance(const AttendInteractions& law, const Sight<double, capacity>& see) {
  const auto f = law.partials(see);
  int wrong = 0;
  for (int k = 0; k < law.leaders(); ++k) wrong += f.distance[k] < 0;
  return wrong;
}

}  // namespace

TEST_CASE("the certificate says which signs are wrong, and how far off they are") {
  int wrong = 0;
  for (int sight = 0; sight < 2000; ++sight)
    for (const double heeded : {0.0, 0.7}) {
      const auto see = test::random_sight<capacity>(sight, 5, true);
      const auto law = driver(2 + sight % 7, 0.05 * std::pow(1.01, sight), heeded);
      const auto f = law.partials(see);
      const auto certificate = sign_certificate(law, see);
      for (int k = 0; k < law.leaders(); ++k) {
        if (std::abs(certificate.margins[k]) < 1e-9) continue;
        if (f.distance[k] != 0) REQUIRE((f.distance[k] < 0) == (certificate.margins[k] < 0));
        if (certificate.margins[k] > 0) REQUIRE(f.leader_speed[k] >= 0);
        wrong += f.distance[k] < 0;
      }
    }
  CHECK(wrong > 100);
}

TEST_CASE("from the sure temperature on no sign is wrong, whatever the biases") {
  for (int sight = 0; sight < 2000; ++sight) {
    const auto see = test::random_sight<capacity>(sight, 5, true);
    auto law = driver(5, 1, 0.2);
    for (int k = 0; k < 5; ++k) law.heed.bias[k] = std::sin(1.0 * sight * k);
    law.heed.temperature = 1.0001 * sign_certificate(law, see).sure_temperature;
    REQUIRE(wrong_of_distance(law, see) == 0);
  }
}

TEST_CASE("of two interactions the weaker is answered against its sense from a gap of 1.27846454 tau on") {
  const double tau = 0.8;
  const auto sight_at = [&](double gap) {  // phi_1 = 4, phi_2 = 4 - gap, all at rest
    Sight<double, capacity> see;
    see.distance[0] = 5 + 2 / 2.0;
    see.distance[1] = 10 + 2 / std::sqrt(4 - gap);
    return see;
  };
  const auto law = driver(2, tau, 1, Kokkos::Experimental::infinity_v<double>);
  double low = 0, high = 3;
  while (high - low > 1e-13) {
    const double middle = (low + high) / 2;
    (wrong_of_distance(law, sight_at(middle)) > 0 ? high : low) = middle;
  }
  CHECK(std::abs(low / tau - 1.27846454) < 1e-8);
  CHECK(std::abs(low / tau - attune::traffic::theory::boltzmann_extremes().sign_change) < 1e-10);
}
