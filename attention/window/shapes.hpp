// attention/window/shapes.hpp
//
// Windows known to the compiler, for kernels that keep a weight for each offset in their instructions: which
// offsets (z, y, x) take part, and the place of each in the list, in row-major order as box_offsets() and
// star_offsets() give it.
#pragma once

#include "attention/window/window.hpp"

namespace attune::attention::window {

template <int planes, int rows, int columns> struct BoxShape {
  static constexpr int z = planes, y = rows, x = columns, count = (2 * z + 1) * (2 * y + 1) * (2 * x + 1);
  KOKKOS_FUNCTION static constexpr bool has(int, int, int) { return true; }
  KOKKOS_FUNCTION static constexpr int place(int dz, int dy, int dx) {
    return ((dz + z) * (2 * y + 1) + dy + y) * (2 * x + 1) + dx + x;
  }
};

template <int planes, int rows, int columns> struct StarShape {
  static constexpr int z = planes, y = rows, x = columns, count = 2 * (z + y + x) + 1;
  KOKKOS_FUNCTION static constexpr bool has(int dz, int dy, int dx) {
    return (dz != 0) + (dy != 0) + (dx != 0) <= 1;
  }
  KOKKOS_FUNCTION static constexpr int place(int dz, int dy, int dx) {
    if (dz != 0) return dz < 0 ? dz + z : dz + z + 2 * (y + x);
    if (dy != 0) return dy < 0 ? z + dy + y : z + dy + y + 2 * x;
    return z + y + dx + x;
  }
};

// Are these the offsets of the shape, in its order?
template <class Shape> bool is_listed(const std::vector<Triple>& offsets) {
  if (offsets.size() != static_cast<std::size_t>(Shape::count)) return false;
  for (int dz = -Shape::z; dz <= Shape::z; ++dz)
    for (int dy = -Shape::y; dy <= Shape::y; ++dy)
      for (int dx = -Shape::x; dx <= Shape::x; ++dx) {
        if (!Shape::has(dz, dy, dx)) continue;
        const Triple& listed = offsets[static_cast<std::size_t>(Shape::place(dz, dy, dx))];
        if (listed[0] != dz || listed[1] != dy || listed[2] != dx) return false;
      }
  return true;
}

}  // namespace attune::attention::window
