// solvers/heat/ftcs_blocked.cpp
#include "solvers/heat/ftcs_blocked.hpp"

#include "core/core/require.hpp"
#include "solvers/heat/ftcs_sweep.hpp"

namespace attune::heat {
namespace {

template <class Scalar>
void require_ghosts(const Field<Scalar>& u, const Rates& r, int steps, const Field<Scalar>& next) {
  require(u.box == next.box, "a pass leads from a field to one of the same cells");
  require(steps >= 1, "a pass takes at least one step");
  for (int a = 0; a < 3; ++a)
    require(r[a] == 0 || u.halo[a] >= steps, "a pass reads as many layers of ghosts as it takes steps");
}

// The same cells in memory, `cells` layers of ghosts counted among the own ones.
template <class Scalar> Field<Scalar> widened(Field<Scalar> u, const Rates& r, Index cells) {
  for (int a = 0; a < 3; ++a)
    if (r[a] != 0) {
      u.box.lower[a] -= cells;
      u.box.upper[a] += cells;
      u.halo[a] -= cells;
    }
  return u;
}

// On the host by the kernel that the others are held against.
template <class Scalar>
void portable_step(const Field<Scalar>& u, const Rates& r, const Field<Scalar>& next) {
  on_host ? ftcs_step_in_blocks(u, r, next) : ftcs_step(u, r, next);
}

}  // namespace

template <class Scalar>
void ftcs_steps_one_by_one(const Field<Scalar>& u, const Rates& r, int steps, const Field<Scalar>& next) {
  require_ghosts(u, r, steps, next);
  Field<Scalar> state[2];
  for (Field<Scalar>& one : state) one = Field<Scalar>("heat::ftcs_steps", u.box, u.halo);
  Field<Scalar> from = u;
  for (int n = 1; n < steps; ++n) {
    const Field<Scalar>& to = state[n % 2];
    portable_step(widened(from, r, steps - n), r, widened(to, r, steps - n));
    from = to;
  }
  portable_step(from, r, next);
}

template <class Scalar>
void ftcs_steps(const Field<Scalar>& u, const Rates& r, int steps, const Field<Scalar>& next) {
  require_ghosts(u, r, steps, next);
  const int axes = (r[0] != 0) + (r[1] != 0) + (r[2] != 0);
  if (steps == 1 || axes == 0 || u.box.empty()) return ftcs_step(u, r, next);
  if constexpr (on_host) {
    const bool streams = u.box.cells() * static_cast<Index>(sizeof(Scalar)) >= streamed_bytes;
    if (axes == 1) sweep_tiles<1>(u, r, steps, next, streams);
    if (axes == 2) sweep_tiles<2>(u, r, steps, next, streams);
    if (axes == 3) sweep_tiles<3>(u, r, steps, next, streams);
  } else {
    ftcs_steps_one_by_one(u, r, steps, next);
  }
}

template void ftcs_steps_one_by_one(const Field<float>&, const Rates&, int, const Field<float>&);
template void ftcs_steps_one_by_one(const Field<double>&, const Rates&, int, const Field<double>&);
template void ftcs_steps(const Field<float>&, const Rates&, int, const Field<float>&);
template void ftcs_steps(const Field<double>&, const Rates&, int, const Field<double>&);

}  // namespace attune::heat
