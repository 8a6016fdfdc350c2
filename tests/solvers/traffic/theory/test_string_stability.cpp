// tests/solvers/traffic/theory/test_string_stability.cpp
#include "solvers/traffic/theory/string_stability.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "solvers/traffic/idm.hpp"
#include "solvers/traffic/theory/transfer.hpp"
#include "solvers/traffic/theory/wave_packet.hpp"

using namespace attune::traffic;
using namespace attune::traffic::theory;

TEST_CASE("the long-wave coefficient of the intelligent driver is that of the table", "[traffic][theory]") {
  const Linearisation near = linearise(Idm{}, 230.0 / 22), far = linearise(Idm{}, 260.0 / 22);
  CHECK(std::abs(wilson_ward(near) - .814390) < 6e-7);
  CHECK(std::abs(wilson_ward(far) - .931840) < 6e-7);
  CHECK(std::abs(long_wave(near).second - wilson_ward(near)) < 1e-14);
}

TEST_CASE("the intelligent driver is stable from the acceleration of the table on", "[traffic][theory]") {
  const struct { double length, acceleration; } table[] = {{230, 1.735368}, {260, 1.690146}};
  for (const auto& row : table) {
    Idm law;
    law.acceleration_scale = row.acceleration - 1e-6;
    CHECK(excess(linearise(law, row.length / 22)) > 0);
    law.acceleration_scale = row.acceleration + 1e-6;
    CHECK(excess(linearise(law, row.length / 22)) < 0);
  }
}

TEST_CASE("thin traffic is stable below the density of the table", "[traffic][theory]") {
  CHECK(excess(linearise(Idm{}, 1000 / 37.630)) < 0);
  CHECK(excess(linearise(Idm{}, 1000 / 37.632)) > 0);
  CHECK(std::abs(equilibrium_speed(Idm{}, 1000 / 37.631) - 18.095) < 1e-3);
}

TEST_CASE("the long-wave coefficient is the curvature of growth, leaders and follower", "[traffic][theory]") {
  Linearisation f;
  f.speed = -1.3;
  f.distance = {.31, .17, .05};
  f.leader_speed = {.23, .11, .07};
  f.distance_behind = -.13;
  f.follower_speed = .19;
  const double theta = 1e-3;
  const Complex root = mode_roots(f, theta)[0];
  CHECK(std::abs(root.real() / (theta * theta) - long_wave(f).second) < 1e-5);
  CHECK(std::abs(root.imag() / theta - long_wave(f).first) < 1e-5);
}

TEST_CASE("shorter waves go first where drivers follow the speed of the third car", "[traffic][theory]") {
  Linearisation f;
  f.speed = -1.2;
  f.distance = {.8, 0, 0};
  f.leader_speed = {0, 0, .8};
  CHECK(long_wave(f).stable());
  CHECK(!stable_at_all_wavelengths(f));
  CHECK(fastest_wave(f).theta > 1.5);
  f.speed = -3;
  f.leader_speed = {.8, .2, 0};
  CHECK(stable_at_all_wavelengths(f));
}

namespace {

// ln of the envelope of vehicle n behind a kick, at time t, times sqrt(t): the integral of G(p)^n exp(p t) over
// p = s + i w, w > 0, whatever s > 0; the real part of the saddle keeps digits. One saddle gives
// exp(sigma t) / sqrt(t).
double log_envelope(const Linearisation& law, int n, double t, double s) {
  Complex sum = 0;
  const double step = 1e-3, scale = std::log(t) / 2;
  const auto exponent = [&](double w) {
    const Complex p(s, w);
    return static_cast<double>(n) * std::log(transfer(law, p)) + p * t;
  };
  for (double w = step; w < 3; w += step) sum += std::exp(exponent(w));
  return std::log(std::abs(sum)) + scale;
}

}  // namespace

TEST_CASE("growth along rays is that of a row of vehicles that was kicked", "[traffic][theory]") {
  Linearisation f = one_leader(1, -1, 0);
  f.headway = 2;
  f.equilibrium_speed = std::tanh(2.0);
  const Packet packet = wave_packet(f);
  REQUIRE(packet.found);
  CHECK(std::abs(packet.fastest.growth - fastest_wave(f).root.real()) < 1e-12);
  CHECK(packet.upstream_edge < packet.fastest.road_speed);
  CHECK(packet.downstream_edge > packet.fastest.road_speed);
  for (const double vehicles_a_second : {.4, .5, .6, .7}) {
    const double V = f.equilibrium_speed - vehicles_a_second * f.headway, t = 1000;
    const Ray ray = ray_at(f, V);
    const auto at = [&](double time) {
      return log_envelope(f, static_cast<int>(std::lround(vehicles_a_second * time)), time, ray.root.real());
    };
    CHECK(std::abs((at(2 * t) - at(t)) / t - ray.growth) < 1e-5);
  }
}

TEST_CASE("rays curve about the fastest wave", "[traffic][theory]") {
  const Linearisation f = linearise(Idm{}, 230.0 / 22);
  const Ray top = fastest_ray(f);
  CHECK(std::abs(ray_at(f, top.road_speed).growth - top.growth) < 1e-13);
  CHECK(ray_at(f, top.road_speed - .01).growth < top.growth);
  CHECK(ray_at(f, top.road_speed + .01).growth < top.growth);
}
