// experiments/heat/parts/work_precision/tables.hpp
//
// What heat_work_precision stores and claims: declared data sets, tables over cases and targets, verdicts.
#pragma once

#include "core/results/results.hpp"
#include "experiments/heat/parts/work_precision/streaming_speed.hpp"
#include "experiments/heat/parts/work_precision/tournament.hpp"

namespace attune::experiments::heat::work_precision {

struct Case {
  int dimensions;
  std::string boundary, start;
};

struct Tournament {
  Ladder ladder;
  std::vector<Case> cases;
  std::vector<std::vector<Run>> runs;  // of each case
};

// Multigrid on finer and finer grids.
struct LinearWork {
  int dimensions;
  std::vector<double> unknowns, updates, seconds;
};

// `ulps`: how many ulps of double one of the numbers of the fields is.
void write_tournament(const Tournament& tournament, const std::vector<LearnedLine>& lines, double ulps,
                      Results& results);
void write_speeds(const std::vector<Speed>& speeds, Results& results);
void write_linear_work(const std::vector<LinearWork>& work, double decades, Results& results);
void write_machine(const Domain& world, Results& results);

}  // namespace attune::experiments::heat::work_precision
