// solvers/traffic/idm.hpp
//
// The intelligent driver model:
//
//   u  = a [1 - (v / v0)^delta - (s* / s)^2],   s = D_1 - l
//   s* = s0 + max(0, v T + v (v - v_1) / (2 sqrt(a b)))
//
//   f_s = 2 a s*^2 / s^3,   f_l = sqrt(a / b) v s* / s^2,
//   f_v = -a [delta v^(delta - 1) / v0^delta + 2 s* / s^2 (T + (2 v - v_1) / (2 sqrt(a b)))]
//
// Source  Treiber, Hennecke, Helbing 2000 [treiber2000]
// Limits  a gap below a centimetre brakes as one of a centimetre does; v below 0 has no free-road term
#pragma once

#include "core/deck/describe.hpp"
#include "solvers/traffic/arithmetic.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::traffic {

struct Idm {
  static constexpr const char* name = "idm";
  static constexpr int capacity = 1;
  static constexpr bool looks_back = false;
  static constexpr double least_gap = 0.01;

  double desired_speed = 30, time_gap = 1, acceleration_scale = 1, deceleration = 1.5, exponent = 4;
  double standstill_gap = 2, length = 5;

  KOKKOS_FUNCTION int leaders() const { return 1; }
  KOKKOS_FUNCTION double vehicle_length() const { return length; }
  KOKKOS_FUNCTION double speed_scale() const { return desired_speed; }

  template <class Number> KOKKOS_FUNCTION Number acceleration(const Sight<Number, 1>& see) const {
    const Number v = see.speed, s = larger(see.distance[0] - length, least_gap);
    const double approach = 0.5 / Kokkos::sqrt(acceleration_scale * deceleration);
    const Number wanted = v * (time_gap + (v - see.leader_speed[0]) * approach);
    const Number ratio = (standstill_gap + larger(wanted, 0.0)) / s;
    const Number free = power(larger(v, 0.0) * (1 / desired_speed), exponent);
    return acceleration_scale * (1.0 - free - ratio * ratio);
  }

  KOKKOS_FUNCTION Partials<1> partials(const Sight<double, 1>& see) const {
    const double v = see.speed, a = acceleration_scale;
    const double root = Kokkos::sqrt(a * deceleration), v_1 = see.leader_speed[0];
    const double s = larger(see.distance[0] - length, least_gap);
    const double wanted = v * (time_gap + (v - v_1) / (2 * root));
    const double star = standstill_gap + larger(wanted, 0.0);
    const double brake = wanted > 0 ? 2 * a * star / (s * s) : 0;  // du/ds* where s* moves
    Partials<1> f;
    f.distance[0] = s > least_gap ? 2 * a * star * star / (s * s * s) : 0;
    f.leader_speed[0] = brake * v / (2 * root);
    f.speed = -brake * (time_gap + (2 * v - v_1) / (2 * root));
    if (v > 0) f.speed -= a * exponent * Kokkos::pow(v / desired_speed, exponent - 1) / desired_speed;
    return f;
  }
};

void describe(auto& field, Idm& law) {
  field("desired_speed", law.desired_speed, "m/s", "v0", above(0.0));
  field("time_gap", law.time_gap, "s", "T", at_least(0.0));
  field("acceleration", law.acceleration_scale, "m/s^2", "a", above(0.0));
  field("deceleration", law.deceleration, "m/s^2", "b, comfortable", above(0.0));
  field("exponent", law.exponent, "1", "delta of the free road", above(0.0));
  field("standstill_gap", law.standstill_gap, "m", "s0", above(0.0));
  field("length", law.length, "m", "l of a vehicle", at_least(0.0));
}

}  // namespace attune::traffic
