// experiments/traffic/parts/follower_stopper.hpp
//
// FollowerStopper: the controller of the ring-road experiments, which drives at one speed U and gives way
// only where its gap s = D_1 - l gets small. With v_lead = min(max(v_1, 0), U) and the borders x_k = d_k +
// min(v_1 - v, 0)^2 / (2 a_k),
//
//   v_command = 0 up to x_1, rises linearly to v_lead at x_2 and from there to U at x_3, is U beyond
//   u = (v_command - v) / tau
//
//   written with w_1 = clamp((s - x_1) / (x_2 - x_1), 0, 1) and w_2 alike: v_lead w_1 + (U - v_lead) w_2
//
// Source  Stern et al. 2018 [stern2018], eq. 1 and 2: d = 4.5, 5.25, 6 m, a = 1.5, 1, 0.5 m/s^2; the lag tau
//         stands for the speed control of the car
// Units   [m], [m/s], [s]
#pragma once

#include "core/deck/describe.hpp"
#include "solvers/traffic/arithmetic.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::experiments::traffic {

struct FollowerStopper {
  static constexpr const char* name = "follower_stopper";
  static constexpr int capacity = 1;
  static constexpr bool looks_back = false;

  double commanded_speed = 4.5, lag = 1;
  double border_1 = 4.5, border_2 = 5.25, border_3 = 6;
  double braking_1 = 1.5, braking_2 = 1, braking_3 = 0.5;
  double length = 5;

  KOKKOS_FUNCTION int leaders() const { return 1; }
  KOKKOS_FUNCTION double vehicle_length() const { return length; }
  KOKKOS_FUNCTION double speed_scale() const { return commanded_speed; }

  template <class Number> KOKKOS_FUNCTION static Number within_one(const Number& x) {
    return attune::traffic::smaller<Number>(attune::traffic::larger<Number>(x, 0.0), 1.0);
  }

  template <class Number>
  KOKKOS_FUNCTION Number acceleration(const attune::traffic::Sight<Number, 1>& see) const {
    using namespace attune::traffic;
    const Number v = see.speed, s = see.distance[0] - length;
    const Number closing = smaller<Number>(see.leader_speed[0] - v, 0.0), square = closing * closing;
    const Number x_1 = border_1 + square * (0.5 / braking_1), x_2 = border_2 + square * (0.5 / braking_2),
                 x_3 = border_3 + square * (0.5 / braking_3);
    const Number lead = smaller<Number>(larger<Number>(see.leader_speed[0], 0.0), commanded_speed);
    const Number w_1 = within_one((s - x_1) / (x_2 - x_1)), w_2 = within_one((s - x_2) / (x_3 - x_2));
    return (lead * w_1 + (commanded_speed - lead) * w_2 - v) * (1 / lag);
  }

  // dw of one ramp by s and by the closing speed.
  struct Ramp {
    double value = 0, by_gap = 0, by_closing = 0;
  };
  KOKKOS_FUNCTION static Ramp ramp(double s, double closing, double low, double high, double a_low,
                                   double a_high) {
    const double from = low + closing * closing / (2 * a_low), to = high + closing * closing / (2 * a_high);
    const double w = (s - from) / (to - from);
    if (w <= 0) return {0, 0, 0};
    if (w >= 1) return {1, 0, 0};
    const double by_from = closing / a_low, by_to = closing / a_high;
    return {w, 1 / (to - from), (-by_from - w * (by_to - by_from)) / (to - from)};
  }

  KOKKOS_FUNCTION attune::traffic::Partials<1> partials(const attune::traffic::Sight<double, 1>& see) const {
    using namespace attune::traffic;
    const double v_1 = see.leader_speed[0], s = see.distance[0] - length,
                 closing = smaller(v_1 - see.speed, 0.0);
    const double lead = smaller(larger(v_1, 0.0), commanded_speed),
                 moves = v_1 > 0 && v_1 < commanded_speed ? 1 : 0;
    const Ramp one = ramp(s, closing, border_1, border_2, braking_1, braking_2),
               two = ramp(s, closing, border_2, border_3, braking_2, braking_3);
    const double by_closing = lead * one.by_closing + (commanded_speed - lead) * two.by_closing;
    Partials<1> f;
    f.distance[0] = (lead * one.by_gap + (commanded_speed - lead) * two.by_gap) / lag;
    f.leader_speed[0] = (moves * (one.value - two.value) + by_closing) / lag;
    f.speed = (-by_closing - 1) / lag;
    return f;
  }
};

void describe(auto& field, FollowerStopper& law) {
  field("commanded_speed", law.commanded_speed, "m/s", "U", above(0.0));
  field("lag", law.lag, "s", "tau of the speed control", above(0.0));
  field("border_1", law.border_1, "m", "gap up to which it stops", above(0.0));
  field("border_2", law.border_2, "m", "gap at which it drives as the leader does", above(0.0));
  field("border_3", law.border_3, "m", "gap beyond which it drives at U", above(0.0));
  field("braking_1", law.braking_1, "m/s^2", "by which the first border moves when closing in", above(0.0));
  field("braking_2", law.braking_2, "m/s^2", "the second", above(0.0));
  field("braking_3", law.braking_3, "m/s^2", "the third", above(0.0));
  field("length", law.length, "m", "l of a vehicle", at_least(0.0));
}

}  // namespace attune::experiments::traffic
