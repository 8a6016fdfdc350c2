// tests/solvers/traffic/test_road_drivers.cpp
//
// Delay, noise, floors, counters, fleets, and what is refused.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "solvers/traffic/drive.hpp"
#include "solvers/traffic/mixed.hpp"
#include "solvers/traffic/recorder.hpp"
#include "tests/solvers/traffic/laws.hpp"

using namespace attune;
using namespace attune::traffic;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using test::ConstantLaw;

namespace {

constexpr double dt = 0.1;

// A ring of the book's drivers after 100 steps, some of them delayed.
std::vector<double> headways(const Delay& delay) {
  const Domain domain = rings(Domain::world(), 1, 30);
  Drive<Idm> drive(domain, alike(Idm{}), {.dt = dt, .floor = false, .delay = delay});
  auto state = drive.uniform(20, 10);
  kick(state, domain, 3, 2);
  drive.advance(state, 100);
  return domain.gather(state.headway);
}

// The same by a plain loop: others as they were n + f steps ago, oneself too if `own`.
std::vector<double> plain_headways(int n, double f, bool own) {
  constexpr int N = 30;
  struct Moment {
    std::vector<double> h = std::vector<double>(N, 20), v = std::vector<double>(N, 10);
  };
  Moment now;
  now.h[3] -= 2;
  now.h[2] += 2;
  std::vector<Moment> past(n + 2, now);
  for (int step = 0; step < 100; ++step) {
    past.insert(past.begin(), now);
    const auto back = [&](auto which, int i) {
      return (1 - f) * (past[n].*which)[i] + f * (past[n + 1].*which)[i];
    };
    Moment next = now;
    for (int i = 0; i < N; ++i) {
      Sight<double, 1> see;
      see.speed = own ? back(&Moment::v, i) : now.v[i];
      see.distance[0] = back(&Moment::h, i);
      see.leader_speed[0] = back(&Moment::v, (i + 1) % N);
      next.v[i] = now.v[i] + dt * Idm{}.acceleration(see);
    }
    for (int i = 0; i < N; ++i) next.h[i] = now.h[i] + (dt * next.v[(i + 1) % N] - dt * next.v[i]);
    now = next;
  }
  return now.h;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

template <class Law> Drive<Law> on_ring(const Law& law, const Driving& driving, Index vehicles = 10) {
  return Drive<Law>(rings(Domain::world(), 1, vehicles), alike(law), driving);
}

}  // namespace

TEST_CASE("a driver with a reaction time does what a plain loop over past states does") {
  for (const bool own : {false, true}) {
    CHECK(distance(headways({.seconds = 0.3, .own = own}), plain_headways(3, 0, own)) < 1e-12);
    CHECK(distance(headways({.seconds = 0.25, .own = own}), plain_headways(2, 0.5, own)) < 1e-10);
    CHECK(distance(headways({.seconds = 0.07, .own = own}), plain_headways(0, 0.7, own)) < 1e-10);
  }
  CHECK(headways({}) == headways({.seconds = 1e-14, .own = true}));
  CHECK(headways({}) != headways({.seconds = 0.1}));
}

TEST_CASE("anticipation makes good for a delay where accelerations do not change") {
  const Domain domain = rings(Domain::world(), 1, 7);
  const double a = 0.5, late = 0.34;
  const Driving driving{.dt = dt, .delay = {.seconds = late, .own = true, .anticipates = true}};
  auto state = empty_state<double>(domain, 2);
  History<double> history;
  const auto speed = [](Index i) { return 3.0 + static_cast<double>(i * i % 5); };
  for (Index step = 0; step < 12; ++step) {
    const double t = static_cast<double>(step) * dt;
    fill(
        state, domain, [&](Index, Index i) { return 20 + t * (speed((i + 1) % 7) - speed(i)); },
        [&](Index, Index i) { return speed(i) + a * t; });
    state.step = step;
    domain.exchange_halo(state.headway);
    domain.exchange_halo(state.speed);
    history.remember(state, driving);
  }
  const auto seen = history.seen(state, state.speed, driving, 0);
  CHECK(distance(domain.gather(seen.headway), domain.gather(state.headway)) < 1e-13);
  CHECK(distance(domain.gather(seen.own_speed), domain.gather(state.speed)) < 1e-13);
  auto lagging = domain.gather(state.speed);
  for (double& v : lagging) v -= a * late;
  CHECK(distance(domain.gather(seen.speed), lagging) < 1e-13);
}

TEST_CASE("errors of estimates are normal, of variance 1 and of the memory that was asked for") {
  const Domain domain = rings(Domain::world(), 1, 20000);
  const Driving driving{.dt = dt, .noise = {.gap = 0.1, .memory = 2}};
  Errors errors(domain, driving);
  errors.advance(0);
  const auto first = domain.gather(errors.now().gap);
  for (Index step = 1; step <= 10; ++step) errors.advance(step);
  const auto later = domain.gather(errors.now().gap);
  double mean = 0, square = 0, product = 0;
  for (std::size_t i = 0; i < later.size(); ++i) {
    mean += later[i] / 20000;
    square += later[i] * later[i] / 20000;
    product += first[i] * later[i] / 20000;
  }
  const double error = 1 / std::sqrt(20000.0), kept = std::exp(-1.0 / 2);
  CHECK(std::abs(mean) < 4 * error);
  CHECK(std::abs(square - 1) < 4 * std::sqrt(2.0) * error);
  CHECK(std::abs(product - kept) < 4 * std::sqrt(1 + kept * kept) * error);
}

TEST_CASE("dawdling takes a mean half of its share") {
  auto drive = on_ring(ConstantLaw{}, {.dt = dt, .noise = {.dawdling = 0.5, .dawdling_scale = 2}}, 20000);
  auto state = drive.uniform(100, 10);
  drive.advance(state, 1);
  const auto speed = statistics(state.speed, drive.domain());
  CHECK(std::abs(speed.mean[0] - (10 - dt * 0.5 * 2 / 2)) < 4 * dt / std::sqrt(12 * 20000.0));
  CHECK(std::abs(speed.deviation[0] / (dt / std::sqrt(12.0)) - 1) < 0.03);
  CHECK(speed.least[0] >= 10 - dt);
}

TEST_CASE("floors are those of SUMO, and counted") {
  const auto place = [](Integrator integrator, bool floor) {
    auto drive = on_ring(ConstantLaw{.u = -2}, {.dt = dt, .integrator = integrator, .floor = floor});
    auto state = drive.uniform(20, 0.1);
    drive.advance(state, 1);
    const Counters counters = drive.counters();
    CHECK(counters.negative_speeds == 10);
    CHECK(counters.floors == (floor ? 10 : 0));
    CHECK(counters.largest_acceleration == 2);
    CHECK(counters.vehicle_steps == 10);
    CHECK(std::abs(statistics(state.speed, drive.domain()).mean[0] - (floor ? 0 : -0.1)) < 1e-15);
    return places(state, drive.domain())[0];
  };
  CHECK(place(Integrator::semi_implicit, true) == 0);
  CHECK(std::abs(place(Integrator::semi_implicit, false) - -0.01) < 1e-15);
  CHECK(std::abs(place(Integrator::ballistic, true) - 0.0025) < 1e-15);  // v^2 / (2 |u|)
  CHECK(std::abs(place(Integrator::ballistic, false)) < 1e-15);
}

TEST_CASE("collisions are counted, and end a run where that is asked for") {
  const Domain domain = rings(Domain::world(), 1, 4);
  for (const bool plainly : {false, true})
    for (const bool stops : {false, true}) {
      Drive<ConstantLaw> drive(domain, alike(ConstantLaw{.length = 5}),
                               {.dt = 1, .stops_at_collision = stops});
      if (plainly) drive.drive_plainly();
      auto state = drive.empty();
      fill(
          state, domain, [](Index, Index i) { return i == 1 ? 7.0 : 20.0; },
          [](Index, Index i) { return i == 1 ? 2.0 : 1.0; });
      drive.check(state);
      CHECK(drive.advance(state, 10) == (stops ? 3 : 10));  // 7, 6, 5: gone in two steps, seen in the third
      CHECK(drive.counters().collisions == (stops ? 1 : 8));
    }
}

TEST_CASE("derivatives of the wrong sign are counted where that is asked for") {
  const test::LinearLaw wrong{.ahead = 2, .g = -0.01, .b = 0};
  auto drive = on_ring(wrong, {.dt = dt, .gains_every = 4});
  auto state = drive.uniform(20, 10);
  drive.advance(state, 10);
  CHECK(drive.counters().signs_seen == 30);
  CHECK(drive.counters().wrong_signs == 30);
  auto right = on_ring(Idm{}, {.dt = dt, .gains_every = 1});
  state = right.uniform(20, 10);
  right.advance(state, 10);
  CHECK(right.counters().signs_seen == 100);
  CHECK(right.counters().wrong_signs == 0);
}

TEST_CASE("a fleet of one law drives as that law, and so does a mixed one") {
  const Domain domain = rings(Domain::world(), 3, 22);
  const auto after = [&](const auto& fleet) {
    Drive drive(domain, fleet, {.dt = dt});
    auto state = drive.uniform(12, 4);
    random_kicks(state, domain, 2, Random{9, 1});
    drive.advance(state, 200);
    return domain.gather(state.headway);
  };
  const auto one = after(alike(Idm{}));
  CHECK(one == after(one_law_a_vehicle(std::vector<Idm>(22))));
  CHECK(one == after(one_law_a_road(std::vector<Idm>(3))));
  using Two = Mixed<Idm, test::LinearLaw>;
  std::vector<Two> laws(22);
  CHECK(one == after(one_law_a_vehicle(laws)));
  laws[4].is_automated = true;
  CHECK(one != after(one_law_a_vehicle(laws)));
}

TEST_CASE("what cannot be driven is refused with its numbers") {
  const auto drive = on_ring(Idm{}, {.dt = dt});
  const auto refused = [](const std::string& what) { return MessageMatches(ContainsSubstring(what)); };
  auto state = drive.uniform(20, 10);
  drive.check(state);
  kick(state, drive.domain(), 3, 16);
  CHECK_THROWS_MATCHES(drive.check(state), InputError, refused("vehicle 3 of road 0 has a headway of 4 m"));
  CHECK_THROWS_MATCHES(drive.check(drive.uniform(0, 10)), InputError, refused("a headway of 0 m"));
  CHECK_THROWS_MATCHES(drive.check(drive.uniform(20, -1)), InputError, refused("starts at -1 m/s"));
  CHECK_THROWS_MATCHES(drive.check(drive.uniform(NAN, 1)), InputError, refused("headway of nan"));
  CHECK_THROWS_MATCHES(on_ring(Idm{.length = -5}, {}), InputError, refused("length -5 m"));
  CHECK_THROWS_MATCHES(on_ring(Idm{}, {.dt = 0}), InputError, refused("dt = 0 s"));
  CHECK_THROWS_MATCHES(ring_headway(100, 22, 5), InputError,
                       refused("ring of 100 m is not longer than its 22"));
  CHECK(ring_headway(230, 23, 5) == 10);
  const auto hasty = on_ring(test::LinearLaw{.A = 50}, {.dt = dt});
  CHECK_THROWS_MATCHES(hasty.check(hasty.uniform(20, 10)), InputError,
                       refused("dt = 0.1 s is unstable for linear at h = 20 m, v = 10 m/s"));
  CHECK_THROWS_MATCHES(
      on_ring(Idm{}, {.dt = dt, .integrator = Integrator::runge_kutta, .delay = {.seconds = 0.05}}),
      InputError, refused("a reaction delay of 0.05 s below dt = 0.1 s"));
  CHECK_THROWS_AS(Drive<Idm>(open_roads(Domain::world(), 1, 10), alike(Idm{}), {}), InputError);
}

TEST_CASE("the step that is refused is the one that a vehicle behind a steady leader blows up with") {
  for (const auto integrator : {Integrator::semi_implicit, Integrator::ballistic, Integrator::runge_kutta}) {
    const test::LinearLaw law{.ahead = 1, .f = 2, .g = 0.5, .A = 3, .b = 0};
    const double most = largest_step(2, -3.5, 5, integrator);
    for (const double step : {0.97 * most, 1.05 * most}) {
      const Domain domain = open_roads(Domain::world(), 1, 3);
      Drive<test::LinearLaw> drive(domain, alike(law), {.dt = step, .integrator = integrator, .floor = false},
                                   {[](double, Index) { return 10.0; }, 20});
      auto state = drive.uniform(20, 10);
      kick(state, domain, 2, 1e-3);
      drive.advance(state, 3000);
      const double far = std::abs(domain.gather(state.headway)[2] - 20);
      CHECK((step < most ? far < 1e-3 : !(far < 1)));
    }
  }
}

TEST_CASE("a record has places without a seam and the statistics of its road") {
  const Domain domain = rings(Domain::world(), 2, 6);
  Drive<ConstantLaw> drive(domain, alike(ConstantLaw{}), {.dt = 1});
  auto state = drive.empty();
  fill(
      state, domain, [](Index j, Index) { return 10.0 + j; }, [](Index, Index i) { return 1.0 + i; });
  Recorder records({0, 4});
  CHECK(advance_recording(drive, state, 5, 2, records) == 5);
  CHECK(records.time == std::vector<double>{0, 2, 4, 5});
  CHECK(records.place.size() == 4 * 2 * 2);
  CHECK(records.place[0] == 0);
  CHECK(records.place[3] == 44);
  CHECK(records.place[4 * 3 + 3] == 44 + 5 * 5);  // vehicle 4 of road 1
  CHECK(records.speeds[0].mean[1] == 3.5);
  CHECK(std::abs(records.speeds[0].deviation[1] - std::sqrt(35.0 / 12)) < 1e-15);
  CHECK(records.speeds[0].least[0] == 1);
  CHECK(records.speeds[0].most[0] == 6);
}
