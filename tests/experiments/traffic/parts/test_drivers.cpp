// tests/experiments/traffic/parts/test_drivers.cpp
#include <catch2/catch_test_macros.hpp>
#include <complex>

#include "attention/softmax.hpp"
#include "experiments/traffic/parts/driver_list.hpp"
#include "solvers/traffic/driving_constraints.hpp"
#include "tests/solvers/traffic/sights.hpp"

using namespace attune;
using namespace attune::traffic;
using namespace attune::experiments::traffic;
using attune::experiments::traffic::Sight;

namespace {

constexpr int sights = 1000, capacity = LeaderAttention::capacity;
using Seen = Sight<double, capacity>;

LeaderAttention heeding(int leaders, double temperature) {
  LeaderAttention heed{.heeded = leaders, .reach = 12, .temperature = temperature};
  for (int k = 0; k < capacity; ++k) heed.bias[k] = 0.3 * std::cos(3.0 * k);
  return heed;
}

template <class Action> void for_each_driver(const Action& action) {
  for (const int leaders : {1, 2, 5, 16})
    for (const double temperature : {0.2, 1.0, 30.0}) {
      const auto heed = heeding(leaders, temperature);
      action(AttendGaps{.sensitivity = 0.7, .heed = heed, .optimal = test::motorway(), .length = 5});
      action(AttendSpeeds{.heed = heed, .optimal = test::motorway(), .length = 5});
      action(AttendInteractions{.heed = heed});
      action(AttendInteractions{.heed = heed, .heed_interaction = 0.4});
    }
}

template <class Law> double worst_partial(const Law& law, const Seen& see) {
  constexpr double step = 1e-30;
  const auto f = law.partials(see);
  double worst = 0, largest = 0;
  for (int n = 0; n < test::numbers<capacity>; ++n) {
    auto stepped = test::as<std::complex<double>>(see);
    test::number<capacity>(stepped, n) += std::complex<double>(0, step);
    const double truth = law.acceleration(stepped).imag() / step;
    largest = std::max(largest, std::abs(truth));
    worst = std::max(worst, std::abs(test::number<capacity>(f, n) - truth));
  }
  return worst / largest;
}

template <class Law> double size_of_terms(const Law& law, const Seen& see) {
  const auto f = law.partials(see);
  double size = std::abs(law.acceleration(see)) + std::abs(f.speed) * law.speed_scale();
  for (int n = 0; n < test::numbers<capacity>; ++n)
    size += std::abs(test::number<capacity>(f, n) * test::number<capacity>(see, n));
  return size;
}

Seen near(int sight) { return test::random_sight<capacity>(sight, 5, true); }

}  // namespace

TEST_CASE("drivers have partials that complex steps confirm") {
  for_each_driver([](const auto& law) {
    INFO(law.name << " " << law.leaders() << " " << law.heed.temperature);
    double worst = 0;
    for (int sight = 0; sight < sights; ++sight) worst = std::max(worst, worst_partial(law, near(sight)));
    CHECK(worst < 1e-12);
  });
}

TEST_CASE("a register of drivers does what they do one by one, whichever lane they are in") {
  for_each_driver([](const auto& law) {
    INFO(law.name << " " << law.leaders() << " " << law.heed.temperature);
    for (int first = 0; first + Lanes::count < sights; ++first) {
      Sight<Lanes, capacity> see, moved;
      for (int l = 0; l < Lanes::count; ++l)
        for (int n = 0; n < test::numbers<capacity>; ++n) {
          const Seen one = near(first + l), next = near(first + 1 + l);
          test::number<capacity>(see, n).value[l] = test::number<capacity>(one, n);
          test::number<capacity>(moved, n).value[l] = test::number<capacity>(next, n);
        }
      const Lanes u = law.acceleration(see), u_moved = law.acceleration(moved);
      for (int l = 0; l < Lanes::count; ++l) {
        const Seen one = near(first + l);
        REQUIRE(std::abs(u[l] - law.acceleration(one)) <= 0x1p-50 * size_of_terms(law, one));
        if (l > 0) REQUIRE(u[l] == u_moved[l - 1]);
      }
    }
  });
}

TEST_CASE("drivers are finite at every distance and read nothing beyond their leaders") {
  for_each_driver([](const auto& law) {
    INFO(law.name << " " << law.leaders() << " " << law.heed.temperature);
    for (const double distance : {1e-300, 0.01, 5.0, 7.0, 1e4, 1e100})
      for (const double v : {-5.0, 0.0, 1e-300, 60.0})
        for (const double v_1 : {-5.0, 0.0, 60.0}) {
          auto see = uniform_sight(law, distance, v);
          for (int k = 0; k < capacity; ++k) {
            see.leader_speed[k] = k < law.leaders() ? v_1 : std::nan("");
            if (k >= law.leaders()) see.distance[k] = std::nan("");
          }
          see.distance_behind = see.follower_speed = std::nan("");
          const auto f = law.partials(see);
          REQUIRE(std::isfinite(law.acceleration(see)));
          for (int n = 0; n < test::numbers<capacity>; ++n)
            REQUIRE(std::isfinite(test::number<capacity>(f, n)));
        }
  });
}

TEST_CASE("weights are those of attention's own softmax, and of sum one") {
  for (int sight = 0; sight < sights; ++sight) {
    const auto heed = heeding(1 + sight % capacity, 0.5);
    const Seen see = near(sight);
    std::vector<double> z;
    for (int k = 0; k < heed.heeded; ++k)
      z.push_back((heed.bias[k] - see.distance[k] / heed.reach) / heed.temperature);
    const auto truth = attention::softmax(z);
    double a[capacity], sum = 0;
    heed.weights(see, a);
    for (int k = 0; k < heed.heeded; ++k) {
      REQUIRE(std::abs(a[k] - truth.p[k]) < 1e-13);
      sum += a[k];
    }
    REQUIRE(std::abs(sum - 1) < 1e-15 * capacity);
  }
}

TEST_CASE("cold drivers heed the first leader alone") {
  LeaderAttention heed{.heeded = 16, .reach = 10, .temperature = 1e-4};
  const OptimalVelocity optimal = test::motorway();
  for (int sight = 0; sight < sights; ++sight) {
    const Seen see = near(sight);
    const auto one = narrowed<1>(see);
    const auto apart = [&](const auto& law, const auto& of_one) {
      return std::abs(law.acceleration(see) - of_one.acceleration(one)) /
             (1 + std::abs(of_one.acceleration(one)));
    };
    REQUIRE(apart(AttendGaps{.heed = heed, .optimal = optimal}, Ovm{.optimal = optimal}) < 1e-10);
    REQUIRE(apart(AttendSpeeds{.sensitivity = 0.41, .speed_gain = 0.5, .heed = heed}, Fvdm{.optimal = {}}) <
            1e-10);
    REQUIRE(apart(AttendInteractions{.heed = heed}, Idm{}) < 1e-10);
  }
}

TEST_CASE("hot drivers heed all leaders alike") {
  const LeaderAttention heed{.heeded = 8, .reach = 10, .temperature = 1e14};
  const OptimalVelocity optimal = test::motorway();
  Lenz lenz{.heeded = 8, .optimal = optimal};
  for (double& a : lenz.sensitivity) a = 1.0 / 8;
  for (int sight = 0; sight < sights; ++sight) {
    const Seen see = near(sight);
    double mean = 0, phi = 0;
    for (int k = 0; k < 8; ++k) {
      mean += see.leader_speed[k] / 8;
      phi += AttendInteractions{}.interaction(see, k).value / 8;
    }
    const double u = lenz.acceleration(narrowed<8>(see));
    REQUIRE(std::abs(AttendGaps{.heed = heed, .optimal = optimal}.acceleration(see) - u) < 1e-10);
    const AttendSpeeds speeds{.heed = heed, .optimal = optimal};
    REQUIRE(std::abs(speeds.acceleration(see) - (optimal.speed(see.distance[0]) - see.speed) -
                     0.25 * (mean - see.speed)) < 1e-10);
    const double truth = 1 - std::pow(see.speed / 30, 4) - phi;
    REQUIRE(std::abs(AttendInteractions{.heed = heed}.acceleration(see) - truth) <
            1e-10 * (1 + std::abs(truth)));
  }
}

TEST_CASE("a list of all drivers is visited by name") {
  int seen = 0;
  Drivers drivers;
  std::get<AttendSpeeds>(drivers).speed_gain = 3;
  with_law(drivers, "attend_speeds",
           [&](const auto& law) { seen += law.partials({}).leader_speed[0] == 0.75 * 4; });
  with_law(drivers, "idm", [&](const auto& law) { seen += law.leaders(); });
  CHECK(seen == 1);
  CHECK(driver_names().size() == law_names().size() + 3);
  CHECK_THROWS_AS(with_law(drivers, "nobody", [](const auto&) {}), InputError);
}
