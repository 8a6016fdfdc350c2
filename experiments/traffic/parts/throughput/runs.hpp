// experiments/traffic/parts/throughput/runs.hpp
//
// Timed runs of vehicles on rings: vehicle-steps a second of a law on one rank, of a plain loop, and of
// the first p ranks on one ring or on a batch of rings.
//
// Every run starts from uniform flow with small random kicks and takes `updates` vehicle-steps a sample;
// the least of the samples' times counts, a sample of several ranks being that of the slowest.
#pragma once

#include <string>

#include "core/domain/domain.hpp"
#include "solvers/traffic/driving.hpp"

namespace attune::experiments::traffic::throughput {

struct Effort {
  double updates = 2e7;
  Index samples = 5;
};

struct Rings {
  Index roads, vehicles;
};

struct Timed {
  double rate = 0;  // vehicle-steps a second
  double collisions = 0;
};

inline constexpr const char *of_speeds = "softmax of speeds", *of_gaps = "softmax of gaps";

// Laws that may be asked for, and the leaders that each looks at when asked with `leaders`.
std::vector<std::string> names();
Index leaders_of(const std::string& law, Index leaders);

// `rings` of the law on this rank alone.
Timed time_law(const std::string& law, Index leaders, const Rings& rings,
               const attune::traffic::Driving& driving, const Effort& effort);
double time_plain_loop(Index vehicles, double dt, const Effort& effort);

// Largest |v - v'| [m/s] after so many steps of one ring, v' by the plain loop.
double farthest_from_plain_loop(Index vehicles, double dt, Index steps);

// The intelligent driver model on the ranks of a group; `speeds` is what one ring or batch ends with.
// Collective over the group.
struct Grouped {
  Timed timed;
  std::vector<double> speeds;
};
Grouped time_group(const Domain& group, const Rings& rings, const attune::traffic::Driving& driving,
                   const Effort& effort);

}  // namespace attune::experiments::traffic::throughput
