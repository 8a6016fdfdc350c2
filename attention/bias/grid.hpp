// attention/bias/grid.hpp
//
// Where the tokens of queries and keys lie: on a 1/2/3-D grid, open or periodic along each axis. Token number
// n is row-major, n = (z ny + y) nx + x, and the difference of a pair is taken from query to key:
//
//   d_a = x_a(j) - x_a(i)                on an open axis
//   d_a = that + n_a m, nearest 0        on a periodic axis of n_a tokens: -(n_a - 1) / 2 <= d_a <= n_a / 2
//
// so d_a(j, i) = -d_a(i, j), but for half a period of an even n_a, which is +n_a / 2 both ways; |d_a| is
// symmetric.
//
// Shapes   (z, y, x); an axis that is not used has one token
// Limits   64-bit token numbers; a periodic axis has as many queries as keys
#pragma once

#include "attention/bias/bias.hpp"
#include "core/core/box.hpp"
#include "core/core/require.hpp"

namespace attune::attention::bias {

using Periodic = Kokkos::Array<bool, 3>;

struct Grid {
  Triple queries{1, 1, 1}, keys{1, 1, 1};
  Periodic periodic{false, false, false};

  Grid(const Triple& of_queries, const Triple& of_keys, const Periodic& wraps = {false, false, false})
      : queries(of_queries), keys(of_keys), periodic(wraps) {
    for (int a = 0; a < 3; ++a)
      require(!periodic[a] || queries[a] == keys[a], "a periodic axis has as many queries as keys");
  }

  bool fits(const Shape4& pairs) const {
    return pairs[2] == queries[0] * queries[1] * queries[2] && pairs[3] == keys[0] * keys[1] * keys[2];
  }

  KOKKOS_FUNCTION Triple difference(Index i, Index j) const {
    Triple d;
    for (int a = 2; a >= 0; --a) {
      d[a] = j % keys[a] - i % queries[a];
      i /= queries[a];
      j /= keys[a];
      if (periodic[a] && d[a] > last(a)) d[a] -= keys[a];
      if (periodic[a] && d[a] < first(a)) d[a] += keys[a];
    }
    return d;
  }

  // The least and the greatest difference along an axis.
  KOKKOS_FUNCTION Index first(int a) const { return periodic[a] ? -(keys[a] - 1) / 2 : 1 - queries[a]; }
  KOKKOS_FUNCTION Index last(int a) const { return periodic[a] ? keys[a] / 2 : keys[a] - 1; }
};

}  // namespace attune::attention::bias
