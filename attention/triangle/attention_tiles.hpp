// attention/triangle/attention_tiles.hpp
//
// One row and head of triangle attention for the blocks of tiles/: its keys and values side by side in
// memory, and the tile of what bias and mask add to the scores.
#pragma once

#include "attention/tiles/additive.hpp"
#include "attention/tiles/forward_block.hpp"
#include "attention/tiles/tasks.hpp"
#include "attention/triangle/attention_rows.hpp"

namespace attune::attention::triangle {

inline constexpr Index most_blocks = 4;  // of queries, that share a block of keys

template <class Scalar> tiles::Rows<Scalar> rows_of_line(const Line<const Scalar>& line) {
  return {line.begin, line.stride};
}

// Rows as they lie, or copied to `memory` where they lie so far apart that their cache lines would fight for
// a few places in the first cache.
template <class Scalar>
tiles::Rows<Scalar> near_rows(const Line<const Scalar>& line, Index rows, Index width, Scalar* memory) {
  constexpr Index far = 4096 / sizeof(Scalar);
  if (line.stride < far) return rows_of_line(line);
  tiles::packed_rows<Scalar>(line.begin, line.stride, rows, width, 1, memory, width, rows);
  return {memory, width};
}

template <class Scalar> Index lanes_of_a_tile() {
  return tiles::most_keys * tiles::most_vectors * simd::width<Scalar>;
}

// The tile of one block: b_mn, and -infinity for a masked key.
template <class Scalar> struct RowTile {
  const RowScore<Scalar>& score;

  tiles::Pairs write(const tiles::Block& pairs, Scalar* tile) const {
    int present = 0;
    for (int k = 0; k < pairs.keys; ++k) present += score.is_key(pairs.j + k) ? 1 : 0;
    if (present == 0) return tiles::Pairs::none;
    if (present == pairs.keys && score.bias == nullptr) return tiles::Pairs::plain;
    const Index query = score.bias_of_query, key = score.bias_of_key;
    const Scalar* const from = score.bias == nullptr ? nullptr : score.bias + pairs.i * query + pairs.j * key;
    if (from == nullptr)
      tiles::fill(bias::None<Scalar>{}, pairs, tile, tile);
    else if (key == 1)
      tiles::transpose<Scalar>(from, query, pairs.queries, pairs.keys, tile, pairs.pitch);
    else
      for (int k = 0; k < pairs.keys; ++k)
        for (int n = 0; n < pairs.queries; ++n) tile[k * pairs.pitch + n] = from[n * query + k * key];
    tiles::clear_unused_lanes(pairs, tile);
    for (int k = 0; k < pairs.keys && present < pairs.keys; ++k)
      if (!score.is_key(pairs.j + k))
        for (int n = 0; n < pairs.pitch; ++n) tile[k * pairs.pitch + n] = minus_infinity<Scalar>;
    return tiles::Pairs::given;
  }
};

inline int queries_of(const tiles::Cut& cut, Index block, Index tokens, int lanes) {
  return static_cast<int>(Kokkos::min<Index>(cut.size(block) * lanes, tokens - cut.first(block)));
}

}  // namespace attune::attention::triangle
