// tests/solvers/traffic/test_laws.cpp
#include "solvers/traffic/law_list.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "tests/solvers/traffic/sights.hpp"

using namespace attune;
using namespace attune::traffic;
using Catch::Matchers::WithinRel;

namespace {

constexpr int sights = 2000;

template <class Law>
Partials<Law::capacity> by_complex_steps(const Law& law, const Sight<double, Law::capacity>& see) {
  constexpr int c = Law::capacity;
  constexpr double step = 1e-30;
  Partials<c> f;
  for (int n = 0; n < test::numbers<c>; ++n) {
    auto stepped = test::as<std::complex<double>>(see);
    test::number<c>(stepped, n) += std::complex<double>(0, step);
    test::number<c>(f, n) = law.acceleration(stepped).imag() / step;
  }
  return f;
}

// Largest error of a partial: forward, over its own size; backward too, where terms of either sign may
// cancel, over that of the largest.
template <class Law> double worst_partial(const Law& law, bool forward) {
  constexpr int c = Law::capacity;
  double worst = 0;
  for (int sight = 0; sight < sights; ++sight) {
    const auto see = test::random_sight<c>(sight, law.vehicle_length(), forward);
    const auto f = law.partials(see), truth = by_complex_steps(law, see);
    double largest = 0;
    for (int n = 0; n < test::numbers<c>; ++n)
      largest = std::max(largest, std::abs(test::number<c>(truth, n)));
    for (int n = 0; n < test::numbers<c>; ++n) {
      const double error = std::abs(test::number<c>(f, n) - test::number<c>(truth, n));
      const double size = forward ? std::abs(test::number<c>(truth, n)) : largest;
      if (error > 0) worst = std::max(worst, error / size);
    }
  }
  return worst;
}

// The size of what is added up in u: its rounding goes with it.
template <class Law> double size_of_terms(const Law& law, const Sight<double, Law::capacity>& see) {
  const auto f = law.partials(see);
  double size = std::abs(law.acceleration(see)) + std::abs(f.speed) * law.speed_scale();
  for (int n = 0; n < test::numbers<Law::capacity>; ++n)
    size += std::abs(test::number<Law::capacity>(f, n) * test::number<Law::capacity>(see, n));
  return size;
}

template <class Law> Lanes asked_in_lanes(const Law& law, int first) {
  Sight<Lanes, Law::capacity> see;
  for (int l = 0; l < Lanes::count; ++l) {
    const auto one = test::random_sight<Law::capacity>((first + l) % sights, law.vehicle_length());
    for (int n = 0; n < test::numbers<Law::capacity>; ++n)
      test::number<Law::capacity>(see, n).value[l] = test::number<Law::capacity>(one, n);
  }
  return law.acceleration(see);
}

}  // namespace

TEST_CASE("partials of every law are what complex steps give") {
  test::for_each_case([](const auto& law) {
    INFO(law.name << " " << law.leaders());
    CHECK(worst_partial(law, true) < 1e-12);
    CHECK(worst_partial(law, false) < 1e-12);
  });
}

TEST_CASE("nothing is read beyond the leaders looked at, nor behind by laws that do not look back") {
  test::for_each_case([](const auto& law) {
    constexpr int c = std::decay_t<decltype(law)>::capacity;
    INFO(law.name);
    for (int sight = 0; sight < sights; ++sight) {
      auto see = test::random_sight<c>(sight, law.vehicle_length());
      const double u = law.acceleration(see);
      const auto f = law.partials(see);
      for (int k = law.leaders(); k < c; ++k) {
        REQUIRE((f.distance[k] == 0 && f.leader_speed[k] == 0));
        see.distance[k] = see.leader_speed[k] = std::nan("");
      }
      if (!law.looks_back) {
        REQUIRE((f.distance_behind == 0 && f.follower_speed == 0));
        see.distance_behind = see.follower_speed = std::nan("");
      }
      REQUIRE(law.acceleration(see) == u);
    }
  });
}

TEST_CASE("a register of vehicles accelerates as they would one by one, whichever lane they are in") {
  test::for_each_case([](const auto& law) {
    constexpr int c = std::decay_t<decltype(law)>::capacity;
    INFO(law.name);
    for (int first = 0; first < sights; ++first) {
      const Lanes u = asked_in_lanes(law, first), moved = asked_in_lanes(law, first + 1);
      for (int l = 0; l < Lanes::count; ++l) {
        const auto see = test::random_sight<c>((first + l) % sights, law.vehicle_length());
        REQUIRE(std::abs(u[l] - law.acceleration(see)) <= 0x1p-51 * size_of_terms(law, see));
        if (l > 0) REQUIRE(u[l] == moved[l - 1]);
      }
    }
  });
}

TEST_CASE("accelerations and partials are finite at every distance, overlapping vehicles included") {
  test::for_each_case([](const auto& law) {
    constexpr int c = std::decay_t<decltype(law)>::capacity;
    INFO(law.name);
    for (const double distance : {1e-300, 1e-9, 0.01, 1.0, 5.0, 5.01, 7.0, 1e4, 1e100})
      for (const double v : {-5.0, -1e-300, 0.0, 1e-300, 20.0, 60.0})
        for (const double v_1 : {-5.0, 0.0, 60.0}) {
          auto see = uniform_sight(law, distance, v);
          for (int k = 0; k < law.leaders(); ++k) see.leader_speed[k] = v_1;
          const auto f = law.partials(see);
          REQUIRE(std::isfinite(law.acceleration(see)));
          for (int n = 0; n < test::numbers<c>; ++n) REQUIRE(std::isfinite(test::number<c>(f, n)));
        }
  });
}

TEST_CASE("with one leader laws of many are those of one") {
  const OptimalVelocity optimal = test::motorway();
  const Hdm hdm{.heeded = 1};
  const Lenz lenz{.heeded = 1, .sensitivity = {2}, .optimal = optimal};
  const Cacc cacc{.heard = 1};
  for (int sight = 0; sight < sights; ++sight) {
    const auto see = test::random_sight<8>(sight, 5);
    const auto one = narrowed<1>(see);
    REQUIRE(hdm.acceleration(see) == Idm{}.acceleration(one));
    REQUIRE(lenz.acceleration(see) == Ovm{.sensitivity = 2, .optimal = optimal}.acceleration(one));
    REQUIRE(cacc.acceleration(see) == cacc.acc.acceleration(one));
    const auto f = hdm.partials(see);
    const auto truth = Idm{}.partials(one);
    REQUIRE_THAT(f.distance[0], WithinRel(truth.distance[0], 1e-14));
    REQUIRE_THAT(f.leader_speed[0], WithinRel(truth.leader_speed[0], 1e-14));
    REQUIRE_THAT(f.speed, WithinRel(truth.speed, 1e-14));
  }
}

TEST_CASE("anticipation of more leaders divides s0 and T by the root of the sum of 1 / k^2") {
  CHECK_THAT((Hdm{.heeded = 1}.renormalisation()), WithinRel(1.0, 1e-15));
  CHECK_THAT((Hdm{.heeded = 2}.renormalisation()), WithinRel(1.118034, 1e-6));
  CHECK_THAT((Hdm{.heeded = 3}.renormalisation()), WithinRel(1.166667, 1e-6));
  CHECK_THAT((Hdm{.heeded = 5}.renormalisation()), WithinRel(1.209798, 1e-6));
}
