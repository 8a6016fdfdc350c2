// solvers/traffic/krauss.hpp
//
// The model of Krauss: the largest speed from which the driver, after the reaction time, can still stop
// behind a leader who brakes as hard, reached within the reaction time:
//
//   v_safe = -b tau + sqrt((b tau)^2 + v_1^2 + 2 b g),   g = max(0, D_1 - l - s0)
//   u = [min(v + a tau, v0, v_safe) - v] / tau
//
//   where v_safe is the least, with r the root:   f_s = b / (r tau),   f_l = v_1 / (r tau),   f_v = -1 / tau
//
// Source  Krauss 1998 [krauss1998], from v tau + v^2 / 2b = g + v_1^2 / 2b; steps of tau with u held are its
//         map without dawdling, which is noise of who drives the vehicles
#pragma once

#include "core/deck/describe.hpp"
#include "solvers/traffic/arithmetic.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::traffic {

struct Krauss {
  static constexpr const char* name = "krauss";
  static constexpr int capacity = 1;
  static constexpr bool looks_back = false;

  double desired_speed = 30, reaction_time = 1, acceleration_scale = 2.6, deceleration = 4.5;
  double standstill_gap = 2.5, length = 5;

  KOKKOS_FUNCTION int leaders() const { return 1; }
  KOKKOS_FUNCTION double vehicle_length() const { return length; }
  KOKKOS_FUNCTION double speed_scale() const { return desired_speed; }

  template <class Number> KOKKOS_FUNCTION Number free_speed(const Number& v) const {
    return smaller<Number>(v + acceleration_scale * reaction_time, desired_speed);
  }
  template <class Number> KOKKOS_FUNCTION Number gap(const Sight<Number, 1>& see) const {
    return larger<Number>(see.distance[0] - (length + standstill_gap), 0.0);
  }
  template <class Number> KOKKOS_FUNCTION Number root(const Sight<Number, 1>& see) const {
    const double change = deceleration * reaction_time;
    const Number v_1 = see.leader_speed[0];
    return square_root<Number>(v_1 * v_1 + (2 * deceleration) * gap(see) + change * change);
  }

  template <class Number> KOKKOS_FUNCTION Number acceleration(const Sight<Number, 1>& see) const {
    const Number v = see.speed, safe = root(see) - deceleration * reaction_time;
    return (smaller<Number>(free_speed(v), safe) - v) * (1 / reaction_time);
  }

  KOKKOS_FUNCTION Partials<1> partials(const Sight<double, 1>& see) const {
    const double v = see.speed, r = root(see), rate = 1 / reaction_time;
    Partials<1> f;
    if (free_speed(v) < r - deceleration * reaction_time) {
      f.speed = v + acceleration_scale * reaction_time < desired_speed ? 0 : -rate;
    } else {
      f.distance[0] = gap(see) > 0 ? deceleration / r * rate : 0;
      f.leader_speed[0] = see.leader_speed[0] / r * rate;
      f.speed = -rate;
    }
    return f;
  }
};

void describe(auto& field, Krauss& law) {
  field("desired_speed", law.desired_speed, "m/s", "v0", above(0.0));
  field("reaction_time", law.reaction_time, "s", "tau", above(0.0));
  field("acceleration", law.acceleration_scale, "m/s^2", "a, the largest", above(0.0));
  field("deceleration", law.deceleration, "m/s^2", "b, of driver and leader", above(0.0));
  field("standstill_gap", law.standstill_gap, "m", "s0", at_least(0.0));
  field("length", law.length, "m", "l of a vehicle", at_least(0.0));
}

}  // namespace attune::traffic
