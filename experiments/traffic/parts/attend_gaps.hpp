// experiments/traffic/parts/attend_gaps.hpp
//
// A driver who attends to gaps: the optimal velocity model, its headway averaged by attention,
//
//   u    = alpha [sum_k a_k V(D_k / k) - v],   a = softmax(z / tau) of leader_attention.hpp,   k = 1 .. K
//   f_k  = alpha a_k [V'(D_k / k) / k + z' (V_k - Vbar) / tau],   z' = -1 / ell,   Vbar = sum_j a_j V_j
//   f_v  = -alpha
//
// Where all headways are equal V_k = Vbar: the weights then act as constants, and the law as that of Lenz with
// alpha a_k.
//
// Source  optimal velocity of Bando et al. 1995 [bando1995], several leaders as in Lenz, Wagner, Sollacher 1999
//         [lenz1999]
// Cost    2 K exponentials, K divisions
#pragma once

#include "experiments/traffic/parts/leader_attention.hpp"
#include "solvers/traffic/optimal_velocity.hpp"

namespace attune::experiments::traffic {

struct AttendGaps {
  static constexpr const char* name = "attend_gaps";
  static constexpr int capacity = LeaderAttention::capacity;
  static constexpr bool looks_back = false;

  double sensitivity = 1;
  LeaderAttention heed{};
  attune::traffic::OptimalVelocity optimal{};
  double length = 0;

  KOKKOS_FUNCTION int leaders() const { return heed.heeded; }
  KOKKOS_FUNCTION double vehicle_length() const { return length; }
  KOKKOS_FUNCTION double speed_scale() const { return optimal.largest(); }

  // V_k = v_scale (offset - 1 + 2 / r_k), r_k = 1 + exp(-2 width (D_k / k - centre)). The sum of a_k / r_k is
  // kept as top / bottom, so that all leaders share a division; no r_k is beyond e^40, where V_k has settled
  // to rounding: the product of 16 of them is finite.
  template <class Number> KOKKOS_FUNCTION Number acceleration(const Sight<Number, capacity>& see) const {
    using namespace attune::traffic;
    Number weight[capacity];
    const Number sum = heed.attend(see, weight);
    Number top(0.0), bottom(1.0);
    for (int k = 0; k < heed.heeded; ++k) {
      const Number fall = -2 * optimal.width * (see.distance[k] * (1.0 / (k + 1)) - optimal.centre);
      const Number r = 1.0 + loose_exponential<Number>(smaller<Number>(fall, 40.0));
      top = top * r + weight[k] * bottom;
      bottom = bottom * r;
    }
    const double scale = optimal.v_scale;
    return sensitivity * (scale * (optimal.offset - 1) + 2 * scale * (top / (bottom * sum)) - see.speed);
  }

  KOKKOS_FUNCTION Partials<capacity> partials(const Sight<double, capacity>& see) const {
    double a[capacity], value[capacity], mean = 0;
    heed.weights(see, a);
    for (int k = 0; k < heed.heeded; ++k) {
      value[k] = optimal.speed(see.distance[k] / (k + 1));
      mean += a[k] * value[k];
    }
    Partials<capacity> f;
    for (int k = 0; k < heed.heeded; ++k)
      f.distance[k] = sensitivity * a[k] *
                      (optimal.slope(see.distance[k] / (k + 1)) / (k + 1) + heed.slope() * (value[k] - mean));
    f.speed = -sensitivity;
    return f;
  }
};

void describe(auto& field, AttendGaps& law) {
  field("sensitivity", law.sensitivity, "1/s", "alpha", above(0.0));
  describe(field, law.heed);
  describe(field, law.optimal);
  field("length", law.length, "m", "l of a vehicle, part of the headway", at_least(0.0));
}

}  // namespace attune::experiments::traffic
