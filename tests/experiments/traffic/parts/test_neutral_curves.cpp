// tests/experiments/traffic/parts/test_neutral_curves.cpp
#include "experiments/traffic/parts/temperature/neutral_curves.hpp"

#include <catch2/catch_test_macros.hpp>

#include "experiments/traffic/parts/many_leaders/stability.hpp"
#include "experiments/traffic/parts/temperature/neutral_search.hpp"

using namespace attune;
using namespace attune::experiments::traffic;

TEST_CASE("the published critical sensitivities of four leaders are closed form and eigenvalues alike") {
  NeutralPlan plan;
  plan.leaders = {4};
  const double betas[]{0.1, 0.25, 0.5, 1, 2, 5};
  const double published[]{.84198018, .91203228, 1.04415550, 1.32683426, 1.73133889, 1.98652412};
  for (const double beta : betas) plan.temperatures.push_back(plan.headway / (plan.gaps.heed.reach * beta));
  plan.speeds.sensitivity = 1;
  const auto tables = neutral_tables(plan, Domain::world());
  for (std::size_t n = 0; n < 6; ++n) {
    CHECK(std::abs(tables.long_theory[n] - published[n]) < 5e-9);
    CHECK(std::abs(tables.long_found[n] / published[n] - 1) < 1e-7);
    CHECK(std::abs(tables.long_theory[6 + n] - published[n] / 4) < 5e-9);  // (1 - 1/2) / kbar
    CHECK(std::abs(tables.long_found[6 + n] / tables.long_theory[6 + n] - 1) < 1e-7);
  }
}

TEST_CASE("short waves go first where many speeds are heeded alike, never where gaps are") {
  CHECK(neutral_speed_gain(1, 1, 1e-6, 8).theta > 0.5);
  CHECK(neutral_speed_gain(1, 1, 1e-6, 4).theta == 0);
  CHECK(neutral_relaxation(1, 1e-6, 8).theta == 0);
}

TEST_CASE("powers of 1 / N^2 are eliminated") {
  std::vector<double> values;
  for (const double n : {10.0, 20.0, 40.0}) values.push_back(3 + 2 / (n * n) - 7 / (n * n * n * n));
  CHECK(std::abs(endless(values) - 3) < 1e-14);
}

TEST_CASE("a ring that is driven grows as its eigenvalues say, after kicks and on one mode") {
  const AttendGaps law{.heed = {.heeded = 3, .reach = 2}};
  const double h = 2, v = law.optimal.speed(h);
  const KickedRings rings{.vehicles = 40, .settle = 60, .measure = 60};
  const double found = growth_after_kicks<AttendGaps>({{law, h, v}}, rings, Random{1, 2}, Domain::world())[0];
  const auto lin = attune::traffic::theory::linearise(law, h, v);
  CHECK(std::abs(found / ring_growth(lin, 40, Waves::all) - 1) < 1e-3);

  const auto table = stability_of<AttendGaps>({law}, h, {.vehicles = 40}, Domain::world());
  CHECK(std::abs(table.found[0] / table.expected[0] - 1) < 1e-6);
}
