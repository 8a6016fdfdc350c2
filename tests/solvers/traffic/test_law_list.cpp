// tests/solvers/traffic/test_law_list.cpp
#include "solvers/traffic/law_list.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <set>

#include "core/deck/admissible.hpp"
#include "solvers/traffic/law_choice.hpp"
#include "tests/solvers/traffic/sights.hpp"

using namespace attune;
using namespace attune::traffic;

namespace {

// Does a deck accept the value for that parameter of the law?
template <class Law> bool admits(const Law& law, const char* name, double value) {
  Law listed = law;
  for (const auto& parameter : deck::listed(listed))
    if (parameter.name == name) return deck::admits(parameter.limits, value);
  FAIL(law.name << " has no parameter " << name);
  return false;
}

}  // namespace

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

TEST_CASE("a deck chooses a law and gives it its parameters") {
  LawChoice choice;
  std::vector<deck::Parameter> parameters = deck::listed(choice);
  for (auto& parameter : parameters) {
    if (parameter.name == "law") parameter.value = std::string("gipps");
    if (parameter.name == "gipps_deceleration") parameter.value = 0.5;
    if (parameter.name == "krauss_deceleration") parameter.value = 3.5;
  }
  deck::assign(parameters, choice);
  with_law(choice, [](const auto& law) {
    CHECK(law.name == std::string("gipps"));
    if constexpr (std::is_same_v<std::decay_t<decltype(law)>, Gipps>) CHECK(law.deceleration == 0.5);
  });
  std::get<Gipps>(choice.laws).deceleration = 9;
  CHECK_THROWS_WITH(with_law(choice, [](const auto&) {}),
                    Catch::Matchers::ContainsSubstring("gipps: deceleration 9 "));
  choice.law = "krauss";
  CHECK_NOTHROW(with_law(choice, [](const auto&) {}));
}

TEST_CASE("impossible parameters are refused") {
  for_each_law([](const auto& law) {
    INFO(law.name);
    CHECK_FALSE(admits(law, "length", -1));
    CHECK_FALSE(admits(law, "length", std::nan("")));
    CHECK(refusal(law).empty());
  });
  CHECK_FALSE(admits(Idm{}, "standstill_gap", 0));
  CHECK_FALSE(admits(Krauss{}, "reaction_time", 0));
  CHECK_FALSE(admits(Gipps{}, "reaction_time", 0));
  CHECK_FALSE(admits(Acc{}, "time_gap", 0));
  CHECK_FALSE(admits(Bilateral{}, "cruise_gain", 0));
  CHECK_FALSE(admits(Hdm{}, "leaders", 9));
  CHECK_FALSE(admits(Ovm{}, "offset", -1));
  const Gipps harsh{.deceleration = 9};
  CHECK_THAT(refusal(harsh), Catch::Matchers::ContainsSubstring("deceleration 9 "));
  const Lenz blind{.heeded = 2, .sensitivity = {0, 0, 1}};
  CHECK_THAT(refusal(blind), Catch::Matchers::ContainsSubstring("sensitivity_2"));
  CHECK(refusal(Mixed<Idm, Gipps>{.automated = harsh}) == refusal(harsh));
  CHECK(refusal(Mixed<Lenz, Gipps>{.human = blind, .automated = harsh}) == refusal(blind));
}
