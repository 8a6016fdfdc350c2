// solvers/traffic/lenz.hpp
//
// The optimal velocity model with anticipation of several vehicles:
//
//   u = sum_k a_k [V(D_k / k) - v],   f_s,k = a_k V'(D_k / k) / k,   f_v = -sum_k a_k,   k = 1 .. K
//
// Source  Lenz, Wagner, Sollacher 1999 [lenz1999]
// Limits  K <= 8; K = 1 is ovm.hpp
#pragma once

#include <string>

#include "solvers/traffic/optimal_velocity.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::traffic {

struct Lenz {
  static constexpr const char* name = "lenz";
  static constexpr int capacity = 8;
  static constexpr bool looks_back = false;

  int heeded = 2;
  double sensitivity[capacity]{1, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125};
  OptimalVelocity optimal{};
  double length = 0;

  KOKKOS_FUNCTION int leaders() const { return heeded; }
  KOKKOS_FUNCTION double vehicle_length() const { return length; }
  KOKKOS_FUNCTION double speed_scale() const { return optimal.largest(); }

  template <class Number> KOKKOS_FUNCTION Number acceleration(const Sight<Number, capacity>& see) const {
    Number u = sensitivity[0] * (optimal.speed(see.distance[0]) - see.speed);
    for (int k = 1; k < heeded; ++k)
      u = u + sensitivity[k] * (optimal.speed<Number>(see.distance[k] * (1.0 / (k + 1))) - see.speed);
    return u;
  }

  KOKKOS_FUNCTION Partials<capacity> partials(const Sight<double, capacity>& see) const {
    Partials<capacity> f;
    for (int k = 0; k < heeded; ++k) {
      f.distance[k] = sensitivity[k] * optimal.slope(see.distance[k] / (k + 1)) / (k + 1);
      f.speed -= sensitivity[k];
    }
    return f;
  }
};

void describe(auto& field, Lenz& law) {
  constexpr const char* names[Lenz::capacity]{"sensitivity_1", "sensitivity_2", "sensitivity_3",
                                              "sensitivity_4", "sensitivity_5", "sensitivity_6",
                                              "sensitivity_7", "sensitivity_8"};
  field("leaders", law.heeded, "1", "K, vehicles ahead that are heeded", between(1, Lenz::capacity));
  for (int k = 0; k < Lenz::capacity; ++k)
    field(names[k], law.sensitivity[k], "1/s", "a_k; those beyond K are not read", at_least(0.0));
  describe(field, law.optimal);
  field("length", law.length, "m", "l of a vehicle, part of the headway", at_least(0.0));
}

// Why no vehicle can be driven with these parameters; empty if one can.
std::string refusal(const Lenz& law);

}  // namespace attune::traffic
