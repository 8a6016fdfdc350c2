// experiments/traffic/parts/fuel.hpp
//
// Fuel by physics: the engine works against inertia, rolling and air, and idles; braking gives nothing back:
//
//   P = max(0, P0 + v [m a + c_r m g + c_d rho A v^2 / 2]),   rate = P / (efficiency energy)
//
// Source  Treiber and Kesting 2013 [treiber2013], chapter 20
// Units   v [m/s], a [m/s^2], rate [l/s]
#pragma once

#include "core/deck/describe.hpp"

namespace attune::experiments::traffic {

struct Fuel {
  double mass = 1500, rolling = 0.015, drag = 0.3, frontal_area = 2.2, idle_power = 3000;
  double efficiency = 0.25, energy_per_litre = 33e6;

  double rate(double v, double a) const {
    constexpr double gravity = 9.81, air = 1.3;
    const double force = mass * a + rolling * mass * gravity + 0.5 * drag * air * frontal_area * v * v;
    const double power = idle_power + v * force;
    return power > 0 ? power / (efficiency * energy_per_litre) : 0;
  }
};

void describe(auto& field, Fuel& f) {
  field("mass", f.mass, "kg", "m of a car", above(0.0));
  field("rolling", f.rolling, "1", "c_r of its tyres", at_least(0.0));
  field("drag", f.drag, "1", "c_d of its body", at_least(0.0));
  field("frontal_area", f.frontal_area, "m^2", "A", above(0.0));
  field("idle_power", f.idle_power, "W", "P0", at_least(0.0));
  field("efficiency", f.efficiency, "1", "of the engine", above(0.0), at_most(1.0));
  field("energy_per_litre", f.energy_per_litre, "J", "of a litre of fuel", above(0.0));
}

}  // namespace attune::experiments::traffic
