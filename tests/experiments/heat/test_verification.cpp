// tests/experiments/heat/test_verification.cpp
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "experiments/heat/parts/verification/layered.hpp"
#include "experiments/heat/parts/verification/linear_systems.hpp"
#include "experiments/heat/parts/verification/manufactured.hpp"
#include "experiments/heat/parts/verification/measures.hpp"
#include "experiments/heat/parts/verification/spreading.hpp"

using namespace attune;
using namespace attune::experiments::heat;
using namespace attune::experiments::heat::verification;

namespace {

Domain world() { return Domain::world(); }

Solver<double> row_named(const std::string& name) {
  for (const auto& row : solvers_to_verify<double>({}))
    if (row.name == name) return row;
  throw std::runtime_error("no solver " + name);
}

}  // namespace

TEST_CASE("a decay lies within its bound, and far beyond it where a solver has another rate",
          "[heat][verification]") {
  const std::string name = GENERATE("ftcs", "rk4_star6", "rkl2", "tr_bdf2_cg", "adi", "positive_map");
  const Setting s = make_setting(world(), {12, 10}, "neumann");
  auto row = row_named(name);
  const auto right = decay_error(row, s, 2, 5, 1e-13);
  CHECK(right.error <= right.expected);
  const auto on = row.on;
  row.on = [on](const Setting& setting, solver::Rates r) {
    r[2] *= 1 + 1e-6;
    return on(setting, r);
  };
  const auto wrong = decay_error(row, s, 2, 5, 1e-13);
  CHECK(wrong.error > 1e3 * wrong.expected);
}

TEST_CASE("names of solvers are unique, and no stable step grows", "[heat][verification]") {
  const auto rows = solvers_to_verify<double>({});
  const Setting s = make_setting(world(), {8, 8}, "dirichlet");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) CHECK(rows[i].name != rows[j].name);
    for (const Index m : {1, 4, 8}) {
      const auto r = per_axis(rows[i].rate(2), 2);
      CHECK(std::abs(rows[i].decay(s.grid(), along_every_axis(s, m), r, 1)) < 1);
    }
  }
}

TEST_CASE("errors of a star and of an integrator are those of theory", "[heat][verification]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const Setting s = make_cube(world(), 2, 16, word);
  for (const int order : {2, 4, 6, 8}) {
    const auto seen = error_in_space(order, s);
    CHECK(std::abs(seen.error - seen.expected) < 0.01 * seen.expected + rounding_in_space(s));
  }
  const auto heun = row_named("heun_star2");
  const auto seen = error_in_time(heun, s, steps_in_time(heun, s, 20));
  CHECK(std::abs(seen.error / seen.expected - 1) < 1e-6);
}

TEST_CASE("an order is that of the last errors above rounding", "[heat][verification]") {
  const std::vector<Measured> ladder{{1, 1}, {0.25, 0.25}, {0.0625, 0.0625}, {0.05, 0.015}};
  CHECK(observed_order(ladder, {0, 0, 0, 0.1}) == 2);
  CHECK(observed_order(ladder, {0, 0, 0, 0}) < 1);
  CHECK(observed_order(ladder, {2, 2, 2, 2}) == 2);
}

TEST_CASE("layers keep their steady state at any contrast, across any axis", "[heat][verification]") {
  for (const int dimensions : {1, 2, 3})
    for (int axis = 3 - dimensions; axis < 3; ++axis)
      CHECK(imbalance_of_layers(world(), dimensions, axis, 1e6, {}) < 2e-15);
}

TEST_CASE("linear systems are solved, and a cycle leaves little", "[heat][verification]") {
  const Setting s = make_setting(world(), {12, 10}, "periodic");
  for (const auto& row : linear_rows()) CHECK(row.residual(s, 100, 1e-11) <= 1.01e-11);
  CHECK(multigrid_reduction(s, 100) < 0.13);
}

TEST_CASE("operators meet manufactured solutions better on finer grids", "[heat][verification]") {
  for (const auto& row : manufactured_rows()) {
    const double coarse = row.error(make_cube(world(), 1, 16, "dirichlet"), 0.01);
    const double fine = row.error(make_cube(world(), 1, 32, "dirichlet"), 0.01);
    CHECK(std::abs(coarse / fine - 4) < 0.4);
  }
  const double slanted = error_at_slanted_wall(world(), 16, 0.01) / error_at_slanted_wall(world(), 32, 0.01);
  CHECK(std::abs(slanted - 2) < 0.3);
}

TEST_CASE("heat in u^m spreads at its exponent", "[heat][verification]") {
  const bool newton = GENERATE(false, true);
  const auto seen = spread_heat(world(), {1, 1, 1.6, 80, newton ? 20.0 : 0.0});
  CHECK(std::abs(seen.exponent / seen.exponent_expected - 1) < 0.01);
  CHECK(seen.edge_off < 2);
  CHECK(seen.heat_lost < (newton ? 1e-12 : 1e-13));
  CHECK(seen.distance < 0.02);
}
