// experiments/heat/parts/rollout_benchmark/fold_ghosts.hpp
//
// The transpose of filling ghosts: what has flowed to a ghost is added to the cell that it copies, with the
// sign of the copy. For L a function of u with its ghosts, d_u of the own cells alone.
//
//   periodic  d_i += d_{i +- N}     neumann  d_k += d_{-1-k}     dirichlet  d_k -= d_{-1-k}
//
// Order    x first, then y, then z, the reverse of fill_ghosts, so that edges and corners follow; along a line
//          the ghosts from the outermost below to the outermost above
// Limits   the whole grid on one rank
#pragma once

#include "core/core/require.hpp"
#include "experiments/heat/parts/setting.hpp"

namespace attune::experiments::heat::rollout_benchmark {

// One line of ghosts and cells along `axis`, at local places (p, q) of the other two, ghosts included.
template <class Scalar> struct FoldLine {
  View3<Scalar> values;
  Triple halo;
  Index cells;
  int axis;
  attune::heat::Boundary boundary;

  KOKKOS_FUNCTION Scalar& at(Index place, Index p, Index q) const {
    const Index stored = place + halo[axis];
    return axis == 0 ? values(stored, p, q) : axis == 1 ? values(p, stored, q) : values(p, q, stored);
  }
  KOKKOS_FUNCTION void fold(Index ghost, Index p, Index q) const {
    const bool periodic = boundary == attune::heat::Boundary::periodic;
    const Index period = periodic ? cells : 2 * cells;
    const Index within = ((ghost % period) + period) % period;
    const Index cell = within < cells ? within : 2 * cells - 1 - within;
    const bool odd = boundary == attune::heat::Boundary::dirichlet && within >= cells;
    at(cell, p, q) += odd ? -at(ghost, p, q) : at(ghost, p, q);
  }
  KOKKOS_FUNCTION void operator()(Index p, Index q) const {
    for (Index g = -halo[axis]; g < 0; ++g) fold(g, p, q);
    for (Index g = cells; g < cells + halo[axis]; ++g) fold(g, p, q);
  }
};

template <class Scalar> void fold_ghosts(const Field<Scalar>& d_u, const Setting& setting) {
  require(d_u.box == setting.domain.whole(), "ghosts are folded where the whole grid is on one rank");
  for (int axis = 2; axis >= 0; --axis) {
    if (d_u.halo[axis] == 0) continue;
    const int first = axis == 0 ? 1 : 0, second = axis == 2 ? 1 : 2;
    Kokkos::parallel_for(
        "heat::fold_ghosts",
        Kokkos::MDRangePolicy<Device, Kokkos::Rank<2>, Kokkos::IndexType<Index>>(
            {0, 0},
            {static_cast<Index>(d_u.values.extent(first)), static_cast<Index>(d_u.values.extent(second))}),
        FoldLine<Scalar>{d_u.values, d_u.halo, d_u.box.extent(axis), axis, setting.boundaries[axis]});
  }
}

}  // namespace attune::experiments::heat::rollout_benchmark
