// solvers/traffic/sight.hpp
//
// What the driver of vehicle n sees, and the partial derivatives of what the driver does about it. Vehicles
// are numbered along the road: n + 1 drives ahead of n, x_n is the place of its front.
//
// A car-following law is a plain struct of parameters with
//
//   static constexpr const char* name
//   static constexpr int capacity      the most leaders it can look at, 1 for most
//   static constexpr bool looks_back   true if it reads the vehicle behind
//   int leaders() const                how many it does look at, 1 .. capacity
//   double vehicle_length() const      l [m]: distances front to front are never below it; 0 for points
//   double speed_scale() const         an upper bound of sensible speeds [m/s]: desired or largest speed
//   Number acceleration(const Sight<Number, capacity>&) const            u [m/s^2]
//   Partials<capacity> partials(const Sight<double, capacity>&) const    of u, in closed form
//
// and a describe() that lists its parameters. acceleration() is a template over the kinds of number of
// arithmetic.hpp: double, a register of the processor, a complex number.
//
// Units   [m], [m/s], [m/s^2]; laws without units (the tanh of Bando) use them all the same
// Limits  a law gives a finite u for any v and any D_k > 0, whatever the gap: collisions are counted by who
//         drives the vehicles, not by laws
#pragma once

#include "core/core/views.hpp"

namespace attune::traffic {

template <class Number, int capacity> struct Sight {
  Number speed{};  // v_n
  Number distance[capacity]{};  // D_k = x_{n+k} - x_n, entry k - 1
  Number leader_speed[capacity]{};  // v_{n+k}, entry k - 1
  Number distance_behind{}, follower_speed{};  // x_n - x_{n-1}, v_{n-1}; for laws that look back
};

// du/d(each number of a Sight), all others held.
template <int capacity> struct Partials {
  double speed = 0;  // [1/s]
  double distance[capacity]{};  // [1/s^2]
  double leader_speed[capacity]{};  // [1/s]
  double distance_behind = 0, follower_speed = 0;
};

// The sight of a driver among vehicles that all keep one headway h = D_1 and one speed.
template <class Law> KOKKOS_FUNCTION auto uniform_sight(const Law& law, double headway, double speed) {
  Sight<double, Law::capacity> see;
  see.speed = see.follower_speed = speed;
  see.distance_behind = headway;
  for (int k = 0; k < law.leaders(); ++k) {
    see.distance[k] = (k + 1) * headway;
    see.leader_speed[k] = speed;
  }
  return see;
}

}  // namespace attune::traffic
