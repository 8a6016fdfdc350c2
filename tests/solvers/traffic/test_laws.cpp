// tests/solvers/traffic/test_laws.cpp
#include "solvers/traffic/law_list.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <set>

#include "core/deck/admissible.hpp"
#include "solvers/traffic/driving_constraints.hpp"
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

// Largest error of a partial: forward, over its own size; backward too, where terms of either sign may cancel, over
// that of the largest.
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

template <class Law> bool has_number(const Law& law, const char* name, double value) {
  Law listed = law;
  for (const auto& parameter : deck::listed(listed))
    if (parameter.name == name) return deck::admits(parameter.limits, value);
  FAIL(law.name << " has no parameter " << name);
  return false;
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

TEST_CASE("of a mixed law the one drives that the flag says, as it would alone") {
  Mixed<Hdm, Bilateral> law;
  STATIC_REQUIRE(law.capacity == 8);
  STATIC_REQUIRE(law.looks_back);
  law.automated.length = 7;
  const auto see = test::random_sight<8>(3, 5);
  CHECK(law.leaders() == 5);
  CHECK(law.vehicle_length() == 5);
  CHECK(law.acceleration(see) == law.human.acceleration(see));
  law.is_automated = true;
  CHECK(law.leaders() == 1);
  CHECK(law.vehicle_length() == 7);
  CHECK(law.acceleration(see) == law.automated.acceleration(narrowed<1>(see)));
  CHECK(law.partials(see).distance_behind == -law.automated.distance_gain);
  const auto parameters = deck::listed(law);
  CHECK(parameters.front().name == "human_desired_speed");
  CHECK(parameters.back().name == "is_automated");
}

TEST_CASE("decks choose laws by names, each of one row") {
  const auto names = law_names();
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == std::tuple_size_v<Laws>);
  for (const auto& name : names) with_law(name, [&name](const auto& law) { CHECK(name == law.name); });
  CHECK_THROWS_WITH(with_law("idn", [](const auto&) {}), Catch::Matchers::ContainsSubstring("'idn'") &&
                                                             Catch::Matchers::ContainsSubstring("idm, ovm"));
}

TEST_CASE("impossible parameters are refused") {
  for_each_law([](const auto& law) {
    INFO(law.name);
    CHECK_FALSE(has_number(law, "length", -1));
    CHECK_FALSE(has_number(law, "length", std::nan("")));
    CHECK(refusal(law).empty());
  });
  CHECK_FALSE(has_number(Idm{}, "standstill_gap", 0));
  CHECK_FALSE(has_number(Krauss{}, "reaction_time", 0));
  CHECK_FALSE(has_number(Gipps{}, "reaction_time", 0));
  CHECK_FALSE(has_number(Acc{}, "time_gap", 0));
  CHECK_FALSE(has_number(Bilateral{}, "cruise_gain", 0));
  CHECK_FALSE(has_number(Hdm{}, "leaders", 9));
  CHECK_FALSE(has_number(Ovm{}, "offset", -1));
  const Gipps harsh{.deceleration = 9};
  CHECK_THAT(refusal(harsh), Catch::Matchers::ContainsSubstring("deceleration 9 "));
  const Lenz blind{.heeded = 2, .sensitivity = {0, 0, 1}};
  CHECK_THAT(refusal(blind), Catch::Matchers::ContainsSubstring("sensitivity_2"));
  CHECK(refusal(Mixed<Idm, Gipps>{.automated = harsh}) == refusal(harsh));
  CHECK(refusal(Mixed<Lenz, Gipps>{.human = blind, .automated = harsh}) == refusal(blind));
}

TEST_CASE("signs of partials are counted against rational driving") {
  Partials<8> f;
  CHECK(wrong_signs(f, 8) == 0);
  f.speed = 1;
  f.distance[0] = f.leader_speed[2] = -1e-300;
  f.distance[7] = -1;
  CHECK(wrong_signs(f, 8) == 4);
  CHECK(wrong_signs(f, 7) == 3);
  CHECK(wrong_signs(f, 1) == 2);
}

TEST_CASE("who drives forward by any law here drives rationally, save Gipps whose engine gains from speed") {
  for_each_law([](const auto& law) {
    INFO(law.name);
    int wrong = 0;
    for (int sight = 0; sight < sights; ++sight)
      wrong += wrong_signs(
          law, test::random_sight<std::decay_t<decltype(law)>::capacity>(sight, law.vehicle_length(), true));
    if (std::string(law.name) != "gipps") CHECK(wrong == 0);
  });
  CHECK(wrong_signs(Gipps{}, uniform_sight(Gipps{}, 1000, 1)) == 1);
  CHECK(wrong_signs(Gipps{}, uniform_sight(Gipps{}, 1000, 20)) == 0);
}
