// solvers/traffic/bilateral.hpp
//
// Bilateral control: the vehicle keeps to the middle between its neighbours, in place and in speed, and tends
// to a desired speed:
//
//   u = k_d (D_1 - D_-1) + k_v (v_1 + v_-1 - 2 v) + k_c (v0 - v)
//
//   f_s = k_d,   f_l = k_v,   du/dD_-1 = -k_d,   du/dv_-1 = k_v,   f_v = -2 k_v - k_c
//
// Source  Horn 2013 [horn2013]; Wang, Horn, Strang 2017 [wang2017]
// Limits  without k_c every common speed is an equilibrium at every headway, so k_c > 0; with it v0 alone is,
//         at every headway
#pragma once

#include "core/deck/describe.hpp"
#include "solvers/traffic/arithmetic.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::traffic {

struct Bilateral {
  static constexpr const char* name = "bilateral";
  static constexpr int capacity = 1;
  static constexpr bool looks_back = true;

  double distance_gain = 0.1, speed_gain = 0.5, cruise_gain = 0.05, desired_speed = 30, length = 5;

  KOKKOS_FUNCTION int leaders() const { return 1; }
  KOKKOS_FUNCTION double vehicle_length() const { return length; }
  KOKKOS_FUNCTION double speed_scale() const { return desired_speed; }

  template <class Number> KOKKOS_FUNCTION Number acceleration(const Sight<Number, 1>& see) const {
    const Number v = see.speed;
    const Number approach = (see.leader_speed[0] - v) + (see.follower_speed - v);
    return distance_gain * (see.distance[0] - see.distance_behind) + speed_gain * approach +
           cruise_gain * (desired_speed - v);
  }

  KOKKOS_FUNCTION Partials<1> partials(const Sight<double, 1>&) const {
    Partials<1> f;
    f.distance[0] = distance_gain;
    f.distance_behind = -distance_gain;
    f.leader_speed[0] = f.follower_speed = speed_gain;
    f.speed = -2 * speed_gain - cruise_gain;
    return f;
  }
};

void describe(auto& field, Bilateral& law) {
  field("distance_gain", law.distance_gain, "1/s^2", "k_d", at_least(0.0));
  field("speed_gain", law.speed_gain, "1/s", "k_v", at_least(0.0));
  field("cruise_gain", law.cruise_gain, "1/s", "k_c, of the desired speed", above(0.0));
  field("desired_speed", law.desired_speed, "m/s", "v0", above(0.0));
  field("length", law.length, "m", "l of a vehicle", at_least(0.0));
}

}  // namespace attune::traffic
