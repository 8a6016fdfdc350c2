// tests/solvers/traffic/test_road.cpp
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "solvers/traffic/drive.hpp"
#include "solvers/traffic/recorder.hpp"
#include "tests/solvers/traffic/laws.hpp"

using namespace attune;
using namespace attune::traffic;
using test::LinearLaw;

namespace {

constexpr Integrator integrators[] = {Integrator::semi_implicit, Integrator::ballistic,
                                      Integrator::runge_kutta};

struct Run {
  std::vector<double> headway, speed, place;
  Counters counters;
};

// Roads of random starts; whole on every rank.
template <class Law>
Run run(const Domain& domain, const Fleet<Law>& fleet, const Driving& driving, Index steps, bool plainly,
        double headway = 21, double speed = 9, const Lead& lead = {}) {
  Drive<Law> drive(domain, fleet, driving, lead);
  if (plainly) drive.drive_plainly();
  auto state = drive.uniform(headway, speed);
  random_kicks(state, domain, 0.3 * (headway - 4), Random{5, 1});
  drive.check(state);
  for (Index done = 0; done < steps; done += 37) drive.advance(state, std::min<Index>(37, steps - done));
  return {domain.gather(state.headway), domain.gather(state.speed), places(state, domain), drive.counters()};
}

template <class Law> void require_same(const Run& a, const Run& b, const Law&) {
  CHECK(a.headway == b.headway);
  CHECK(a.speed == b.speed);
  CHECK(a.place == b.place);
  CHECK(a.counters.vehicle_steps == b.counters.vehicle_steps);
  CHECK(a.counters.collisions == b.counters.collisions);
  CHECK(a.counters.negative_speeds == b.counters.negative_speeds);
  CHECK(a.counters.floors == b.counters.floors);
  CHECK(a.counters.largest_acceleration == b.counters.largest_acceleration);
}

}  // namespace

TEST_CASE("a ring has the same bytes on any ranks, in tiles of registers and one vehicle at a time") {
  const auto integrator = GENERATE(from_range(integrators));
  const Index vehicles = GENERATE(3, 22, 57, 2500);
  const Index roads = GENERATE(1, 5);
  const Driving driving{.dt = 0.1, .integrator = integrator};
  const Domain apart = rings(Domain::world(), roads, vehicles),
               alone = rings(Domain::alone(), roads, vehicles);
  const Run one = run(alone, alike(Idm{}), driving, 100, false, 12, 4);
  require_same(one, run(apart, alike(Idm{}), driving, 100, false, 12, 4), Idm{});
  require_same(one, run(apart, alike(Idm{}), driving, 100, true, 12, 4), Idm{});
}

TEST_CASE("a law of many leaders that looks back has the same bytes, with more leaders than vehicles") {
  const auto integrator = GENERATE(from_range(integrators));
  const Index vehicles = GENERATE(3, 22, 2500);
  const LinearLaw law{.ahead = 8};
  const Driving driving{.dt = 0.1, .integrator = integrator, .floor = false};
  const Domain apart = rings(Domain::world(), 1, vehicles), alone = rings(Domain::alone(), 1, vehicles);
  const Run one = run(alone, alike(law), driving, 80, false);
  require_same(one, run(apart, alike(law), driving, 80, false), law);
  require_same(one, run(apart, alike(law), driving, 80, true), law);
}

TEST_CASE("open roads, fleets, delay and noise have the same bytes on any ranks") {
  const auto integrator = GENERATE(from_range(integrators));
  const bool ring = GENERATE(true, false);
  Driving driving{.dt = 0.1, .integrator = integrator};
  driving.delay = {.seconds = 0.34, .own = true, .anticipates = true};
  driving.noise = {.gap = 0.05, .approach_rate = 0.01, .memory = 5};
  if (integrator != Integrator::runge_kutta) driving.noise.dawdling = 0.3;
  std::vector<LinearLaw> laws;
  for (int i = 0; i < 19; ++i) laws.push_back({.ahead = 1 + i % 4, .A = 0.5 + 0.02 * i});
  const Lead lead = ring ? Lead{} : Lead{[](double t, Index j) { return 9 + j + std::sin(0.3 * t); }, 20};
  for (const Index roads : {1, 4}) {
    const auto on = [&](const Domain& ranks) {
      return ring ? rings(ranks, roads, 19) : open_roads(ranks, roads, 19);
    };
    const Run one = run(on(Domain::alone()), one_law_a_vehicle(laws), driving, 90, false, 21, 9, lead);
    require_same(one, run(on(Domain::world()), one_law_a_vehicle(laws), driving, 90, false, 21, 9, lead),
                 laws[0]);
  }
}

TEST_CASE("the length of a ring stays what it is, to round-off") {
  const auto integrator = GENERATE(from_range(integrators));
  const Domain domain = rings(Domain::world(), 1, 101);
  Drive<Idm> drive(domain, alike(Idm{}), {.dt = 0.1, .integrator = integrator});
  auto state = drive.uniform(12, 4);
  kick(state, domain, 17, 3);
  const double before = statistics(state.headway, domain).mean[0] * 101;
  drive.advance(state, 5000);
  CHECK(std::abs(statistics(state.headway, domain).mean[0] * 101 - before) < 1e-9);
  CHECK(drive.counters().vehicle_steps == 5000 * 101);
}

TEST_CASE("float numbers follow double ones") {
  const Domain domain = rings(Domain::world(), 2, 30);
  const auto after = [&](auto real) {
    Drive<Idm, decltype(real)> drive(domain, alike(Idm{}), {.dt = 0.1});
    auto state = drive.uniform(20, 10);
    kick(state, domain, 3, 1);
    drive.advance(state, 200);
    return statistics(state.speed, domain).most[1];
  };
  CHECK(std::abs(after(0.0F) - after(0.0)) < 1e-4);
}

TEST_CASE("numbering vehicles from another one changes nothing, nor does a speed that all share") {
  const Domain domain = rings(Domain::world(), 1, 40);
  const auto speeds = [&](Index kicked) {
    Drive<Idm> drive(domain, alike(Idm{}), {.dt = 0.1});
    auto state = drive.uniform(12, 4);
    kick(state, domain, kicked, 2);
    drive.advance(state, 400);
    return domain.gather(state.speed);
  };
  const auto first = speeds(5), later = speeds(28);
  for (int i = 0; i < 40; ++i) CHECK(first[i] == later[(i + 23) % 40]);

  const auto headways = [&](double shift) {  // a linear law is Galilean invariant if v0 moves too
    Drive<LinearLaw> drive(domain, alike(LinearLaw{.v0 = 10 + shift}), {.dt = 0.1, .floor = false});
    auto state = drive.uniform(20, 10 + shift);
    kick(state, domain, 5, 2);
    drive.advance(state, 300);
    return domain.gather(state.headway);
  };
  const auto still = headways(0), moving = headways(7);
  for (int i = 0; i < 40; ++i) CHECK(std::abs(still[i] - moving[i]) < 1e-11);
}

TEST_CASE("a vehicle alone on a ring sees itself a ring length ahead") {
  const Domain domain = rings(Domain::alone(), 1, 1);
  Drive<Idm> drive(domain, alike(Idm{}), {.dt = 0.1});
  auto state = drive.uniform(40, 0);
  drive.check(state);
  drive.advance(state, 5000);
  const double v = own_numbers(state.speed)[0];
  CHECK(std::abs(Idm{}.acceleration(uniform_sight(Idm{}, 40, v))) < 1e-9);
  CHECK(own_numbers(state.headway)[0] == 40);
}
