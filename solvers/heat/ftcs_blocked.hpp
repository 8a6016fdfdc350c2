// solvers/heat/ftcs_blocked.hpp
//
// Several explicit steps in one pass over memory: `next` holds u after `steps` times ftcs_step, bit for bit.
//
// The grid is cut into tiles, and a tile is swept along its slowest axis. Of the states between u and next
// only a few
// planes round the front of the sweep exist, in the caches; each trails the one before it by a plane.
// Tiles overlap: what lies up to steps - n cells beyond a tile is computed in state n too, and dropped.
//
// Ghosts `steps` wide, filled once by fill_ghosts(), serve the whole pass: an exchange a pass instead of an
// exchange a step. Beyond walls they hold the mirror image of u, and the step commutes with the mirror: the
// sum of two
// neighbours does not know which is which, and every operation rounds x and -x alike. So the mirror image of
// the state is the state of the mirror image, in every bit but the sign of a zero, which no cell of the
// grid sees.
//
//   fill_ghosts(u, domain, boundaries);            // u: halo `steps` along every axis with r_a other than 0
//   ftcs_steps(u, r, steps, next);
//
// Source   [nguyen2010], 3.5-D blocking; ghosts of several steps: [demmel2008]
// Cost     steps (4 D + 1) flops a cell and those of the overlap; bytes: u once, next once
// Memory   a thread: (steps - 1) 4 planes of a tile, within 2 MiB in space and 256 KiB in a plane while
// steps are few
// Limits   float, double; steps >= 1; ghosts of width `steps` filled by the caller, so at most as many steps
// as a
//          walled axis has cells
#pragma once

#include "solvers/heat/ftcs.hpp"

namespace attune::heat {

template <class Scalar>
void ftcs_steps(const Field<Scalar>& u, const Rates& r, int steps, const Field<Scalar>& next);

// The same by a pass over memory for every step, as on devices: the same bits. Two more fields of the size
// of u.
template <class Scalar>
void ftcs_steps_one_by_one(const Field<Scalar>& u, const Rates& r, int steps, const Field<Scalar>& next);

}  // namespace attune::heat
