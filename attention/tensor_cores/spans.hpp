// attention/tensor_cores/spans.hpp
//
// What the rows of a warp see together: outside `some` none of them sees any, inside `all` each of them sees
// every one. Rows are queries that see keys, or keys that see queries.
#pragma once

#include "attention/mask.hpp"
#include "attention/tensor_cores/block.hpp"

namespace attune::attention::tensor_cores {

struct Span {
  int begin, end;
  KOKKOS_FUNCTION bool holds(const Span& of) const { return of.begin >= begin && of.end <= end; }
  KOKKOS_FUNCTION bool meets(const Span& of) const { return of.begin < end && of.end > begin; }
};

struct Seen {
  Span some, all;
};

template <class Mask> struct KeysOf {
  Mask mask;
  Index b;
  KOKKOS_FUNCTION Range operator()(int i, int keys) const { return mask.keys(b, i, keys); }
};
template <class Mask> struct QueriesOf {
  Mask mask;
  Index b;
  KOKKOS_FUNCTION Range operator()(int j, int queries) const { return mask.queries(b, j, queries); }
};

// Of `rows`, by a range for each; lanes share them. The others are `others` in all.
template <class Block, template <class> class RangeOf, class Mask>
KOKKOS_FUNCTION Seen seen(Block& block, const RangeOf<Mask>& range_of, const Span& rows, int others) {
  if constexpr (std::is_same_v<Mask, Full>) return {{0, others}, {0, others}};
  if constexpr (!HasRanges<Mask>) {
    return {{0, others}, {0, 0}};
  } else {
    Seen mine{{others, 0}, {0, others}};
    for (int n = rows.begin + lane_of(block); n < rows.end; n += warp_size) {
      const Range range = range_of(n, others);
      const int begin = static_cast<int>(range.begin), end = static_cast<int>(range.end);
      if (begin < end) {
        mine.some.begin = begin < mine.some.begin ? begin : mine.some.begin;
        mine.some.end = end > mine.some.end ? end : mine.some.end;
      }
      mine.all.begin = begin > mine.all.begin ? begin : mine.all.begin;
      mine.all.end = end < mine.all.end ? end : mine.all.end;
    }
    const Seen of_warp{{-block.largest_of_warp(-mine.some.begin), block.largest_of_warp(mine.some.end)},
                       {block.largest_of_warp(mine.all.begin), -block.largest_of_warp(-mine.all.end)}};
    return {of_warp.some, exact_ranges<Mask> ? of_warp.all : Span{0, 0}};
  }
}

// The tiles of `of_tile` that some warp of the block sees. Uses the first bytes of the shared memory.
template <int warps, bool has_ranges, class Block>
KOKKOS_FUNCTION Span tiles_of_block(Block& block, const Span& of_warp, int of_tile) {
  Span of_block = of_warp;
  if constexpr (has_ranges) {
    auto* const spans = reinterpret_cast<Span*>(block.shared());
    if (lane_of(block) == 0) spans[warp_of(block)] = of_warp;
    block.sync();
    for (int w = 0; w < warps; ++w) {
      of_block.begin = spans[w].begin < of_block.begin ? spans[w].begin : of_block.begin;
      of_block.end = spans[w].end > of_block.end ? spans[w].end : of_block.end;
    }
    block.sync();
  }
  return {of_block.begin / of_tile, (of_block.end + of_tile - 1) / of_tile};
}

}  // namespace attune::attention::tensor_cores
