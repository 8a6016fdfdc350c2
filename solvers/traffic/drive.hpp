// solvers/traffic/drive.hpp
//
// Vehicles on rings or open roads, driven through time steps by car-following laws.
//
//   const Domain road = rings(Domain::world(), 1000, 22);
//   Drive<Idm> drive(road, alike(Idm{}), Driving{.dt = 0.1});
//   auto state = drive.uniform(10.45, 3.45);              // h, v
//   kick(state, road, 0, 0.1);                            // initial.hpp
//   drive.check(state);                                   // refuses what cannot be driven
//   drive.advance(state, 6000);
//   drive.counters().collisions
//
// Shapes  those of road.hpp and fleet.hpp
// Cost    tiles.hpp where the law is the same along a ring and numbers are double, on the host, with neither
//         delay nor noise; else kernels.hpp, a vehicle a work item. The arithmetic is that of double in both.
// Limits  the same bytes on any number of ranks; a law's own leaders may outnumber a ring's vehicles: the own
//         vehicle is then seen one ring length ahead
#pragma once

#include <utility>

#include "solvers/traffic/initial.hpp"
#include "solvers/traffic/kernels.hpp"
#include "solvers/traffic/step_check.hpp"
#include "solvers/traffic/tiles.hpp"

namespace attune::traffic {

template <class Law, class Real = double> class Drive {
 public:
  Drive(const Domain& domain, const Fleet<Law>& fleet, const Driving& driving, const Lead& lead = {})
      : kernels_(domain, fleet, driving, lead) {
    check_driving(driving, lead, is_ring(domain));
    check_lengths(fleet);
    next_ = empty_state<Real>(domain, 0);
    require(fleet.laws.extent(0) == 1 || static_cast<Index>(fleet.laws.extent(0)) == domain.whole().extent(1),
            "a fleet has a law for all roads or one for each");
    require(fleet.laws.extent(1) == 1 || static_cast<Index>(fleet.laws.extent(1)) == domain.whole().extent(2),
            "a fleet has a law for all vehicles or one for each");
  }

  // Ghosts that a state must have.
  Index ghosts() const {
    return in_tiles() ? ghosts_of_tiles(fleet().leaders, driving().integrator) : fleet().leaders + 1;
  }
  State<Real> empty() const { return empty_state<Real>(domain(), ghosts()); }

  // All at one headway [m] and speed [m/s].
  State<Real> uniform(double headway, double speed) const {
    auto state = empty();
    fill_uniform(state, headway, speed);
    return state;
  }

  // Throws InputError for overlapping vehicles, negative speeds under a floor, numbers that are not finite, a
  // step that the laws are not stable with at the mean headway and speed. Collective.
  void check(const State<Real>& state) const {
    check_vehicles(state, domain(), fleet(), driving());
    check_steps(state, domain(), fleet(), driving());
  }

  // Steps that were taken: `steps`, or fewer if a collision ends the run. Collective.
  Index advance(State<Real>& state, Index steps) {
    require(state.headway.halo[2] >= ghosts(), "a state has the ghosts that its drive asks for");
    Index done = 0;
    while (done < steps) {
      const Index left = steps - done, every = driving().gains_every;
      Index pass = driving().stops_at_collision ? 1 : left;
      if (every > 0) {
        if (state.step % every == 0) count_signs(state);
        pass = std::min(pass, every - state.step % every);
      }
      const Index before = counters_.collisions;
      take(state, pass);
      done += pass;
      if (driving().stops_at_collision && domain().any(counters_.collisions > before)) break;
    }
    return done;
  }

  // Vehicles whose law has a partial derivative of the wrong sign in this state, added to the counters.
  void count_signs(const State<Real>& state) { counters_.absorb(kernels_.signs(state)); }

  // Over all ranks, since the drive was made or last cleared. Collective.
  Counters counters() const { return over_ranks(counters_, domain()); }
  void clear_counters() { counters_ = {}; }

  const Domain& domain() const { return kernels_.domain; }
  const Fleet<Law>& fleet() const { return kernels_.fleet; }
  const Driving& driving() const { return kernels_.driving; }
  bool in_tiles() const {
    return on_host && !plainly_ && std::is_same_v<Real, double> && is_ring(domain()) &&
           fleet().same_along_road() && driving().delay.seconds == 0 && !driving().noise.any();
  }
  // One vehicle at a time, as on a device: for comparisons. Before a state is made.
  void drive_plainly() { plainly_ = true; }

 private:
  void take(State<Real>& state, Index steps) {
    if constexpr (on_host && std::is_same_v<Real, double>)
      if (in_tiles()) {
        const TiledRoads<Law> roads{domain(), fleet(), driving()};
        counters_.absorb(roads.advance(state, next_, steps));
        return;
      }
    for (Index n = 0; n < steps; ++n) counters_.absorb(kernels_.step(state));
  }

  Kernels<Law, Real> kernels_;
  State<Real> next_;
  Counters counters_;
  bool plainly_ = false;
};

}  // namespace attune::traffic
