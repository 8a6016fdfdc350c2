// experiments/heat/parts/scaling/scaling_cases.hpp
//
// The grids of a scaling study, a case of it (a method on grids of one dimension, in one precision) run on more and
// more ranks, and what the model of scaling_model.hpp makes of it.
#pragma once

#include "core/results/results.hpp"
#include "experiments/heat/parts/scaling/scaling_model.hpp"
#include "experiments/heat/parts/scaling/scaling_timed.hpp"
#include "experiments/heat/parts/sweep.hpp"

namespace attune::experiments::heat::scaling {

struct Grids {
  Cells cells{{1 << 20}, {1024, 1024}, {96, 96, 96}};  // a rank, explicit methods
  Cells solver_cells{{1 << 16}, {256, 256}, {40, 40, 40}};  // a rank, multigrid and transforms
  std::string boundary = "periodic";

  const std::vector<Index>& of_rank(Method method, Index dimensions) const {
    return (solves(method) ? solver_cells : cells).in(dimensions);
  }
};

// So small that starting a step is all of it; of multigrid the grid that every rank solves by itself.
std::vector<Index> floor_cells(Method method, const MarchChoice& choice, Index dimensions);

enum RunKind : std::size_t {
  strong,
  weak,
  alone
};  // one grid; one a rank; one a rank that knows of no other
inline const std::vector<std::string> kind_names{"strong", "weak", "alone"};

struct Case {
  Method method;
  Index dimensions;
  bool single;  // float, else double
};

struct Effort {
  Index samples = 3;
  double seconds = 0.1;  // of a run
  std::uint32_t seed = 1;
};

struct Sampled {
  Layout layout;  // of the grid; of a rank's own where it is alone
  Timed timed;
  StepCounts counts;
  double cells() const { return static_cast<double>(layout.whole.cells()); }
};

struct Runs {
  std::vector<std::array<Sampled, 3>> of;  // (crew, kind); on one rank all kinds are one run
  Sampled floor;

  // By the runs that send nothing, with all ranks of that crew busy.
  Computing computing(Method method, std::size_t crew) const;
};

// Collective over the job.
Runs run_case(const Case& c, const Grids& grids, const MarchChoice& choice, const Effort& effort,
              const std::vector<Crew>& crews);

// What all ranks of a crew should have sent in a run, by scaling_messages.hpp, each rank for itself; collective over
// the job.
struct Sent {
  std::int64_t messages = 0, bytes = 0;
};
Sent expected_traffic(const Crew& crew, Method method, const MarchChoice& choice, const Sampled& run);

StepDemand demand_of(Method method, const MarchChoice& choice, const Layout& layout,
                     const StepCounts& counts);

// Exchanges of lines whose ghosts have these bytes on either side, and all-reduces as inner products make them,
// by themselves; a crew of one rank gives none.
struct Calibration {
  std::vector<Exchange> exchanges;
  std::vector<Reduction> reductions;
};
Calibration calibrate(const std::vector<Crew>& crews, const std::vector<Index>& bytes, Index samples,
                      Index repeats);

// Bytes a second of the streaming triad, of each rank of the crew while all of it are at it. Collective over the job.
double triad_of_rank(const Crew& crew, double bytes_of_an_array);

}  // namespace attune::experiments::heat::scaling
