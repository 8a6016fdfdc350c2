// solvers/traffic/ovm.hpp
//
// The optimal velocity model:
//
//   u = a [V(D_1) - v],   f_s = a V'(D_1),   f_l = 0,   f_v = -a
//
// Source  Bando et al. 1995 [bando1995]
#pragma once

#include "solvers/traffic/optimal_velocity.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::traffic {

struct Ovm {
  static constexpr const char* name = "ovm";
  static constexpr int capacity = 1;
  static constexpr bool looks_back = false;

  double sensitivity = 1;
  OptimalVelocity optimal{};
  double length = 0;

  KOKKOS_FUNCTION int leaders() const { return 1; }
  KOKKOS_FUNCTION double vehicle_length() const { return length; }
  KOKKOS_FUNCTION double speed_scale() const { return optimal.largest(); }

  template <class Number> KOKKOS_FUNCTION Number acceleration(const Sight<Number, 1>& see) const {
    return sensitivity * (optimal.speed(see.distance[0]) - see.speed);
  }

  KOKKOS_FUNCTION Partials<1> partials(const Sight<double, 1>& see) const {
    Partials<1> f;
    f.distance[0] = sensitivity * optimal.slope(see.distance[0]);
    f.speed = -sensitivity;
    return f;
  }
};

void describe(auto& field, Ovm& law) {
  field("sensitivity", law.sensitivity, "1/s", "a", above(0.0));
  describe(field, law.optimal);
  field("length", law.length, "m", "l of a vehicle, part of the headway", at_least(0.0));
}

}  // namespace attune::traffic
