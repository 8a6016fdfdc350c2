// solvers/heat/differences.hpp
//
// The centred second differences of a block of cells, each axis with its own factor:
//
//   sum_a r_a (u_{i - e_a} - 2 u_i + u_{i + e_a})
//
// Cost     4 flops a cell and axis with r_a > 0
// Limits   one layer of ghosts, filled, along every axis with r_a > 0
#pragma once

#include "core/core/blocks.hpp"
#include "core/core/field.hpp"

namespace attune::heat {

// Adds the differences of the cells of `at` to change[0 .. at.cells).
template <class Scalar>
KOKKOS_INLINE_FUNCTION void add_differences(const Field<Scalar>& u, const Kokkos::Array<Scalar, 3>& r,
                                            const Block& at, Scalar* change) {
  const Scalar* const here = &u(at.k, at.j, at.i);
  for (int a = 0; a < 3; ++a) {
    if (r[a] == 0) continue;
    const Index z = a == 0, y = a == 1, x = a == 2;
    const Scalar* const below = &u(at.k - z, at.j - y, at.i - x);
    const Scalar* const above = &u(at.k + z, at.j + y, at.i + x);
    for (int c = 0; c < at.cells; ++c) change[c] += r[a] * ((below[c] + above[c]) - 2 * here[c]);
  }
}

}  // namespace attune::heat
