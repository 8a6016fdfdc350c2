// solvers/traffic/gipps.hpp
//
// The model of Gipps: the speed after the reaction time tau is the lesser of one that the engine allows and
// one that is safe with a leader believed to brake at c, reached within the reaction time:
//
//   v_free = v + 2.5 a tau (1 - v / v0) sqrt(0.025 + v / v0)
//   v_safe = -b tau + sqrt(max(0, (b tau)^2 + b [2 (D_1 - l - s0) - v tau + v_1^2 / c]))
//   u = [min(v_free, v_safe) - v] / tau
//
//   where v_safe is the less, with r the root:   f_s = b / (r tau),   f_l = b v_1 / (c r tau),
//                                                f_v = -b / (2 r) - 1 / tau
//
// Source  Gipps 1981 [gipps1981]; b and c are positive here
// Limits  v below 0 has the free acceleration of standing still
#pragma once

#include <string>

#include "core/deck/describe.hpp"
#include "solvers/traffic/arithmetic.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::traffic {

struct Gipps {
  static constexpr const char* name = "gipps";
  static constexpr int capacity = 1;
  static constexpr bool looks_back = false;

  double desired_speed = 30, reaction_time = 1, acceleration_scale = 1.5, deceleration = 1;
  double leader_deceleration = 1, standstill_gap = 2, length = 5;

  KOKKOS_FUNCTION int leaders() const { return 1; }
  KOKKOS_FUNCTION double vehicle_length() const { return length; }
  KOKKOS_FUNCTION double speed_scale() const { return desired_speed; }

  template <class Number> KOKKOS_FUNCTION Number free_speed(const Number& v) const {
    const Number part = larger<Number>(v * (1 / desired_speed), 0.0);
    return v + (2.5 * acceleration_scale * reaction_time) * (1.0 - part) * square_root<Number>(part + 0.025);
  }
  template <class Number> KOKKOS_FUNCTION Number radicand(const Sight<Number, 1>& see) const {
    const double change = deceleration * reaction_time;
    const Number s = see.distance[0] - (length + standstill_gap), v_1 = see.leader_speed[0];
    const Number way = 2.0 * s - see.speed * reaction_time + v_1 * v_1 * (1 / leader_deceleration);
    return larger<Number>(deceleration * way + change * change, 0.0);
  }

  template <class Number> KOKKOS_FUNCTION Number acceleration(const Sight<Number, 1>& see) const {
    const Number v = see.speed;
    const Number safe = square_root<Number>(radicand(see)) - deceleration * reaction_time;
    return (smaller<Number>(free_speed(v), safe) - v) * (1 / reaction_time);
  }

  KOKKOS_FUNCTION Partials<1> partials(const Sight<double, 1>& see) const {
    const double r = Kokkos::sqrt(radicand(see)), rate = 1 / reaction_time;
    Partials<1> f;
    if (free_speed(see.speed) < r - deceleration * reaction_time) {
      const double part = see.speed / desired_speed, root = Kokkos::sqrt(larger(part, 0.0) + 0.025);
      if (part > 0) f.speed = 2.5 * acceleration_scale / desired_speed * ((1 - part) / (2 * root) - root);
    } else {
      f.speed = -rate;
      if (r > 0) {
        f.distance[0] = deceleration / r * rate;
        f.leader_speed[0] = deceleration / leader_deceleration * see.leader_speed[0] / r * rate;
        f.speed -= deceleration / (2 * r);
      }
    }
    return f;
  }
};

void describe(auto& field, Gipps& law) {
  field("desired_speed", law.desired_speed, "m/s", "v0", above(0.0));
  field("reaction_time", law.reaction_time, "s", "tau", above(0.0));
  field("acceleration", law.acceleration_scale, "m/s^2", "a, the largest", above(0.0));
  field("deceleration", law.deceleration, "m/s^2", "b, the hardest the driver wants", above(0.0));
  field("leader_deceleration", law.leader_deceleration, "m/s^2", "c, what is expected of the leader",
        above(0.0));
  field("standstill_gap", law.standstill_gap, "m", "s0", at_least(0.0));
  field("length", law.length, "m", "l of a vehicle", at_least(0.0));
}

// Why no vehicle can be driven with these parameters; empty if one can.
std::string refusal(const Gipps& law);

}  // namespace attune::traffic
