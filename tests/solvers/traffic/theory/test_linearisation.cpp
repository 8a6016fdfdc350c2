// tests/solvers/traffic/theory/test_linearisation.cpp
#include "solvers/traffic/theory/linearisation.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "solvers/traffic/idm.hpp"

using namespace attune::traffic;
using namespace attune::traffic::theory;

TEST_CASE("the equilibrium of the intelligent driver is the one of its closed form", "[traffic][theory]") {
  const Idm law;
  for (const double headway : {230.0 / 22, 260.0 / 22, 30.0, 80.0}) {
    const double v = equilibrium_speed(law, headway);
    const double gap = (2 + v) / std::sqrt(1 - std::pow(v / 30, 4));
    CHECK(std::abs(gap - (headway - 5)) < 1e-12 * headway);
  }
  CHECK(std::abs(equilibrium_speed(law, 230.0 / 22) - 3.454066) < 5e-7);
  CHECK(std::abs(equilibrium_speed(law, 260.0 / 22) - 4.815917) < 5e-7);
  CHECK(equilibrium_speed(law, 6.5) == 0);
}

TEST_CASE("the partials of the intelligent driver are those of the table and of a complex step",
          "[traffic][theory]") {
  const Idm law;
  const struct {
    double length, f_s, f_v, f_l;
  } table[] = {{230, .366602, -.883835, .516997}, {260, .293139, -.870316, .576528}};
  for (const auto& row : table) {
    const double headway = row.length / 22;
    const Linearisation f = linearise(law, headway);
    CHECK(std::abs(f.distance[0] - row.f_s) < 5e-7);
    CHECK(std::abs(f.speed - row.f_v) < 5e-7);
    CHECK(std::abs(f.leader_speed[0] - row.f_l) < 5e-7);
    const Linearisation step = linearise_by_complex_step(law, headway, f.equilibrium_speed);
    CHECK(std::abs(step.speed - f.speed) < 1e-14);
    CHECK(std::abs(step.distance[0] - f.distance[0]) < 1e-14);
    CHECK(std::abs(step.leader_speed[0] - f.leader_speed[0]) < 1e-14);
    CHECK(f.vehicle_length == 5);
    CHECK(f.headway == headway);
  }
}
