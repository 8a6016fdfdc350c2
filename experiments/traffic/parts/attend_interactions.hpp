// experiments/traffic/parts/attend_interactions.hpp
//
// A driver who attends to interactions: the intelligent driver model, its interaction averaged by attention
// over K leaders, the one that matters heeded the more,
//
//   u      = a [1 - (v / v0)^delta - phibar],   phibar = sum_k a_k phi_k,   k = 1 .. K
//   phi_k  = (s*_k / s_k)^2,   s_k = D_k - k l,   s*_k = s0 + max(0, v T + v (v - v_k) / (2 sqrt(a b)))
//   a_k    = softmax_k(z / tau),   z_k = b_k - (D_k - D_1) / ell + w phi_k
//
//   f_j    = -a a_j [phi'_j + z'_j (phi_j - phibar) / tau],   z'_j = w phi'_j - 1 / ell
//   g_j    = -a a_j dphi_j/dv_j [1 + w (phi_j - phibar) / tau],   f_v = -a delta v^(delta - 1) / v0^delta
//            - a sum_j a_j dphi_j/dv [1 + w (phi_j - phibar) / tau]
//
// The values differ even where all headways are equal, so that the Jacobian of the softmax stays: f_j may be
// negative, see sign_certificate.hpp.
//
// Source  Treiber, Hennecke, Helbing 2000 [treiber2000] for one leader
// Limits  those of idm.hpp for each leader
// Cost    K exponentials, one division; K more where w is not 0
#pragma once

#include "experiments/traffic/parts/leader_attention.hpp"
#include "solvers/traffic/idm.hpp"

namespace attune::experiments::traffic {

// phi_k and its derivatives.
struct Interaction {
  double value = 0, of_distance = 0, of_leader_speed = 0, of_speed = 0;
};

struct AttendInteractions {
  static constexpr const char* name = "attend_interactions";
  static constexpr int capacity = LeaderAttention::capacity;
  static constexpr bool looks_back = false;
  static constexpr double most_gap = 1e9;  // nobody farther ahead matters: the square of 16 such is finite

  attune::traffic::Idm idm{};
  LeaderAttention heed{};
  double heed_interaction = 0;

  KOKKOS_FUNCTION int leaders() const { return heed.heeded; }
  KOKKOS_FUNCTION double vehicle_length() const { return idm.length; }
  KOKKOS_FUNCTION double speed_scale() const { return idm.desired_speed; }

  template <class Number> KOKKOS_FUNCTION Number acceleration(const Sight<Number, capacity>& see) const {
    using namespace attune::traffic;
    Number weight[capacity], wanted[capacity], gap[capacity];
    const Number v = see.speed;
    const double approach = 0.5 / Kokkos::sqrt(idm.acceleration_scale * idm.deceleration);
    heed.logits(see, weight);
    for (int k = 0; k < heed.heeded; ++k) {
      const Number more = v * (idm.time_gap + (v - see.leader_speed[k]) * approach);
      wanted[k] = idm.standstill_gap + larger<Number>(more, 0.0);
      const Number far = smaller<Number>(see.distance[k] - (k + 1) * idm.length, most_gap);
      gap[k] = larger<Number>(far, Idm::least_gap);
    }
    if (heed_interaction != 0) {
      const double warmer = heed_interaction / heed.temperature;
      for (int k = 0; k < heed.heeded; ++k) {
        const Number ratio = wanted[k] / gap[k];
        weight[k] = weight[k] + warmer * (ratio * ratio);
      }
    }
    const Number sum = attention::exponentials<LawArithmetic>(weight, heed.heeded);
    // sum_k e_k (wanted_k / gap_k)^2 as top / bottom: all leaders share a division.
    Number top(0.0), bottom(1.0);
    for (int k = 0; k < heed.heeded; ++k) {
      const Number square = gap[k] * gap[k];
      top = top * square + weight[k] * (wanted[k] * wanted[k]) * bottom;
      bottom = bottom * square;
    }
    const Number free = power<Number>(larger<Number>(v, 0.0) * (1 / idm.desired_speed), idm.exponent);
    return idm.acceleration_scale * (1.0 - free - top / (bottom * sum));
  }

  KOKKOS_FUNCTION Interaction interaction(const Sight<double, capacity>& see, int k) const {
    using namespace attune::traffic;
    const double v = see.speed, approach = 0.5 / Kokkos::sqrt(idm.acceleration_scale * idm.deceleration);
    const double wanted = v * (idm.time_gap + (v - see.leader_speed[k]) * approach);
    const double s = larger(see.distance[k] - (k + 1) * idm.length, Idm::least_gap);
    const double ratio = (idm.standstill_gap + larger(wanted, 0.0)) / s;
    const double of_wanted = wanted > 0 ? 2 * ratio / s : 0;
    return {ratio * ratio, s > Idm::least_gap ? -2 * ratio * ratio / s : 0, -of_wanted * v * approach,
            of_wanted * (idm.time_gap + (2 * v - see.leader_speed[k]) * approach)};
  }

  // a_k of these interactions; returns phibar.
  KOKKOS_FUNCTION double weights(const Sight<double, capacity>& see, const Interaction* phi,
                                 double* a) const {
    heed.logits(see, a);
    for (int k = 0; k < heed.heeded; ++k) a[k] += heed_interaction / heed.temperature * phi[k].value;
    const double sum = attention::exponentials<LawArithmetic>(a, heed.heeded);
    double mean = 0;
    for (int k = 0; k < heed.heeded; ++k) mean += (a[k] /= sum) * phi[k].value;
    return mean;
  }

  KOKKOS_FUNCTION Partials<capacity> partials(const Sight<double, capacity>& see) const {
    Interaction phi[capacity];
    double a[capacity];
    for (int k = 0; k < heed.heeded; ++k) phi[k] = interaction(see, k);
    const double mean = weights(see, phi, a), scale = idm.acceleration_scale;
    Partials<capacity> f;
    for (int k = 0; k < heed.heeded; ++k) {
      const double apart = phi[k].value - mean, warmed = 1 + heed_interaction / heed.temperature * apart;
      f.distance[k] = -scale * a[k] * (phi[k].of_distance * warmed + heed.slope() * apart);
      f.leader_speed[k] = -scale * a[k] * phi[k].of_leader_speed * warmed;
      f.speed -= scale * a[k] * phi[k].of_speed * warmed;
    }
    const double v = see.speed, v0 = idm.desired_speed, delta = idm.exponent;
    if (v > 0) f.speed -= scale * delta * Kokkos::pow(v / v0, delta - 1) / v0;
    return f;
  }
};

void describe(auto& field, AttendInteractions& law) {
  describe(field, law.idm);
  describe(field, law.heed);
  field("heed_interaction", law.heed_interaction, "1", "w, how much a logit rises with the interaction",
        at_least(0.0));
}

}  // namespace attune::experiments::traffic
