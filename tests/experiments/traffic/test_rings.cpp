// tests/experiments/traffic/test_rings.cpp
//
// What the ring experiments are made of: films of jams, automated vehicles among humans, FollowerStopper.
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <complex>

#include "experiments/traffic/parts/fuel.hpp"
#include "experiments/traffic/parts/jam_film.hpp"
#include "experiments/traffic/parts/mixed_ring.hpp"

using namespace attune;
using namespace attune::experiments::traffic;
using Complex = std::complex<double>;

namespace {

// u of FollowerStopper as its source states it, region by region.
double as_published(const FollowerStopper& law, double s, double v, double v_1) {
  const double closing = std::min(v_1 - v, 0.0);
  const double x_1 = law.border_1 + closing * closing / (2 * law.braking_1),
               x_2 = law.border_2 + closing * closing / (2 * law.braking_2),
               x_3 = law.border_3 + closing * closing / (2 * law.braking_3);
  const double lead = std::min(std::max(v_1, 0.0), law.commanded_speed), U = law.commanded_speed;
  double command = U;
  if (s <= x_1)
    command = 0;
  else if (s <= x_2)
    command = lead * (s - x_1) / (x_2 - x_1);
  else if (s <= x_3)
    command = lead + (U - lead) * (s - x_2) / (x_3 - x_2);
  return (command - v) / law.lag;
}

}  // namespace

TEST_CASE("FollowerStopper commands what its source says in each of its regions") {
  const FollowerStopper law;
  for (const double s : {0.5, 4.6, 5.0, 5.3, 5.9, 7.0, 20.0})
    for (const double v : {0.0, 2.0, 4.0, 6.0})
      for (const double v_1 : {0.0, 1.5, 4.4, 5.0}) {
        solver::Sight<double, 1> see;
        see.speed = v;
        see.distance[0] = s + law.length;
        see.leader_speed[0] = v_1;
        CHECK(std::abs(law.acceleration(see) - as_published(law, s, v, v_1)) < 1e-12);
      }
}

TEST_CASE("the partials of FollowerStopper are those of its acceleration") {
  const FollowerStopper law;
  const auto by = [&](double s, double v, double v_1, int which) {
    solver::Sight<Complex, 1> see;
    see.speed = Complex(v, which == 0 ? 1e-100 : 0);
    see.distance[0] = Complex(s + law.length, which == 1 ? 1e-100 : 0);
    see.leader_speed[0] = Complex(v_1, which == 2 ? 1e-100 : 0);
    return law.acceleration(see).imag() / 1e-100;
  };
  for (const double s : {3.0, 4.9, 5.6, 8.0})
    for (const double v : {1.0, 3.0})
      for (const double v_1 : {1.2, 2.6}) {
        solver::Sight<double, 1> see;
        see.speed = v;
        see.distance[0] = s + law.length;
        see.leader_speed[0] = v_1;
        const auto f = law.partials(see);
        CHECK(std::abs(f.speed - by(s, v, v_1, 0)) < 1e-12);
        CHECK(std::abs(f.distance[0] - by(s, v, v_1, 1)) < 1e-12);
        CHECK(std::abs(f.leader_speed[0] - by(s, v, v_1, 2)) < 1e-12);
      }
}

TEST_CASE("a jam that is known is followed: its delay and its speed on the road") {
  constexpr double tau = 1.7, c = -0.4, length = 60;
  constexpr std::size_t N = 30;
  RingFilm film;
  film.vehicles = N;
  film.length = length;
  const double period = N * tau, mean = length / (N * tau) + c;  // h = <v> tau - c tau
  for (int n = 0; n < 600; ++n) {
    const double t = 0.25 * n;
    film.time.push_back(t);
    for (std::size_t i = 0; i < N; ++i) {
      const double phase = 2 * M_PI * (t + static_cast<double>(i) * tau) / period;
      film.speed.push_back(mean + 0.3 * std::sin(phase));
      film.place.push_back(mean * t + static_cast<double>(i) * (mean - c) * tau -
                           0.3 * period / (2 * M_PI) * std::cos(phase));
      film.headway.push_back(2);
    }
  }
  const JamPassage seen = jam_passage(film);
  CHECK(seen.links > 60);
  CHECK(std::abs(seen.delay - tau) < 1e-3);
  CHECK(std::abs(seen.jam_speed - c) < 1e-3);
}

TEST_CASE("vehicles that all drive alike show no jam") {
  RingFilm film;
  film.vehicles = 2;
  film.time = {0, 1};
  film.speed = {1, 1, 1, 1};
  film.place = {0, 5, 1, 6};
  CHECK(jam_passage(film).links == 0);
}

TEST_CASE("uniform flow with automated vehicles: nobody accelerates and the ring is full") {
  for (const auto& controller : controller_names())
    for (const Index count : {1, 2, 5}) {
      MixedRing ring{.controller = controller, .automated = count};
      const MixedFlow flow = uniform_flow(ring);
      double sum = 0;
      for (const double h : flow.headway) sum += h;
      CHECK(std::abs(sum - ring.length) < 1e-9);
      auto lone = mixed_lone_ring(ring, true, {.dt = 0.05, .integrator = solver::Integrator::runge_kutta});
      lone.set(flow.headway, std::vector<double>(22, flow.speed));
      lone.advance(20);
      for (const double v : lone.see().speed) CHECK(std::abs(v - flow.speed) < 1e-9);
    }
}

TEST_CASE("automated vehicles are spread evenly, and a ring without them is that of humans") {
  const MixedRing ring{.automated = 4};
  int count = 0;
  for (Index i = 0; i < 22; ++i) count += ring.is_automated(i);
  CHECK(count == 4);
  MixedRing humans;
  humans.automated = 0;
  const auto seen = mixed_spectrum(humans);
  CHECK(std::abs(seen.rate.real() - 0.02016960) < 1e-8);  // 22 vehicles of the book's IDM on 260 m
}

TEST_CASE("fuel: an idling engine, a car that holds its speed, one that brakes") {
  const Fuel fuel;
  const double litre = fuel.efficiency * fuel.energy_per_litre;
  CHECK(fuel.rate(0, 0) == fuel.idle_power / litre);
  const double force = 1500 * 0.015 * 9.81 + 0.5 * 0.3 * 1.3 * 2.2 * 400;
  CHECK(std::abs(fuel.rate(20, 0) - (3000 + 20 * force) / litre) < 1e-15);
  CHECK(fuel.rate(20, -3) == 0);
}
