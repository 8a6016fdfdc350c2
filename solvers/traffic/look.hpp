// solvers/traffic/look.hpp
//
// From the headways and speeds along a road to what drivers see, for one vehicle or a register full of them.
//
//   D_1 = h_i,  D_{k+1} = D_k + h_{i+k}
//
// Shapes  pointers to the first own vehicle of a road; ghosts lie before and behind
#pragma once

#include "solvers/traffic/arithmetic.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::traffic {

template <class Number> inline constexpr int lanes_of = 1;
template <> inline constexpr int lanes_of<Lanes> = Lanes::count;

template <class Number, class Real> KOKKOS_INLINE_FUNCTION Number read(const Real* from) {
  if constexpr (std::is_same_v<Number, Lanes>)
    return Lanes(simd::load(from));
  else
    return Number(*from);
}
template <class Number, class Real> KOKKOS_INLINE_FUNCTION void write(Real* to, const Number& x) {
  if constexpr (std::is_same_v<Number, Lanes>)
    simd::store(to, x.value);
  else
    *to = static_cast<Real>(x);
}

// yes where a < b, else no.
template <class Number>
KOKKOS_INLINE_FUNCTION Number where_less(const Number& a, const Number& b, const Number& yes,
                                         const Number& no) {
  if constexpr (std::is_same_v<Number, Lanes>)
    return Lanes(simd::select_less(a.value, b.value, yes.value, no.value));
  else
    return a < b ? yes : no;
}

// What is known of a road when drivers decide: the others, and the own speed.
template <class Real> struct Known { const Real *headway, *speed, *own_speed; };

template <class Number, class Law, class Real>
KOKKOS_INLINE_FUNCTION auto look(const Law& law, const Known<Real>& known, Index i) {
  Sight<Number, Law::capacity> see;
  see.speed = read<Number>(known.own_speed + i);
  Number distance = read<Number>(known.headway + i);
  see.distance[0] = distance;
  see.leader_speed[0] = read<Number>(known.speed + i + 1);
  if constexpr (Law::capacity > 1) {
    const int leaders = law.leaders();
    for (int k = 1; k < leaders; ++k) {
      distance = distance + read<Number>(known.headway + i + k);
      see.distance[k] = distance;
      see.leader_speed[k] = read<Number>(known.speed + i + k + 1);
    }
  }
  if constexpr (Law::looks_back) {
    see.distance_behind = read<Number>(known.headway + i - 1);
    see.follower_speed = read<Number>(known.speed + i - 1);
  }
  return see;
}

// Where a step leads one vehicle.
template <class Number> struct Move {
  Number speed, moved;  // v' and x' - x
  Number unfloored;  // v + dt u
};

template <bool ballistic, class Number>
KOKKOS_INLINE_FUNCTION Move<Number> move(const Number& v, const Number& u, double dt, bool floor) {
  const Number next = v + dt * u;
  if constexpr (ballistic) {
    const Number far = dt * v + (0.5 * dt * dt) * u;
    if (!floor) return {next, far, next};
    const Number zero(0.0), stopping = (v * v) / (-2.0 * u);
    return {larger(next, 0.0), where_less(next, zero, stopping, far), next};
  } else {
    const Number kept = floor ? larger(next, 0.0) : next;
    return {kept, dt * kept, next};
  }
}

// A stage of the classical Runge-Kutta method: from h, v at the beginning of the step to those that the
// next stage looks at, after the last one to those at the end.
KOKKOS_INLINE_FUNCTION double runge_kutta_weight(int stage) { return stage == 0 || stage == 3 ? 1 : 2; }

template <class Number> struct RungeKutta {
  Number headway, speed, sum_h, sum_v;

  KOKKOS_INLINE_FUNCTION void absorb(int stage, const Number& dh, const Number& u, double dt) {
    const double weight = runge_kutta_weight(stage);
    sum_h = stage == 0 ? dh : sum_h + weight * dh;
    sum_v = stage == 0 ? u : sum_v + weight * u;
    const double part = stage == 2 ? dt : 0.5 * dt;
    headway = headway + (stage < 3 ? part * dh : (dt / 6) * sum_h);
    speed = speed + (stage < 3 ? part * u : (dt / 6) * sum_v);
  }
};

}  // namespace attune::traffic
