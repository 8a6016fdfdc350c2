// experiments/heat/parts/scaling/scaling_model.hpp
//
// Seconds of a step on any number of ranks, by latency and bandwidth.
//
//   t = f + u (w - w_0)  +  m alpha  +  b beta  +  n ceil(log2 p) gamma
//
// w what the busiest rank computes, u seconds a unit of it where all cores are busy, f and w_0 those of a grid so
// small that starting the step is all of it; m messages of alpha seconds, b bytes of beta seconds each, n
// all-reduces of gamma seconds a doubling of the ranks.
// alpha, beta, gamma are fitted to exchanges and all-reduces timed by themselves: least squares of the relative
// misfit, none of them negative. u and f are of runs that send nothing.
//
// Source   [hockney1994] for alpha and beta; a tree of ceil(log2 p) stages for reductions [thakur2005]
// Limits   no contention between messages, no overlap of messages with work; on one node alpha and beta are of
//          shared memory
#pragma once

#include <vector>

#include "experiments/heat/parts/scaling/scaling_messages.hpp"

namespace attune::experiments::heat::scaling {

struct Network {
  double latency = 0;  // alpha [s]
  double byte_seconds = 0;  // beta [s]
  double reduction = 0;  // gamma [s]
};

double doublings(Index ranks);  // ceil(log2 p)

struct Exchange {
  Load load;
  double seconds;
};
struct Reduction {
  Index ranks;
  double seconds;
};
Network fitted(const std::vector<Exchange>& exchanges, const std::vector<Reduction>& reductions);

struct Computing {
  double floor = 0, floor_work = 0;  // f, w_0
  double unit = 0;  // u
  double seconds(double work) const;

  // u from the time of more work.
  static Computing through(double floor, double floor_work, double seconds, double work);
};

struct StepTime {
  double computing = 0, messages = 0, bytes = 0, reductions = 0;
  double total() const { return computing + messages + bytes + reductions; }
};

// What a step asks of its busiest rank.
struct StepDemand {
  double work;
  Load load;
  double reductions;
};
StepTime step_time(const Computing& computing, const Network& network, const StepDemand& demand, Index ranks);

// `cells` grown by whole factors to `ranks` times as many: prime by prime, largest first, along the shortest axis.
std::vector<Index> grown(std::vector<Index> cells, Index ranks);

}  // namespace attune::experiments::heat::scaling
