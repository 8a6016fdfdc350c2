// solvers/heat/runge_kutta.hpp
//
// Explicit Runge-Kutta steps of du/dt = L(u), over any Operator. step(u, dt) replaces u by the field at
// t + dt.
//
//   ForwardEuler         u' = u + dt L u                                                order 1
//   Heun                 v = u + dt L u,  u' = (u + v + dt L v) / 2                     order 2
//   ClassicalRungeKutta  k1 = L u,  k2 = L(u + dt k1 / 2),  k3 = L(u + dt k2 / 2),
//                        k4 = L(u + dt k3),  u' = u + dt (k1 + 2 k2 + 2 k3 + k4) / 6    order 4
//
// Of the two-stage methods of second order it is Heun's, for it is the mean of u and two Euler steps on end:
// it keeps every bound that Euler steps keep (maximum principle, positivity) up to the same dt. The midpoint
// rule has the same stability but not that.
//
// For linear L a mode of eigenvalue l is multiplied by R(z) = sum_{k <= order} z^k / k!, z = dt l. With rho
// the spectral radius of -L, steps are stable for dt <= x / rho; |R(-x)| passes 1 at x = 2, 2, 2.785...
//
// Source   [hairer1993], II.1; [shu1988] for Heun's method as a mean of Euler steps; [hairer1996], IV.2 for R
// Cost     1, 2, 4 applications of L and, besides, 3, 7, 21 fields read or written; 1, 2, 3 work fields
// Limits   L must outlive the integrator; its time does not enter
#pragma once

#include <cmath>

#include "solvers/heat/combine.hpp"
#include "solvers/heat/operator.hpp"

namespace attune::heat {

// The largest x with |sum_{k <= order} (-y)^k / k!| <= 1 for all y in [0, x], to the last digit.
inline double taylor_limit(int order) {
  require(order >= 1 && order <= 4, "a Runge-Kutta method of one to four stages");
  const auto stable = [order](double x) {
    double sum = 1;
    for (int k = order; k >= 1; --k) sum = 1 - x / k * sum;
    return std::abs(sum) <= 1;
  };
  double x = 0;
  for (double stride = 0.0625; x + stride > x;) stable(x + stride) ? x += stride : stride /= 2;
  return x;
}

template <Operator L> class ForwardEuler {
 public:
  using Number = typename L::Number;
  static constexpr int order = 1;

  explicit ForwardEuler(const L& right_hand_side)
      : l(right_hand_side), k(l.field("heat::forward_euler::k")) {}
  explicit ForwardEuler(const L&&) = delete;

  static double largest_dt(double rho) { return taylor_limit(order) / rho; }

  void step(const Field<Number>& u, double dt) const {
    l.apply(u, k);
    combine<Number>(u, {{1, u}, {dt, k}});
  }

 private:
  const L& l;
  Field<Number> k;
};

template <Operator L> class Heun {
 public:
  using Number = typename L::Number;
  static constexpr int order = 2;

  explicit Heun(const L& right_hand_side)
      : l(right_hand_side), v(l.field("heat::heun::v")), k(l.field("heat::heun::k")) {}
  explicit Heun(const L&&) = delete;

  static double largest_dt(double rho) { return taylor_limit(order) / rho; }

  void step(const Field<Number>& u, double dt) const {
    l.apply(u, k);
    combine<Number>(v, {{1, u}, {dt, k}});
    l.apply(v, k);
    combine<Number>(u, {{0.5, u}, {0.5, v}, {dt / 2, k}});
  }

 private:
  const L& l;
  Field<Number> v, k;
};

template <Operator L> class ClassicalRungeKutta {
 public:
  using Number = typename L::Number;
  static constexpr int order = 4;

  explicit ClassicalRungeKutta(const L& right_hand_side)
      : l(right_hand_side),
        v(l.field("heat::classical_runge_kutta::v")),
        k(l.field("heat::classical_runge_kutta::k")),
        sum(l.field("heat::classical_runge_kutta::sum")) {}
  explicit ClassicalRungeKutta(const L&&) = delete;

  static double largest_dt(double rho) { return taylor_limit(order) / rho; }

  void step(const Field<Number>& u, double dt) const {
    l.apply(u, k);
    combine<Number>(sum, {{1, u}, {dt / 6, k}});
    combine<Number>(v, {{1, u}, {dt / 2, k}});
    l.apply(v, k);
    combine<Number>(sum, {{1, sum}, {dt / 3, k}});
    combine<Number>(v, {{1, u}, {dt / 2, k}});
    l.apply(v, k);
    combine<Number>(sum, {{1, sum}, {dt / 3, k}});
    combine<Number>(v, {{1, u}, {dt, k}});
    l.apply(v, k);
    combine<Number>(u, {{1, sum}, {dt / 6, k}});
  }

 private:
  const L& l;
  Field<Number> v, k, sum;
};

}  // namespace attune::heat
