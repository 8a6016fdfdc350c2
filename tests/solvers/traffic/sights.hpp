// tests/solvers/traffic/sights.hpp
//
// Sights to ask laws with, and laws to ask: those of the list as they come, and with other parameters.
#pragma once

#include "core/core/random.hpp"
#include "solvers/traffic/law_list.hpp"
#include "solvers/traffic/mixed.hpp"

namespace attune::test {

// The numbers of a sight or of partials, one after another.
template <int capacity> inline constexpr int numbers = 2 * capacity + 3;
template <int capacity, class Of> auto& number(Of& of, int n) {
  if (n < capacity) return of.distance[n];
  if (n < 2 * capacity) return of.leader_speed[n - capacity];
  return n == 2 * capacity ? of.speed : n == 2 * capacity + 1 ? of.distance_behind : of.follower_speed;
}

// Speeds of -2 .. 38 m/s, of 0 and more if forward; gaps of 0.2 .. 100 m, even on a logarithmic scale.
template <int capacity>
traffic::Sight<double, capacity> random_sight(std::uint64_t sight, double length, bool forward = false) {
  const Random random{.seed = 1, .stream = 6};
  traffic::Sight<double, capacity> see;
  const auto unit = [&](std::uint32_t draw) { return random.uniform(sight, draw); };
  const auto speed = [&](std::uint32_t draw) { return forward ? 38 * unit(draw) : 40 * unit(draw) - 2; };
  const auto gap = [&](std::uint32_t draw) { return 0.2 * std::pow(500, unit(draw)); };
  see.speed = speed(0);
  see.follower_speed = speed(1);
  see.distance_behind = length + gap(2);
  for (int k = 0; k < capacity; ++k) {
    see.leader_speed[k] = speed(3 + 2 * k);
    see.distance[k] = (k > 0 ? see.distance[k - 1] : 0) + length + gap(4 + 2 * k);
  }
  return see;
}

template <class Number, int capacity>
traffic::Sight<Number, capacity> as(const traffic::Sight<double, capacity>& see) {
  traffic::Sight<Number, capacity> same;
  for (int n = 0; n < numbers<capacity>; ++n) number<capacity>(same, n) = number<capacity>(see, n);
  return same;
}

inline traffic::OptimalVelocity motorway() { return {16.8, 0.0860, 25, 0.913}; }

template <class Action> void for_each_case(const Action& action) {
  using namespace traffic;
  for_each_law(action);
  action(Idm{.desired_speed = 20, .time_gap = 0, .exponent = 2.5});
  action(Ovm{.sensitivity = 2, .optimal = motorway()});
  action(Gipps{.acceleration_scale = 1.7, .deceleration = 3.4, .leader_deceleration = 3.2});
  action(Cacc{.heard = 8, .fading = 0.9});
  for (int leaders = 1; leaders <= Hdm::capacity; ++leaders)
    action(Hdm{.heeded = leaders, .anticipation = 0.3 * (leaders - 1)});
  action(Lenz{.heeded = 8, .optimal = motorway(), .length = 5});
  for (const bool automated : {false, true}) {
    action(Mixed<Idm, Bilateral>{.is_automated = automated});
    action(Mixed<Hdm, Acc>{.is_automated = automated});
  }
}

}  // namespace attune::test
