// experiments/heat/parts/work_precision/streaming_speed.hpp
//
// How near the explicit step and position-only windows come to the roofs of the machine, on fields that no
// cache holds, float and double; each between two looks at the triad by the same ranks and threads.
//
// Bytes       one read and one write of the field; `depth` times as many for a pass of `depth` steps: the
//             effective ones, that plain steps would move
// Bandwidth   of all ranks together, the slowest telling the time of a kernel
// Roofline    a window of n weights has 2 n flops a cell: it should run at the least of 1 and
//             peak / (triad 2 n / bytes) of the triad; where that turns is the crossover
#pragma once

#include <string>
#include <vector>

#include "core/domain/domain.hpp"

namespace attune::experiments::heat::work_precision {

struct SpeedChoice {
  std::vector<int> dimensions{2, 3};
  double bytes = 4e8;  // of a field, over all ranks
  Index rounds = 2;
  Index largest_window_2d = 4, largest_window_3d = 2;
  Index depth_2d = 8, depth_3d = 4;
};

// One kernel in one number of dimensions and one precision.
struct Speed {
  int dimensions = 2;
  std::string precision, kernel;  // "double"; "explicit step", "blocked", "window"
  Index half_width = 0;
  double bandwidth = 0, triad = 0, flops = 0;  // [byte/s], [flop/s], median round; triad of that moment
  double balance = 0;  // [flop/B] peak over triad
  double roofline = 0;  // fraction of the triad that the roofs allow
  double fraction() const { return bandwidth / triad; }
};

std::vector<Speed> stream(const SpeedChoice& choice, const Domain& world);

}  // namespace attune::experiments::heat::work_precision
