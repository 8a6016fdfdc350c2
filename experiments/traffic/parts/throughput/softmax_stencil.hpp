// experiments/traffic/parts/throughput/softmax_stencil.hpp
//
// The arithmetic of a driver that attends to its leaders, at its dearest: eight exponentials and as many
// optimal speeds a vehicle.
//
//   u = alpha [sum_k a_k V(D_k / k) - v],   a = softmax(-D_k / length),   k = 1 .. 8
//   du/dD_j = alpha a_j [V'(D_j / j) / j - (V(D_j / j) - sum_k a_k V(D_k / k)) / length]
#pragma once

#include "solvers/traffic/optimal_velocity.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::experiments::traffic::throughput {

struct SoftmaxStencil {
  static constexpr const char* name = "softmax of 8";
  static constexpr int capacity = 8;
  static constexpr bool looks_back = false;
  double sensitivity = 1, attention_length = 20;
  attune::traffic::OptimalVelocity optimal{};

  KOKKOS_FUNCTION int leaders() const { return capacity; }
  KOKKOS_FUNCTION double vehicle_length() const { return 0; }
  KOKKOS_FUNCTION double speed_scale() const { return optimal.largest(); }

  template <class Number>
  KOKKOS_FUNCTION Number acceleration(const attune::traffic::Sight<Number, capacity>& see) const {
    const double rate = -1 / attention_length;
    Number weights(0.0), speeds(0.0);
    for (int k = 0; k < capacity; ++k) {
      const Number weight = attune::traffic::exponential<Number>((see.distance[k] - see.distance[0]) * rate);
      weights = weights + weight;
      speeds = speeds + weight * optimal.speed<Number>(see.distance[k] * (1.0 / (k + 1)));
    }
    return sensitivity * (speeds / weights - see.speed);
  }

  KOKKOS_FUNCTION attune::traffic::Partials<capacity> partials(
      const attune::traffic::Sight<double, capacity>& see) const {
    double weight[capacity], speed[capacity], weights = 0, mean = 0;
    for (int k = 0; k < capacity; ++k) {
      weight[k] = Kokkos::exp((see.distance[0] - see.distance[k]) / attention_length);
      speed[k] = optimal.speed(see.distance[k] / (k + 1));
      weights += weight[k];
      mean += weight[k] * speed[k];
    }
    mean /= weights;
    attune::traffic::Partials<capacity> f;
    f.speed = -sensitivity;
    for (int k = 0; k < capacity; ++k)
      f.distance[k] =
          sensitivity * weight[k] / weights *
          (optimal.slope(see.distance[k] / (k + 1)) / (k + 1) - (speed[k] - mean) / attention_length);
    return f;
  }
};

}  // namespace attune::experiments::traffic::throughput
