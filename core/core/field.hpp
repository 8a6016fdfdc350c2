// core/core/field.hpp
//
// A scalar field on one rank: its own cells and a layer of ghost cells round them.
// Shape of values: (nz + 2 hz, ny + 2 hy, nx + 2 hx) for own cells (nz, ny, nx) and halo (hz, hy, hx).
#pragma once

#include "core/core/box.hpp"

namespace attune {

template <class Scalar> struct Field {
  View3<Scalar> values;
  Box box;  // the own cells, in global indices
  Triple halo{0, 0, 0};  // ghost cells on either side of each axis

  Field() = default;
  Field(const std::string& label, const Box& own, const Triple& ghosts = {0, 0, 0})
      : values(label, own.extent(0) + 2 * ghosts[0], own.extent(1) + 2 * ghosts[1],
               own.extent(2) + 2 * ghosts[2]),
        box(own),
        halo(ghosts) {}

  // The value at local own cell (k, j, i); negative and past-the-end indices reach into the ghosts.
  KOKKOS_FUNCTION Scalar& operator()(Index k, Index j, Index i) const {
    return values(k + halo[0], j + halo[1], i + halo[2]);
  }
};

// The policy that visits every local own cell (k, j, i) of a box.
inline auto every_cell(const Box& box) {
  return Kokkos::MDRangePolicy<Device, Kokkos::Rank<3, Kokkos::Iterate::Right, Kokkos::Iterate::Right>,
                               Kokkos::IndexType<Index>>({0, 0, 0},
                                                         {box.extent(0), box.extent(1), box.extent(2)});
}

// The global number of the local own cell (k, j, i) in row-major order of the whole box: keys random numbers.
KOKKOS_INLINE_FUNCTION std::uint64_t global_cell(const Box& mine, const Box& whole, Index k, Index j,
                                                 Index i) {
  const Index z = mine.lower[0] + k - whole.lower[0], y = mine.lower[1] + j - whole.lower[1];
  const Index x = mine.lower[2] + i - whole.lower[2];
  return static_cast<std::uint64_t>((z * whole.extent(1) + y) * whole.extent(2) + x);
}

}  // namespace attune
