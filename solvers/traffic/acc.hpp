// solvers/traffic/acc.hpp
//
// Adaptive cruise control: the lesser of what the control of the speed and the control of the gap ask for:
//
//   u = min(k0 (v0 - v),  k1 (D_1 - l - s0 - T v) + k2 (v_1 - v))
//
//   in control of the gap:   f_s = k1,   f_l = k2,   f_v = -k1 T - k2
//
// Source  Milanes, Shladover 2014 [milanes2014] and Xiao, Wang, van Arem 2017 [xiao2017]: k0 = 0.4,
//         k1 = 0.23, k2 = 0.07, which SUMO has too; there the mode is chosen by thresholds of the gap, here
//         by the minimum, which is continuous
#pragma once

#include "core/deck/describe.hpp"
#include "solvers/traffic/arithmetic.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::traffic {

struct Acc {
  static constexpr const char* name = "acc";
  static constexpr int capacity = 1;
  static constexpr bool looks_back = false;

  double desired_speed = 30, time_gap = 1, cruise_gain = 0.4, gap_gain = 0.23, speed_gain = 0.07;
  double standstill_gap = 2, length = 5;

  KOKKOS_FUNCTION int leaders() const { return 1; }
  KOKKOS_FUNCTION double vehicle_length() const { return length; }
  KOKKOS_FUNCTION double speed_scale() const { return desired_speed; }

  template <class Number> KOKKOS_FUNCTION Number cruise(const Number& v) const {
    return cruise_gain * (desired_speed - v);
  }
  template <class Number, int capacity>
  KOKKOS_FUNCTION Number keep_gap(const Sight<Number, capacity>& see) const {
    return gap_gain * (see.distance[0] - (length + standstill_gap) - time_gap * see.speed);
  }

  template <class Number> KOKKOS_FUNCTION Number acceleration(const Sight<Number, 1>& see) const {
    const Number follow = keep_gap(see) + speed_gain * (see.leader_speed[0] - see.speed);
    return smaller<Number>(cruise(see.speed), follow);
  }

  KOKKOS_FUNCTION Partials<1> partials(const Sight<double, 1>& see) const {
    const double follow = keep_gap(see) + speed_gain * (see.leader_speed[0] - see.speed);
    Partials<1> f;
    if (cruise(see.speed) < follow) {
      f.speed = -cruise_gain;
    } else {
      f.distance[0] = gap_gain;
      f.leader_speed[0] = speed_gain;
      f.speed = -gap_gain * time_gap - speed_gain;
    }
    return f;
  }
};

void describe(auto& field, Acc& law) {
  field("desired_speed", law.desired_speed, "m/s", "v0", above(0.0));
  field("time_gap", law.time_gap, "s", "T", above(0.0));
  field("cruise_gain", law.cruise_gain, "1/s", "k0, of the control of the speed", above(0.0));
  field("gap_gain", law.gap_gain, "1/s^2", "k1", above(0.0));
  field("speed_gain", law.speed_gain, "1/s", "k2", at_least(0.0));
  field("standstill_gap", law.standstill_gap, "m", "s0", at_least(0.0));
  field("length", law.length, "m", "l of a vehicle", at_least(0.0));
}

}  // namespace attune::traffic
