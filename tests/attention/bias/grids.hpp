// tests/attention/bias/grids.hpp
//
// Grids that break biases by position, and the difference of a pair by search instead of by arithmetic.
#pragma once

#include <array>
#include <cstdlib>

#include "attention/bias/grid.hpp"

namespace attune::test {

using attention::bias::Grid;
using attention::bias::Shape4;

// One token, odd and even periods, open and periodic axes mixed, more keys than queries and fewer.
inline std::vector<Grid> grids() {
  return {Grid({1, 1, 1}, {1, 1, 1}),
          Grid({1, 1, 1}, {1, 1, 1}, {true, true, true}),
          Grid({1, 1, 7}, {1, 1, 7}),
          Grid({1, 1, 4}, {1, 1, 9}),
          Grid({1, 1, 6}, {1, 1, 6}, {false, false, true}),
          Grid({1, 1, 2}, {1, 1, 2}, {false, false, true}),
          Grid({1, 3, 4}, {1, 3, 4}, {false, false, true}),
          Grid({1, 5, 2}, {1, 5, 3}, {false, true, false}),
          Grid({2, 3, 2}, {2, 1, 3}, {true, false, false}),
          Grid({3, 2, 4}, {3, 2, 4}, {true, true, true})};
}

inline Shape4 shape_on(const Grid& grid, Index batches, Index heads) {
  const auto tokens = [](const Triple& extents) { return extents[0] * extents[1] * extents[2]; };
  return {batches, heads, tokens(grid.queries), tokens(grid.keys)};
}

inline std::array<Index, 3> place_of(Index token, const Triple& shape) {
  Index n = 0;
  for (Index z = 0; z < shape[0]; ++z)
    for (Index y = 0; y < shape[1]; ++y)
      for (Index x = 0; x < shape[2]; ++x)
        if (n++ == token) return {z, y, x};
  return {-1, -1, -1};
}

// The nearest of the images one period apart; the positive one of two that are equally near.
inline std::array<Index, 3> difference_by_search(const Grid& grid, Index i, Index j) {
  const auto from = place_of(i, grid.queries), to = place_of(j, grid.keys);
  std::array<Index, 3> d;
  for (int a = 0; a < 3; ++a) {
    d[a] = to[a] - from[a];
    for (Index image : {d[a] - grid.keys[a], d[a] + grid.keys[a]}) {
      const Index gain = std::abs(d[a]) - std::abs(image);
      if (grid.periodic[a] && (gain > 0 || (gain == 0 && image > 0))) d[a] = image;
    }
  }
  return d;
}

}  // namespace attune::test
