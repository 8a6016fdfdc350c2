// solvers/heat/ftcs_march.hpp
//
// The explicit step on devices: a team marches along z, a plane in scratch at a time (core/core/march.hpp). A
// cell waits in registers, with its second differences within the plane, until the plane above has come:
//
//   u'_i = u_i + ((r_z s_z + r_y s_y) + r_x s_x),     s_a = (u_{i - e_a} + u_{i + e_a}) - 2 u_i
//
// each operation rounds as it stands there and in the kernel of a cell a thread: the same bits.
//
// Cost     a cell: 3 + 2 / depth reads of scratch, 1 write; a barrier a plane
// Limits   r_y and r_x other than 0; `planes` is 1 where r_z is
#pragma once

#include "core/core/march.hpp"
#include "solvers/heat/ftcs.hpp"

namespace attune::heat {

template <class Scalar, int planes> struct StepMarch {
  using Reach = scratch::Reach<planes, 1, 1>;
  using T = scratch::Tile<Scalar, Reach>;
  static constexpr int teams = 3;
  struct State {  // of the plane before this one: u, s_y, s_x; and u of the one before
    Scalar here[T::depth] = {}, y[T::depth] = {}, x[T::depth] = {}, below[T::depth] = {};
  };

  scratch::Stored<Scalar> next;
  Kokkos::Array<Scalar, 3> r;

  KOKKOS_FUNCTION void absorb(State& state, const Scalar* cell, const scratch::Spot& spot) const {
    Scalar out[T::depth];
    ATTUNE_UNROLL
    for (int n = 0; n < T::depth; ++n) {
      const Scalar* const u = cell + n * T::pitch;
      const Scalar y = (u[-T::pitch] + u[T::pitch]) - 2 * u[0], x = (u[-1] + u[1]) - 2 * u[0];
      if constexpr (planes > 0) {
        out[n] = finished(state, n, u[0]);
        state.below[n] = state.here[n];
        state.here[n] = u[0], state.y[n] = y, state.x[n] = x;
      } else {
        Scalar change = -Scalar(0);  // adding to it changes no bit
        change += r[1] * y;
        change += r[2] * x;
        out[n] = u[0] + change;
      }
    }
    if (spot.finishes && spot.cells > 0)
      scratch::write<T::depth>(out, next.at(spot.plane - planes, spot.row, spot.column), next.row,
                               spot.cells);
  }

  KOKKOS_FUNCTION Scalar finished(const State& state, int n, Scalar above) const {
    Scalar change = -Scalar(0);
    change += r[0] * ((state.below[n] + above) - 2 * state.here[n]);
    change += r[1] * state.y[n];
    change += r[2] * state.x[n];
    return state.here[n] + change;
  }
};

// False, with nothing done, if the rates or this device want another kernel.
template <int planes, class Scalar>
bool step_march(const Field<Scalar>& u, const Rates& r, const Field<Scalar>& next, int threads) {
  scratch::Spans spans{};
  for (int a = 0; a < 3; ++a) {
    const Index ghosts = r[a] != 0 ? 1 : 0;
    spans[a] = scratch::span_of(-ghosts, u.box.extent(a) + ghosts, 0);
  }
  const StepMarch<Scalar, planes> body{scratch::Stored<Scalar>(next),
                                       {Scalar(r[0]), Scalar(r[1]), Scalar(r[2])}};
  return scratch::march("heat::ftcs_step", u, spans, body, threads);
}

}  // namespace attune::heat
