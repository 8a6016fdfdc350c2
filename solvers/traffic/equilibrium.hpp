// solvers/traffic/equilibrium.hpp
//
// Where vehicles of one law keep one headway h and one speed v: u(h, v) = 0 in a uniform sight.
//
//   equilibrium_speed(law, h)     v_e in [0, speed_scale]; 0 where the driver would brake at rest too, and
//                                 speed_scale where there is none that the driver would not exceed
//   equilibrium_headway(law, v)   the least h from vehicle_length on with u >= 0; infinite if there is none
//   equilibrium_slope(law, h)     dv_e/dh = -(sum_k k f_k + f_behind) / (f_v + sum_k g_k + g_behind);
//                                 0 at rest and at speed_scale
//
// Limits  for laws whose u changes sign once as v rises, from + to -, and at most once as h rises, from - to
//         +: every law of law_list.hpp that refusal() lets pass. Right to what the rounding of u tells apart.
#pragma once

#include "solvers/traffic/arithmetic.hpp"
#include "solvers/traffic/bracketed_root.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::traffic {

template <class Law> double uniform_acceleration(const Law& law, double headway, double speed) {
  return law.acceleration(uniform_sight(law, headway, speed));
}

template <class Law> double equilibrium_speed(const Law& law, double headway) {
  return falling_root([&](double v) { return uniform_acceleration(law, headway, v); }, 0, law.speed_scale());
}

template <class Law> double equilibrium_headway(const Law& law, double speed) {
  constexpr double farthest = 1e9;
  const double least = larger(law.vehicle_length(), 1e-9);
  const auto braking = [&](double h) { return -uniform_acceleration(law, h, speed); };
  double most = 2 * least + 1;
  while (braking(most) > 0) {
    most *= 2;
    if (most > farthest) return Kokkos::Experimental::infinity_v<double>;
  }
  return falling_root(braking, least, most);
}

template <class Law> double equilibrium_slope(const Law& law, double headway) {
  const double speed = equilibrium_speed(law, headway);
  if (speed <= 0 || speed >= law.speed_scale()) return 0;
  const auto f = law.partials(uniform_sight(law, headway, speed));
  double of_headway = f.distance_behind, of_speed = f.speed + f.follower_speed;
  for (int k = 0; k < law.leaders(); ++k) {
    of_headway += (k + 1) * f.distance[k];
    of_speed += f.leader_speed[k];
  }
  return -of_headway / of_speed;
}

}  // namespace attune::traffic
