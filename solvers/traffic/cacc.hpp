// solvers/traffic/cacc.hpp
//
// Cooperative adaptive cruise control: control of the gap to the next vehicle, and speeds of K vehicles
// ahead, heard by radio, fed forward with gains that fade:
//
//   u = min(k0 (v0 - v),  k1 (D_1 - l - s0 - T v) + sum_k g_k (v_k - v)),   g_k = k2 q^(k - 1),  k = 1 .. K
//
//   in control of the gap:   f_s = k1,   f_l,k = g_k,   f_v = -k1 T - sum_k g_k
//
// Source  connected cruise control, Zhang, Orosz 2016 [zhang2016], with the linear policy of the gap of
//         [milanes2014]; the accelerations of leaders, which other designs feed forward, no driver here sees
// Limits  K <= 8; K = 1 is acc.hpp
#pragma once

#include "solvers/traffic/acc.hpp"

namespace attune::traffic {

struct Cacc {
  static constexpr const char* name = "cacc";
  static constexpr int capacity = 8;
  static constexpr bool looks_back = false;

  Acc acc{.time_gap = 0.6, .gap_gain = 0.23, .speed_gain = 0.4};
  int heard = 3;
  double fading = 0.5;

  KOKKOS_FUNCTION int leaders() const { return heard; }
  KOKKOS_FUNCTION double vehicle_length() const { return acc.length; }
  KOKKOS_FUNCTION double speed_scale() const { return acc.desired_speed; }

  template <class Number> KOKKOS_FUNCTION Number follow(const Sight<Number, capacity>& see) const {
    Number u = acc.keep_gap(see);
    double gain = acc.speed_gain;
    for (int k = 0; k < heard; ++k) {
      u = u + gain * (see.leader_speed[k] - see.speed);
      gain *= fading;
    }
    return u;
  }

  template <class Number> KOKKOS_FUNCTION Number acceleration(const Sight<Number, capacity>& see) const {
    return smaller<Number>(acc.cruise(see.speed), follow(see));
  }

  KOKKOS_FUNCTION Partials<capacity> partials(const Sight<double, capacity>& see) const {
    Partials<capacity> f;
    if (acc.cruise(see.speed) < follow(see)) {
      f.speed = -acc.cruise_gain;
      return f;
    }
    f.distance[0] = acc.gap_gain;
    f.speed = -acc.gap_gain * acc.time_gap;
    double gain = acc.speed_gain;
    for (int k = 0; k < heard; ++k) {
      f.leader_speed[k] = gain;
      f.speed -= gain;
      gain *= fading;
    }
    return f;
  }
};

void describe(auto& field, Cacc& law) {
  describe(field, law.acc);
  field("leaders", law.heard, "1", "K, vehicles whose speed is heard", between(1, Cacc::capacity));
  field("fading", law.fading, "1", "q, gain of a speed over that of the vehicle before it", between(0, 1));
}

}  // namespace attune::traffic
