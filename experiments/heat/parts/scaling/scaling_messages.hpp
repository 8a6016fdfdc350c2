// experiments/heat/parts/scaling/scaling_messages.hpp
//
// What a step of a method sends, from the boxes of the ranks alone: the surface of each box, not the exchange.
//
//   halo of h_a ghosts   along each axis a, one after the other, 2 h_a n_b m_c cells of a box n: those axes that
//                        come later as they are, those before with their ghosts, m = n + 2 h; fewer at open walls,
//                        none from the rank itself; a message from each rank that the ghosts lie on
//   redistribution       the cells of the new box that lay on another rank; a message from each such rank
//   multigrid cycle      on each grid 2 k halos of x, one of the residual and one of the coarser grid's x, k the sweeps
//                        of its smoother; a gathered grid once from every rank to every other
#pragma once

#include "experiments/heat/parts/scaling/scaling_methods.hpp"

namespace attune::experiments::heat::scaling {

// A grid of cells dealt out to ranks, who need not exist. Product of `ranks` 0 where there are too few cells.
struct Layout {
  int dimensions;
  attune::heat::Boundaries boundaries;
  Box whole;
  Triple ranks;

  Index size() const { return ranks[0] * ranks[1] * ranks[2]; }
  Box box(int rank) const;
};
Layout layout_of(const std::vector<Index>& cells, const std::string& boundary, int ranks);

// Of one rank: what it receives.
struct Load {
  double messages = 0, bytes = 0;
  void add(const Load& other, double times = 1) {
    messages += times * other.messages;
    bytes += times * other.bytes;
  }
};

Load halo_load(const Layout& layout, int rank, const Triple& halo, double bytes_of_scalar);

// What a method does in the mean of its steps.
struct StepCounts {
  double bytes_of_scalar = 8;
  double cycles = 0, applications = 0;  // of multigrid and of the operator, in a step of it
};
Load step_load(Method method, const MarchChoice& choice, const Layout& layout, int rank,
               const StepCounts& counts);

// The most messages and the most bytes that one rank receives; of thousands of ranks the first, the middle and the
// last stand for the others.
Load busiest_load(Method method, const MarchChoice& choice, const Layout& layout, const StepCounts& counts);

// All-reduces of a step: two an inner product. Conjugate gradients form two before they start and, n being the
// iterations and d the number of starts, 3 n + 2 d more.
double step_reductions(Method method, const StepCounts& counts);

// What the busiest rank computes in a step, in units of its own for each method: cells, cells times iterations,
// or, of transforms, cells times the log2 of each line's length.
double step_work(Method method, const Layout& layout, const StepCounts& counts);

}  // namespace attune::experiments::heat::scaling
