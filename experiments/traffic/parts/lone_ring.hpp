// experiments/traffic/parts/lone_ring.hpp
//
// Rings of one law that one rank drives by itself: what experiments deal out among the ranks. The law is
// chosen by its name, and is known no more once the ring is made.
//
//   auto ring = lone_ring(laws, "idm", {.vehicles = 22, .headway = 230.0 / 22}, driving);
//   ring.set(headways, speeds);      // (R, N), row after row; the start is uniform, at the equilibrium speed
//   ring.advance(600);
//   const RingState now = ring.see();
//
// Errors  InputError where the drive refuses the ring, or where numbers stop being finite, with the place
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "solvers/traffic/law_list.hpp"
#include "solvers/traffic/prefixed.hpp"
#include "solvers/traffic/shipped_drives.hpp"
#include "solvers/traffic/theory/linearisation.hpp"

namespace attune::experiments::traffic {

namespace solver = attune::traffic;

struct RingShape {
  Index roads = 1, vehicles = 22;
  double headway = 10;  // [m] mean; the ring is vehicles times as long
};

// Of all vehicles, (R, N), and the places of vehicle 0 of each road (R).
struct RingState {
  double time = 0;
  std::vector<double> headway, speed, place;
};

struct LoneRing {
  RingShape shape;
  double speed = 0;  // [m/s] of uniform flow at the start
  std::function<void(const std::vector<double>& headway, const std::vector<double>& speed)> set;
  std::function<void(Index steps)> advance;
  std::function<RingState()> see;
  std::function<solver::Counters()> counters;
};

// Throws where a number is not finite: with what drove, where and when.
void require_finite(const RingState& state, const std::string& law, const RingShape& shape,
                    const solver::Driving& driving);

// Any fleet, vehicles driving at `speed` at the start.
template <class Law>
LoneRing lone_ring(const solver::Fleet<Law>& fleet, const RingShape& shape, double speed,
                   const solver::Driving& driving) {
  const Domain domain = solver::rings(Domain::alone(), shape.roads, shape.vehicles);
  const auto drive = std::make_shared<solver::Drive<Law>>(domain, fleet, driving);
  const auto state = std::make_shared<solver::State<double>>(drive->uniform(shape.headway, speed));
  drive->check(*state);
  const auto see = [state] {
    return RingState{state->time, solver::own_numbers(state->headway), solver::own_numbers(state->speed),
                     to_host(state->place)};
  };
  return {shape,
          speed,
          [state](const std::vector<double>& headway, const std::vector<double>& speeds) {
            solver::set_own_numbers(state->headway, headway);
            solver::set_own_numbers(state->speed, speeds);
          },
          [drive, state, see, shape, driving](Index steps) {
            drive->advance(*state, steps);
            require_finite(see(), Law::name, shape, driving);
          },
          see,
          [drive] { return drive->counters(); }};
}

LoneRing lone_ring(const solver::Laws& laws, const std::string& law, const RingShape& shape,
                   const solver::Driving& driving);

// The law near uniform flow at a headway, by a complex step.
attune::traffic::theory::Linearisation linearised(const solver::Laws& laws, const std::string& law,
                                                  double headway);

// The parameters of all laws in a deck: idm_time_gap and so on.
void describe_laws(auto& field, solver::Laws& laws) {
  const auto list = [&field](auto& law) {
    solver::Prefixed prefixed{field, law.name};
    prefixed.prefix += "_";
    describe(prefixed, law);
  };
  std::apply([&list](auto&... law) { (list(law), ...); }, laws);
}

}  // namespace attune::experiments::traffic
