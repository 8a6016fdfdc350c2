// solvers/traffic/tiles.hpp
//
// Many steps of uniform vehicles on rings, in the registers and the first caches of a processor.
//
// A tile of a road is copied to scratch memory with the vehicles ahead (and behind) whose influence can
// reach it in `depth` steps, led through these steps there, and copied back. The vehicles of a tile are
// worked off in whole registers; those beyond that reach are computed, from whatever lies there, and never
// read by one that counts. Where a rank has whole rings of at most `closed_vehicles`, a tile is a ring:
// its ghosts are filled from its own other end after every step, and the steps are as many as are asked for.
//
// Limits   host, double; one law along a road; no delay, no noise
// Equals   kernels.hpp, bit for bit for laws whose functions of registers are those of doubles
#pragma once

#include <algorithm>

#include "solvers/traffic/counters.hpp"
#include "solvers/traffic/driving.hpp"
#include "solvers/traffic/fleet.hpp"
#include "solvers/traffic/road.hpp"
#include "solvers/traffic/tile_steps.hpp"

namespace attune::traffic {

inline constexpr Index closed_vehicles = 2048, tile_vehicles = 1024;

// Vehicles ahead that one step depends on.
inline Index reach_of(int leaders, Integrator integrator) {
  return integrator == Integrator::runge_kutta ? 4 * leaders : leaders + 1;
}
inline Index depth_of_tiles(Index reach) { return std::clamp<Index>(64 / reach, 1, 16); }
inline Index ghosts_of_tiles(int leaders, Integrator integrator) {
  const Index reach = reach_of(leaders, integrator);
  return reach * depth_of_tiles(reach);
}

template <class Law> struct TileWork {
  using Policy = Kokkos::TeamPolicy<Device>;
  Fleet<Law> fleet;
  State<double> from, to;
  TilePlan plan;
  Index tiles, vehicles;  // of a road; own vehicles of a road

  void operator()(const Policy::member_type& team, Counters& counters) const {
    const Index road = team.league_rank() / tiles, tile = team.league_rank() % tiles;
    const Index first = vehicles * tile / tiles, past = vehicles * (tile + 1) / tiles;
    auto* memory = static_cast<double*>(team.team_scratch(1).get_shmem(plan.bytes()));
    const Law law = fleet.of(from.headway.box.lower[1] + road, 0);
    TileSteps<Law> steps(law, plan, past - first, memory);
    steps.take(&from.headway(0, road, first), &from.speed(0, road, first));
    const bool first_vehicle = from.headway.box.lower[2] + first == 0;
    const double place = steps.run(first_vehicle ? from.place(road) : 0.0);
    steps.give(&to.headway(0, road, first), &to.speed(0, road, first));
    if (first_vehicle) to.place(road) = place;
    counters.absorb(steps.counters());
  }
};

template <class Law> struct TiledRoads {
  Domain domain;
  Fleet<Law> fleet;
  Driving driving;

  Counters advance(State<double>& state, State<double>& spare, Index steps) const {
    const bool closed = domain.ranks()[2] == 1 && domain.whole().extent(2) <= closed_vehicles;
    if (closed) return pass(state, state, steps, true);
    if (spare.headway.halo[2] != state.headway.halo[2])
      spare = empty_state<double>(domain, state.headway.halo[2]);
    Counters counters;
    const Index depth = depth_of_tiles(reach_of(fleet.leaders, driving.integrator));
    for (Index done = 0; done < steps;) {
      const Index now = std::min(depth, steps - done);
      domain.exchange_halo(state.headway);
      domain.exchange_halo(state.speed);
      counters.absorb(pass(state, spare, now, false));
      std::swap(state.headway, spare.headway);
      std::swap(state.speed, spare.speed);
      done += now;
    }
    return counters;
  }

 private:
  Counters pass(State<double>& state, State<double>& to, Index steps, bool closed) const {
    const Index vehicles = state.headway.box.extent(2), roads = state.headway.box.extent(1);
    const Index tiles = closed ? 1 : (vehicles + tile_vehicles - 1) / tile_vehicles;
    const TilePlan plan{driving.dt,    driving.integrator,
                        driving.floor, closed,
                        steps,         reach_of(fleet.leaders, driving.integrator),
                        fleet.leaders, (vehicles + tiles - 1) / tiles};
    State<double> next = to;
    next.place = state.place;
    const auto size = Kokkos::PerTeam(static_cast<int>(plan.bytes()));
    using Policy = typename TileWork<Law>::Policy;
    const Counters counters =
        count("traffic::tiles", Policy(static_cast<int>(roads * tiles), 1).set_scratch_size(1, size),
              TileWork<Law>{fleet, state, next, plan, tiles, vehicles});
    state.step += steps;
    state.time = static_cast<double>(state.step) * driving.dt;
    return counters;
  }
};

}  // namespace attune::traffic
