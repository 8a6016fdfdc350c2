// attention/tiles/block.hpp
//
// A block of pairs: some queries of head h, which lie along the lanes, and some keys. Its tile is (keys, P),
// P lanes, of which the first `queries` count.
#pragma once

#include "core/core/simd.hpp"
#include "core/core/views.hpp"

namespace attune::attention::tiles {

struct Block {
  Index b, h;
  Index i, j;  // first query and key
  int queries, keys;
  int pitch;  // P
};

}  // namespace attune::attention::tiles
