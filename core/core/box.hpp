// core/core/box.hpp
//
// A box of cells in global indices. Axes are (z, y, x), x fastest in memory; a D-dimensional box has one cell
// along the first 3 - D axes, so that every kernel is written once, for three axes.
#pragma once

#include "core/core/views.hpp"

namespace attune {

using Triple = Kokkos::Array<Index, 3>;

struct Box {
  Triple lower{0, 0, 0};  // first cell
  Triple upper{1, 1, 1};  // one past the last cell

  KOKKOS_FUNCTION Index extent(int axis) const { return upper[axis] - lower[axis]; }
  KOKKOS_FUNCTION Index cells() const { return extent(0) * extent(1) * extent(2); }
  KOKKOS_FUNCTION Triple shape() const { return {extent(0), extent(1), extent(2)}; }
  KOKKOS_FUNCTION bool empty() const { return extent(0) <= 0 || extent(1) <= 0 || extent(2) <= 0; }
  KOKKOS_FUNCTION bool operator==(const Box& other) const {
    for (int a = 0; a < 3; ++a)
      if (lower[a] != other.lower[a] || upper[a] != other.upper[a]) return false;
    return true;
  }
};

// The box of a D-dimensional grid with the given cells per axis, D = cells.size() in 1..3, axes in the order
// (.., y, x).
inline Box grid_box(const std::vector<Index>& cells) {
  Box box;
  for (std::size_t d = 0; d < cells.size(); ++d) box.upper[3 - cells.size() + d] = cells[d];
  return box;
}

inline Box intersection(const Box& a, const Box& b) {
  Box both;
  for (int axis = 0; axis < 3; ++axis) {
    both.lower[axis] = a.lower[axis] > b.lower[axis] ? a.lower[axis] : b.lower[axis];
    both.upper[axis] = a.upper[axis] < b.upper[axis] ? a.upper[axis] : b.upper[axis];
  }
  return both;
}

}  // namespace attune
