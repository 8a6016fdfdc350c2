// experiments/traffic/parts/attend_speeds.hpp
//
// A driver who attends to speeds: the full velocity difference model, the leader's speed averaged by attention,
//
//   u    = alpha [V(D_1) - v] + lambda [sum_k a_k v_k - v],   a = softmax(z / tau) of leader_attention.hpp
//   f_k  = lambda a_k z' (v_k - vbar) / tau, and alpha V'(D_1) more for k = 1;   z' = -1 / ell
//   g_k  = lambda a_k,   f_v = -alpha - lambda,   vbar = sum_j a_j v_j,   k = 1 .. K
//
// Source  Jiang, Wu, Zhu 2001 [jiang2001] for one leader
// Cost    K exponentials, a hyperbolic tangent
#pragma once

#include "experiments/traffic/parts/leader_attention.hpp"
#include "solvers/traffic/optimal_velocity.hpp"

namespace attune::experiments::traffic {

struct AttendSpeeds {
  static constexpr const char* name = "attend_speeds";
  static constexpr int capacity = LeaderAttention::capacity;
  static constexpr bool looks_back = false;

  double sensitivity = 1, speed_gain = 0.25;
  LeaderAttention heed{};
  attune::traffic::OptimalVelocity optimal{};
  double length = 0;

  KOKKOS_FUNCTION int leaders() const { return heed.heeded; }
  KOKKOS_FUNCTION double vehicle_length() const { return length; }
  KOKKOS_FUNCTION double speed_scale() const { return optimal.largest(); }

  template <class Number> KOKKOS_FUNCTION Number acceleration(const Sight<Number, capacity>& see) const {
    Number weight[capacity];
    const Number sum = heed.attend(see, weight);
    Number seen = weight[0] * see.leader_speed[0];
    for (int k = 1; k < heed.heeded; ++k) seen = seen + weight[k] * see.leader_speed[k];
    return sensitivity * (optimal.speed(see.distance[0]) - see.speed) + speed_gain * (seen / sum - see.speed);
  }

  KOKKOS_FUNCTION Partials<capacity> partials(const Sight<double, capacity>& see) const {
    double a[capacity], mean = 0;
    heed.weights(see, a);
    for (int k = 0; k < heed.heeded; ++k) mean += a[k] * see.leader_speed[k];
    Partials<capacity> f;
    for (int k = 0; k < heed.heeded; ++k) {
      f.leader_speed[k] = speed_gain * a[k];
      f.distance[k] = f.leader_speed[k] * heed.slope() * (see.leader_speed[k] - mean);
    }
    f.distance[0] += sensitivity * optimal.slope(see.distance[0]);
    f.speed = -sensitivity - speed_gain;
    return f;
  }
};

void describe(auto& field, AttendSpeeds& law) {
  field("sensitivity", law.sensitivity, "1/s", "alpha", above(0.0));
  field("speed_gain", law.speed_gain, "1/s", "lambda of the speed that is attended to", at_least(0.0));
  describe(field, law.heed);
  describe(field, law.optimal);
  field("length", law.length, "m", "l of a vehicle, part of the headway", at_least(0.0));
}

}  // namespace attune::experiments::traffic
