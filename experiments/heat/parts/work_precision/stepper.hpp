// experiments/heat/parts/work_precision/stepper.hpp
//
// Anything that steps the heat equation on a grid, classical or learned, behind one call.
//
//   advance(u, steps)    u <- the field `steps` steps later, on the own cells; says what it took. Collective
//
// u is a field of the stepper's halo; its ghosts need not be filled. The handle may come back with another
// array, so no second handle of u is kept across the call.
#pragma once

#include <functional>

#include "experiments/heat/parts/setting.hpp"

namespace attune::experiments::heat::work_precision {

// What a call took, over the cells of all ranks.
struct StepWork {
  double updates = 0;  // of cells: each evaluation of a stencil or operator, on every grid
  double bytes = 0;  // if every pass over a field read or wrote it in memory

  StepWork& operator+=(const StepWork& other) {
    updates += other.updates;
    bytes += other.bytes;
    return *this;
  }
};

template <class Scalar> struct TimeStepper {
  Triple halo{0, 0, 0};
  std::function<StepWork(Field<Scalar>& u, Index steps)> advance;
};

}  // namespace attune::experiments::heat::work_precision
