// training/layers/arrays.hpp
//
// What the layers read, and what their kernels run over.
//
// Activations are (rows, width): a row a token, cell or sample, its entries side by side.
#pragma once

#include <type_traits>

#include "core/core/require.hpp"
#include "core/core/views.hpp"

namespace attune::training::layers {

// Activations that a layer reads; Scalar is deduced from what it writes, so a View2<double> is taken, too.
template <class Scalar> using Input = std::type_identity_t<View2<const Scalar>>;

// Numbers 0 .. count - 1, and entries (i, j) of (rows, columns).

inline Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>> every(Index count) { return {0, count}; }

inline auto every_entry(std::size_t rows, std::size_t columns) {
  return Kokkos::MDRangePolicy<Device, Kokkos::Rank<2, Kokkos::Iterate::Right, Kokkos::Iterate::Right>,
                               Kokkos::IndexType<Index>>(
      {0, 0}, {static_cast<Index>(rows), static_cast<Index>(columns)});
}

template <class A, class B> bool same_shape(const A& a, const B& b) {
  bool same = true;
  for (std::size_t axis = 0; axis < A::rank(); ++axis) same = same && a.extent(axis) == b.extent(axis);
  return same;
}

}  // namespace attune::training::layers
