// solvers/traffic/hdm.hpp
//
// The human driver model over the intelligent driver model: interactions with K vehicles ahead, and gaps
// thought on for the time T_a at the speeds that are seen:
//
//   u    = a [1 - (v / v0)^delta - sum_k (s*_k / s_k)^2],   s_k = D_k - k l + T_a (v_k - v),   k = 1 .. K
//   s*_k = s0 / gamma + max(0, v T / gamma + v (v - v_k) / (2 sqrt(a b))),   gamma^2 = sum_k 1 / k^2
//
//   with B_k = 2 a s*_k^2 / s_k^3 and b_k = 2 a s*_k / s_k^2 (0 where the maximum is):
//   f_s,k = B_k,   f_l,k = B_k T_a + b_k v / (2 sqrt(a b)),
//   f_v = -a delta v^(delta - 1) / v0^delta - sum_k [B_k T_a + b_k (T / gamma + (2 v - v_k) / (2 sqrt(a b)))]
//
// Source  Treiber, Kesting, Helbing 2006 [treiber2006]: s0 and T over gamma leave the equilibrium of one
//         leader. The driver's own speed is not thought on: accelerations are not among what is seen.
//         Reaction delay and errors of estimation belong to who drives the vehicles.
// Limits  K <= 8; K = 1, T_a = 0 is idm.hpp, with its limits
#pragma once

#include "solvers/traffic/idm.hpp"

namespace attune::traffic {

struct Hdm {
  static constexpr const char* name = "hdm";
  static constexpr int capacity = 8;
  static constexpr bool looks_back = false;

  Idm idm{};
  int heeded = 5;
  double anticipation = 0;

  KOKKOS_FUNCTION int leaders() const { return heeded; }
  KOKKOS_FUNCTION double vehicle_length() const { return idm.length; }
  KOKKOS_FUNCTION double speed_scale() const { return idm.desired_speed; }

  KOKKOS_FUNCTION double renormalisation() const {
    double sum = 0;
    for (int k = 1; k <= capacity; ++k) sum += k <= heeded ? 1.0 / (k * k) : 0.0;
    return Kokkos::sqrt(sum);
  }
  template <class Number>
  KOKKOS_FUNCTION Number gap(const Sight<Number, capacity>& see, int k, double length) const {
    const Number ahead = see.distance[k] - (k + 1) * length;
    return larger<Number>(ahead + anticipation * (see.leader_speed[k] - see.speed), Idm::least_gap);
  }

  template <class Number> KOKKOS_FUNCTION Number acceleration(const Sight<Number, capacity>& see) const {
    const double gamma = renormalisation(), time_gap = idm.time_gap / gamma, s0 = idm.standstill_gap / gamma;
    const double approach = 0.5 / Kokkos::sqrt(idm.acceleration_scale * idm.deceleration);
    const Number v = see.speed;
    Number room = 1.0 - power<Number>(larger<Number>(v, 0.0) * (1 / idm.desired_speed), idm.exponent);
    for (int k = 0; k < heeded; ++k) {
      const Number wanted = v * (time_gap + (v - see.leader_speed[k]) * approach);
      const Number ratio = (s0 + larger<Number>(wanted, 0.0)) / gap(see, k, idm.length);
      room = room - ratio * ratio;
    }
    return idm.acceleration_scale * room;
  }

  KOKKOS_FUNCTION Partials<capacity> partials(const Sight<double, capacity>& see) const {
    const double v = see.speed, a = idm.acceleration_scale, gamma = renormalisation();
    const double approach = 0.5 / Kokkos::sqrt(a * idm.deceleration), time_gap = idm.time_gap / gamma;
    Partials<capacity> f;
    for (int k = 0; k < heeded; ++k) {
      const double s = gap(see, k, idm.length), v_k = see.leader_speed[k];
      const double wanted = v * (time_gap + (v - v_k) * approach);
      const double star = idm.standstill_gap / gamma + larger(wanted, 0.0);
      const double brake = wanted > 0 ? 2 * a * star / (s * s) : 0;
      f.distance[k] = s > Idm::least_gap ? 2 * a * star * star / (s * s * s) : 0;
      f.leader_speed[k] = f.distance[k] * anticipation + brake * v * approach;
      f.speed -= f.distance[k] * anticipation + brake * (time_gap + (2 * v - v_k) * approach);
    }
    const double v0 = idm.desired_speed, delta = idm.exponent;
    if (v > 0) f.speed -= a * delta * Kokkos::pow(v / v0, delta - 1) / v0;
    return f;
  }
};

void describe(auto& field, Hdm& law) {
  describe(field, law.idm);
  field("leaders", law.heeded, "1", "K, vehicles ahead that are heeded", between(1, Hdm::capacity));
  field("anticipation", law.anticipation, "s", "T_a, for which gaps are thought on", at_least(0.0));
}

}  // namespace attune::traffic
