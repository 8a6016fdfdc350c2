// solvers/traffic/fvdm.hpp
//
// The full velocity difference model, by default with the parameters of its source:
//
//   u = k [V(D_1) - v] + lambda (v_1 - v),   f_s = k V'(D_1),   f_l = lambda,   f_v = -k - lambda
//
// Source  Jiang, Wu, Zhu 2001 [jiang2001]
#pragma once

#include "solvers/traffic/optimal_velocity.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::traffic {

struct Fvdm {
  static constexpr const char* name = "fvdm";
  static constexpr int capacity = 1;
  static constexpr bool looks_back = false;

  double sensitivity = 0.41, speed_gain = 0.5;
  OptimalVelocity optimal{7.91, 0.13, 5 + 1.57 / 0.13, 6.75 / 7.91};
  double length = 5;

  KOKKOS_FUNCTION int leaders() const { return 1; }
  KOKKOS_FUNCTION double vehicle_length() const { return length; }
  KOKKOS_FUNCTION double speed_scale() const { return optimal.largest(); }

  template <class Number> KOKKOS_FUNCTION Number acceleration(const Sight<Number, 1>& see) const {
    const Number v = see.speed;
    return sensitivity * (optimal.speed(see.distance[0]) - v) + speed_gain * (see.leader_speed[0] - v);
  }

  KOKKOS_FUNCTION Partials<1> partials(const Sight<double, 1>& see) const {
    Partials<1> f;
    f.distance[0] = sensitivity * optimal.slope(see.distance[0]);
    f.leader_speed[0] = speed_gain;
    f.speed = -sensitivity - speed_gain;
    return f;
  }
};

void describe(auto& field, Fvdm& law) {
  field("sensitivity", law.sensitivity, "1/s", "k", above(0.0));
  field("speed_gain", law.speed_gain, "1/s", "lambda of the speed difference", at_least(0.0));
  describe(field, law.optimal);
  field("length", law.length, "m", "l of a vehicle, part of the headway", at_least(0.0));
}

}  // namespace attune::traffic
