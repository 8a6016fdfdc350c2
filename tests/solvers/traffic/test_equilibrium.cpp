// tests/solvers/traffic/test_equilibrium.cpp
#include "solvers/traffic/equilibrium.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "tests/solvers/traffic/sights.hpp"

using namespace attune;
using namespace attune::traffic;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

TEST_CASE("the equilibrium of the intelligent driver model on the ring of Sugiyama and on a longer one") {
  const Idm law;
  struct Row {
    double length, v_e, f_s, f_v, f_l;
  };
  for (const Row& row :
       {Row{230, 3.454066, .366602, -.883835, .516997}, Row{260, 4.815917, .293139, -.870316, .576528}}) {
    const double h = row.length / 22, v = equilibrium_speed(law, h);
    CHECK_THAT(v, WithinAbs(row.v_e, 5e-7));
    const auto f = law.partials(uniform_sight(law, h, v));
    CHECK_THAT(f.distance[0], WithinAbs(row.f_s, 5e-7));
    CHECK_THAT(f.speed, WithinAbs(row.f_v, 5e-7));
    CHECK_THAT(f.leader_speed[0], WithinAbs(row.f_l, 5e-7));
  }
}

TEST_CASE("headways of the intelligent driver model follow (s0 + v T) / sqrt(1 - (v / v0)^delta)") {
  const Idm law;
  for (const double v : {0.0, 0.5, 3.0, 12.0, 25.0, 29.9}) {
    const double gap =
        (law.standstill_gap + v * law.time_gap) / std::sqrt(1 - std::pow(v / law.desired_speed, 4));
    CHECK_THAT(equilibrium_headway(law, v), WithinRel(law.length + gap, 1e-13));
  }
  CHECK(std::isinf(equilibrium_headway(law, 31)));
}

TEST_CASE("at equilibrium optimal velocity laws drive at V(h)") {
  const Ovm bando, motorway{.sensitivity = 2, .optimal = test::motorway()};
  const Fvdm fvdm;
  CHECK_THAT(equilibrium_speed(bando, 2), WithinRel(std::tanh(2.0), 1e-14));
  CHECK_THAT(equilibrium_slope(bando, 2), WithinRel(1.0, 1e-13));
  CHECK_THAT(equilibrium_speed(motorway, 25), WithinRel(16.8 * 0.913, 1e-14));
  CHECK_THAT(equilibrium_slope(motorway, 25), WithinRel(16.8 * 0.0860, 1e-13));
  CHECK(equilibrium_speed(motorway, 1) == 0);
  CHECK_THAT(equilibrium_speed(fvdm, 20), WithinRel(6.75 + 7.91 * std::tanh(0.13 * (20 - 5) - 1.57), 1e-13));
  CHECK_THAT(equilibrium_slope(fvdm, 5 + 1.57 / 0.13), WithinRel(1.0283, 1e-5));
  for (const double h : {0.5, 2.0, 4.0})
    CHECK_THAT(equilibrium_speed(Lenz{.heeded = 5}, h), WithinRel(equilibrium_speed(bando, h), 1e-13));
}

TEST_CASE("at equilibrium cruise controls and Krauss keep a time gap, Gipps one and a half") {
  const double h = 20;
  CHECK_THAT(equilibrium_speed(Acc{}, h), WithinRel(h - 5 - 2, 1e-13));
  CHECK_THAT(equilibrium_speed(Cacc{}, h), WithinRel((h - 5 - 2) / 0.6, 1e-13));
  CHECK_THAT(equilibrium_speed(Krauss{}, h), WithinRel(h - 5 - 2.5, 1e-13));
  CHECK_THAT(equilibrium_speed(Gipps{}, h), WithinRel((h - 5 - 2) / 1.5, 1e-13));
  CHECK(equilibrium_speed(Acc{}, 100) == 30);
  CHECK(equilibrium_slope(Acc{}, 100) == 0);
  CHECK(equilibrium_speed(Bilateral{}, h) == 30);
}

TEST_CASE("more leaders and anticipation leave the equilibrium of the human driver where one leader has it") {
  for (const double h : {7.5, 230.0 / 22, 30.0, 80.0})
    for (int leaders = 1; leaders <= Hdm::capacity; ++leaders) {
      const Hdm law{.heeded = leaders, .anticipation = 1};
      CHECK_THAT(equilibrium_speed(law, h), WithinRel(equilibrium_speed(Idm{}, h), 1e-12));
    }
}

TEST_CASE("speed and headway are inverse, and the slope is that of the speed") {
  test::for_each_case([](const auto& law) {
    INFO(law.name);
    for (const double h : {1.0, 2.5, 8.0, 15.0, 40.0}) {
      const double v = equilibrium_speed(law, h), slope = equilibrium_slope(law, h);
      if (v <= 0 || v >= law.speed_scale()) {
        CHECK(slope == 0);
      } else if (slope > 1e-3) {
        CHECK_THAT(equilibrium_headway(law, v), WithinRel(h, 1e-10));
        const double step = 1e-4;
        const double difference = equilibrium_speed(law, h + step) - equilibrium_speed(law, h - step);
        CHECK_THAT(difference / (2 * step), WithinRel(slope, 1e-6));
      }
    }
  });
}
