// solvers/traffic/optimal_velocity.hpp
//
// The speed that a driver would like at a headway:
//
//   V(h) = v_scale [tanh(width (h - centre)) + offset],   V'(h) = v_scale width / cosh^2(width (h - centre))
//
// Sets    v_scale, width, centre, offset = 1, 1, 2, tanh 2: V = tanh(h - 2) + tanh 2, the default
//         16.8, 0.0860, 25, 0.913: a motorway, with a = 2 / s [bando1995b]
//         7.91, 0.13, 5 + 1.57 / 0.13, 6.75 / 7.91: V = 6.75 + 7.91 tanh(0.13 (h - 5) - 1.57) [jiang2001]
// Source  Bando et al. 1995 [bando1995]
// Limits  V < 0 at small headways unless offset >= tanh(width centre)
#pragma once

#include "core/deck/describe.hpp"
#include "solvers/traffic/arithmetic.hpp"

namespace attune::traffic {

struct OptimalVelocity {
  double v_scale = 1, width = 1, centre = 2, offset = 0.96402758007581688395;

  KOKKOS_FUNCTION double largest() const { return v_scale * (1 + offset); }

  template <class Number> KOKKOS_FUNCTION Number speed(const Number& headway) const {
    return v_scale * (hyperbolic_tangent<Number>(width * (headway - centre)) + offset);
  }

  // By exponentials: 1 - tanh^2 would cancel far from the centre.
  KOKKOS_FUNCTION double slope(double headway) const {
    const double e = Kokkos::exp(-2 * Kokkos::abs(width * (headway - centre)));
    return v_scale * width * (4 * e / ((1 + e) * (1 + e)));
  }
};

void describe(auto& field, OptimalVelocity& optimal) {
  field("v_scale", optimal.v_scale, "m/s", "of V(h) = v_scale [tanh(width (h - centre)) + offset]",
        above(0.0));
  field("width", optimal.width, "1/m", "how fast V rises with the headway", above(0.0));
  field("centre", optimal.centre, "m", "headway where V rises fastest", at_least(0.0));
  field("offset", optimal.offset, "1", "V at the centre over v_scale", above(-1.0));
}

}  // namespace attune::traffic
