// solvers/traffic/driving.hpp
//
// How vehicles are moved through a step of dt, all at once: what a driver does at t depends on what is at t.
//
//   semi-implicit   v' = v + dt u,  x' = x + dt v'
//                   floor: v' = max(0, v + dt u)
//   ballistic       v' = v + dt u,  x' = x + dt v + dt^2 u / 2
//                   floor: if v + dt u < 0, the vehicle stops on the way: v' = 0, x' = x - v^2 / (2 u)
//   Runge-Kutta     the classical one of order 4
//                   floor: v' = max(0, v')
//
// The floors of the first two are those of SUMO [lopez2018]: default and --step-method.ballistic.
//
// Delay     what is seen of the others is what was `seconds` ago, between steps on a straight line; and of
//           oneself too, if `own`. Before the start all was as at the start. With `anticipates` drivers
//           correct for it as in the human driver model [treiber2006]: distances by the speed difference
//           and the own speed by the own acceleration of then.
// Noise     s_k = D_k - k l is taken for s_k exp(gap w_1), v_k for v_k - s_k approach_rate w_2, with w_1,
//           w_2 stationary Ornstein-Uhlenbeck processes of variance 1 and correlation time `memory`, for
//           each driver [treiber2006]; and v' = max(0, v' - dt dawdling min(v', dawdling_scale) xi), xi in
//           (0, 1), for that of Krauss [krauss1998] as SUMO has it. Keyed by seed, road, vehicle and step.
// Limits    Runge-Kutta: a delay is 0 or at least dt, and there is no dawdling
#pragma once

#include <functional>

#include "core/core/views.hpp"
#include "core/deck/describe.hpp"

namespace attune::traffic {

enum class Integrator { semi_implicit, ballistic, runge_kutta };

inline const std::vector<std::string> integrator_names{"semi_implicit", "ballistic", "runge_kutta"};

struct Delay {
  double seconds = 0;
  bool own = false, anticipates = false;
};

struct Noise {
  double gap = 0, approach_rate = 0, memory = 20;  // 1, 1/s, s
  double dawdling = 0, dawdling_scale = 1;  // 1, m/s^2
  Index seed = 1;

  bool estimates() const { return gap > 0 || approach_rate > 0; }
  bool any() const { return estimates() || dawdling > 0; }
};

struct Driving {
  double dt = 0.1;
  Integrator integrator = Integrator::semi_implicit;
  bool floor = true;  // of speeds, at 0
  Delay delay{};
  Noise noise{};
  bool stops_at_collision = false;
  Index gains_every = 0;  // steps between looks at the signs of partial derivatives; 0: none
};

// Ahead of the last vehicle of an open road: a vehicle of prescribed speed [m/s], and ahead of it others
// of the same speed, `headway` [m] apart. speed(t, road), road in global numbers.
struct Lead {
  std::function<double(double, Index)> speed;
  double headway = 0;
};

void describe(auto& field, Delay& d) {
  field("seconds", d.seconds, "s", "reaction time", at_least(0.0));
  field("own", d.own, "1", "of the own speed as well");
  field("anticipates", d.anticipates, "1", "drivers correct for it at constant acceleration");
}
void describe(auto& field, Noise& n) {
  field("gap", n.gap, "1", "relative error of estimated gaps", at_least(0.0));
  field("approach_rate", n.approach_rate, "1/s", "error of estimated speed differences over the gap",
        at_least(0.0));
  field("memory", n.memory, "s", "correlation time of both errors", above(0.0));
  field("dawdling", n.dawdling, "1", "Krauss's sigma", between(0.0, 1.0));
  field("dawdling_scale", n.dawdling_scale, "m/s^2", "acceleration that dawdling takes its share of",
        above(0.0));
  field("seed", n.seed, "1", "of the random numbers", at_least(0));
}

}  // namespace attune::traffic
