// experiments/traffic/parts/throughput/softmax_stencil.hpp
//
// The arithmetic of drivers that attend to eight leaders: eight exponentials a vehicle over their speeds, and as many
// tangents besides over their gaps.
//
//   over speeds   u = alpha [V(D_1) - v] + lambda [sum_k a_k v_k - v]
//   over gaps     u = alpha [sum_k a_k V(D_k / k) - v]
//   a = softmax(-D_k / length),   da_k/dD_j = a_k (a_j - [k = j]) / length
#pragma once

#include "solvers/traffic/optimal_velocity.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::experiments::traffic::throughput {

template <bool over_gaps> struct SoftmaxStencil {
  static constexpr const char* name = over_gaps ? "softmax of gaps" : "softmax of speeds";
  static constexpr int capacity = 8;
  static constexpr bool looks_back = false;
  double alpha = 1, lambda = 0.5, attention_length = 20;
  attune::traffic::OptimalVelocity optimal{};

  KOKKOS_FUNCTION int leaders() const { return capacity; }
  KOKKOS_FUNCTION double vehicle_length() const { return 0; }
  KOKKOS_FUNCTION double speed_scale() const { return optimal.largest(); }

  template <class Number>
  KOKKOS_FUNCTION Number value(const attune::traffic::Sight<Number, capacity>& see, int k) const {
    if constexpr (over_gaps)
      return optimal.speed<Number>(see.distance[k] * (1.0 / (k + 1)));
    else
      return see.leader_speed[k];
  }
  template <class Number>
  KOKKOS_FUNCTION Number acceleration(const attune::traffic::Sight<Number, capacity>& see) const {
    const double rate = -1 / attention_length;
    Number weights(1.0), values = value(see, 0);
    for (int k = 1; k < capacity; ++k) {
      const Number weight = attune::traffic::exponential<Number>((see.distance[k] - see.distance[0]) * rate);
      weights = weights + weight;
      values = values + weight * value(see, k);
    }
    const Number mean = values / weights;
    if constexpr (over_gaps)
      return alpha * (mean - see.speed);
    else
      return alpha * (optimal.speed<Number>(see.distance[0]) - see.speed) + lambda * (mean - see.speed);
  }

  KOKKOS_FUNCTION attune::traffic::Partials<capacity> partials(
      const attune::traffic::Sight<double, capacity>& see) const {
    double weight[capacity], weights = 0, mean = 0;
    for (int k = 0; k < capacity; ++k) {
      weight[k] = Kokkos::exp((see.distance[0] - see.distance[k]) / attention_length);
      weights += weight[k];
      mean += weight[k] * value(see, k);
    }
    mean /= weights;
    const double gain = over_gaps ? alpha : lambda;
    attune::traffic::Partials<capacity> f;
    f.speed = over_gaps ? -alpha : -alpha - lambda;
    for (int j = 0; j < capacity; ++j) {
      const double a = weight[j] / weights;
      f.distance[j] = -gain * a * (value(see, j) - mean) / attention_length;
      if (over_gaps)
        f.distance[j] += alpha * a * optimal.slope(see.distance[j] / (j + 1)) / (j + 1);
      else
        f.leader_speed[j] = lambda * a;
    }
    if (!over_gaps) f.distance[0] += alpha * optimal.slope(see.distance[0]);
    return f;
  }
};

}  // namespace attune::experiments::traffic::throughput
