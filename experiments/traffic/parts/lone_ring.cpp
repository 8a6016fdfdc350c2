// experiments/traffic/parts/lone_ring.cpp
#include "experiments/traffic/parts/lone_ring.hpp"

#include <cmath>

#include "solvers/traffic/refusal.hpp"

namespace attune::experiments::traffic {

void require_finite(const RingState& state, const std::string& law, const RingShape& shape,
                    const solver::Driving& driving) {
  for (std::size_t n = 0; n < state.headway.size(); ++n) {
    if (std::isfinite(state.headway[n]) && std::isfinite(state.speed[n])) continue;
    throw InputError(Exit::not_finite,
                     "vehicle " + std::to_string(static_cast<Index>(n) % shape.vehicles) + " of " +
                         std::to_string(shape.vehicles) + ", driven by " + law +
                         " with dt = " + solver::refusals::shown(driving.dt) + " s on a ring of " +
                         solver::refusals::shown(shape.headway * static_cast<double>(shape.vehicles)) +
                         " m, is not finite at t = " + solver::refusals::shown(state.time) + " s");
  }
}

LoneRing lone_ring(const solver::Laws& laws, const std::string& law, const RingShape& shape,
                   const solver::Driving& driving) {
  LoneRing ring;
  solver::with_law(laws, law, [&](const auto& chosen) {
    const std::string reason = refusal(chosen);
    if (!reason.empty()) throw InputError(Exit::deck, "the law " + law + ": " + reason);
    const double length = shape.headway * static_cast<double>(shape.vehicles);
    solver::ring_headway(length, shape.vehicles, chosen.vehicle_length());
    const double speed = attune::traffic::theory::equilibrium_speed(chosen, shape.headway);
    ring = lone_ring(solver::alike(chosen), shape, speed, driving);
  });
  return ring;
}

attune::traffic::theory::Linearisation linearised(const solver::Laws& laws, const std::string& law,
                                                  double headway) {
  attune::traffic::theory::Linearisation result;
  solver::with_law(laws, law, [&](const auto& chosen) {
    const double speed = attune::traffic::theory::equilibrium_speed(chosen, headway);
    result = attune::traffic::theory::linearise_by_complex_step(chosen, headway, speed);
  });
  return result;
}

}  // namespace attune::experiments::traffic
