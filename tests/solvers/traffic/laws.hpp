// tests/solvers/traffic/laws.hpp
//
// Laws for tests: linear ones, whose motion is known, and one that looks ahead and behind.
#pragma once

#include "solvers/traffic/idm.hpp"

namespace attune::test {

using namespace attune::traffic;

inline Idm book_idm() { return {}; }  // 30, 1, 1, 1.5, 4, 2, 5

// u = sum_k [f / k^2 (D_k - k h0) + g / k (v_{n+k} - v_n)] - A (v - v0) - b (D_behind - h0)
struct LinearLaw {
  static constexpr const char* name = "linear";
  static constexpr int capacity = 8;
  static constexpr bool looks_back = true;
  int ahead = 3;
  double f = 0.1, g = 0.2, A = 0.8, b = 0.02, h0 = 20, v0 = 10, length = 4;

  KOKKOS_FUNCTION int leaders() const { return ahead; }
  KOKKOS_FUNCTION double vehicle_length() const { return length; }
  KOKKOS_FUNCTION double speed_scale() const { return 3 * v0; }
  template <class Number> KOKKOS_FUNCTION Number acceleration(const Sight<Number, capacity>& see) const {
    Number u = (v0 - see.speed) * A - b * (see.distance_behind - h0);
    for (int k = 1; k <= ahead; ++k) {
      u = u + (f / (k * k)) * (see.distance[k - 1] - k * h0);
      u = u + (g / k) * (see.leader_speed[k - 1] - see.speed);
    }
    return u;
  }
  KOKKOS_FUNCTION Partials<capacity> partials(const Sight<double, capacity>&) const {
    Partials<capacity> p;
    p.speed = -A;
    p.distance_behind = -b;
    for (int k = 1; k <= ahead; ++k) {
      p.distance[k - 1] = f / (k * k);
      p.leader_speed[k - 1] = g / k;
      p.speed -= g / k;
    }
    return p;
  }
};

// An acceleration that nothing changes.
struct ConstantLaw {
  static constexpr const char* name = "constant";
  static constexpr int capacity = 1;
  static constexpr bool looks_back = false;
  double u = 0, length = 0;

  KOKKOS_FUNCTION int leaders() const { return 1; }
  KOKKOS_FUNCTION double vehicle_length() const { return length; }
  KOKKOS_FUNCTION double speed_scale() const { return 1; }
  template <class Number> KOKKOS_FUNCTION Number acceleration(const Sight<Number, 1>&) const {
    return Number(u);
  }
  KOKKOS_FUNCTION Partials<1> partials(const Sight<double, 1>&) const { return {}; }
};

}  // namespace attune::test
