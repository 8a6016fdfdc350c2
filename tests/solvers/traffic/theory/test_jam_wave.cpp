// tests/solvers/traffic/theory/test_jam_wave.cpp
#include "solvers/traffic/theory/jam_wave.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "solvers/traffic/theory/optimal_velocity.hpp"

using namespace attune::traffic::theory;

namespace {
const TanhSpeed bando{1, 1, 2, std::tanh(2.0)};
}

TEST_CASE(
    "the travelling wave of Bando's drivers at a = 1 has the headways, speeds and delay of long "
    "simulations") {
  const JamWave wave = jam_wave(bando, 1, 100, 2);
  REQUIRE(wave.found);
  CHECK(std::abs(wave.least_headway - 0.3228) < 1e-4);
  CHECK(std::abs(wave.most_headway - 3.6771) < 2e-4);
  CHECK(std::abs(wave.least_speed - 0.0315) < 5e-5);
  CHECK(std::abs(wave.most_speed - 1.8965) < 5e-5);
  CHECK(std::abs(wave.delay - 1.7986) < 1e-4);
  CHECK(std::abs(wave.jam_speed + 0.148) < 1e-3);
}

TEST_CASE("more points on a vehicle's share leave the travelling wave as it is") {
  const JamWave coarse = jam_wave(bando, 1.3, 60, 2, 6), fine = jam_wave(bando, 1.3, 60, 2, 12);
  REQUIRE((coarse.found && fine.found));
  CHECK(std::abs(coarse.delay - fine.delay) < 1e-6);
  CHECK(std::abs(coarse.least_headway - fine.least_headway) < 1e-4);
}

TEST_CASE("close to onset the travelling wave is the kink of weak nonlinearity") {
  for (const double a : {1.9, 1.8}) {
    const JamWave wave = jam_wave(bando, a, 200, 2, 4);
    REQUIRE(wave.found);
    const double amplitude = (wave.most_headway - wave.least_headway) / 2;
    CHECK(std::abs(amplitude / kink_amplitude(1, bando.third(), a) - 1) < 0.01);
  }
}

TEST_CASE("other units of length, speed and time give the same wave in those units") {
  const JamWave plain = jam_wave(bando, 1.2, 60, 2);
  const TanhSpeed motorway{16.8, 0.086, 25, std::tanh(2.0)};
  const double length = 1 / 0.086, time = length / 16.8;
  const JamWave scaled = jam_wave(motorway, 1.2 / time, 60, 25);
  REQUIRE((plain.found && scaled.found));
  CHECK(std::abs(scaled.delay / (time * plain.delay) - 1) < 1e-9);
  CHECK(std::abs(scaled.least_speed / (16.8 * plain.least_speed) - 1) < 1e-7);
  CHECK(std::abs(scaled.most_headway - 25 - length * (plain.most_headway - 2)) < 1e-8);
}

TEST_CASE(
    "where uniform flow is stable, or no plateau has the headway of the ring, there is no wave to find") {
  CHECK_FALSE(jam_wave(bando, 2.1, 60, 2).found);
  CHECK_FALSE(jam_wave(bando, 1.5, 60, 3.5).found);
}
