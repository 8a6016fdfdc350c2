// attention/triangle/attention_tiles.hpp
//
// One row and head of triangle attention for the blocks of tiles/: its keys and values side by side in
// memory, and the tile of what bias and mask add to the scores.
#pragma once

#include "attention/tiles/additive.hpp"
#include "attention/tiles/forward_block.hpp"
#include "attention/tiles/tasks.hpp"
#include "attention/triangle/attention_memory.hpp"
#include "attention/triangle/attention_rows.hpp"

namespace attune::attention::triangle {

template <class Scalar> tiles::Rows<Scalar> rows_of_line(const Line<const Scalar>& line) {
  return {line.begin, line.stride};
}

template <class Scalar> Index lanes_of_a_tile() {
  return tiles::most_keys * tiles::most_vectors * simd::width<Scalar>;
}

inline Index place_in_tiles(const tiles::Block& pairs, Index tokens) {
  return pairs.i * tokens + pairs.j * pairs.pitch;
}

// The bias in tiles, which every row reads again. A task is a block of queries of a head.
template <class Scalar, class Node> struct PackBias {
  Score<Scalar, Node> score;
  tiles::Cut cut;
  View1<Scalar> packed;  // (B, H, numbers of tiles)

  void operator()(Index task, Scalar*) const {
    const Shape& s = score.layout.shape;
    const Index bh = task / cut.blocks, block = task % cut.blocks, i = cut.first(block);
    const int pitch = cut.pitch(block), queries = cut.queries_of(block);
    const RowScore<Scalar> row = score.row({bh / s.heads, 0, bh % s.heads});
    const Scalar* const from = row.bias + i * row.bias_of_query;
    Scalar* const tile = packed.data() + bh * numbers_of_tiles<Scalar>(s) + i * s.tokens;
    if (row.bias_of_key == 1)
      tiles::transpose<Scalar>(from, row.bias_of_query, queries, s.tokens, tile, pitch);
    else
      for (Index k = 0; k < s.tokens; ++k)
        for (int n = 0; n < queries; ++n)
          tile[k * pitch + n] = from[n * row.bias_of_query + k * row.bias_of_key];
    for (Index k = 0; k < s.tokens; ++k)
      for (int n = queries; n < pitch; ++n) tile[k * pitch + n] = 0;
  }
};

template <class Scalar, class Node>
View1<Scalar> packed_bias(const Score<Scalar, Node>& score, const tiles::Cut& cut) {
  const Shape& s = score.layout.shape;
  const Index heads = score.bias.size() > 0 && s.rows > 0 ? s.batches * s.heads : 0;
  const View1<Scalar> packed(
      Kokkos::view_alloc("attention::triangle::packed_bias", Kokkos::WithoutInitializing),
      heads * numbers_of_tiles<Scalar>(s));
  if (packed.size() > 0)
    tiles::for_each_task<Scalar>("attention::triangle::pack_bias", heads * cut.blocks, 0,
                                 PackBias<Scalar, Node>{score, cut, packed});
  return packed;
}

// What is added to the scores of one block: b_mn, and -infinity for a masked key.
template <class Scalar> struct RowTile {
  const RowScore<Scalar>& score;
  const Scalar* packed;  // of this head, or null
  Index tokens;

  // `tile` is work space. False where no key takes part.
  bool find(const tiles::Block& pairs, Scalar* tile, tiles::Additive<Scalar>& added) const {
    int present = 0;
    for (int k = 0; k < pairs.keys; ++k) present += score.is_key(pairs.j + k) ? 1 : 0;
    const Scalar* const bias = packed ? packed + place_in_tiles(pairs, tokens) : nullptr;
    const auto factor = log2_e<Scalar>;
    added = {bias, factor};
    if (present < pairs.keys) {
      for (int k = 0; k < pairs.keys; ++k) {
        const Scalar otherwise = score.is_key(pairs.j + k) ? Scalar(0) : minus_infinity<Scalar>;
        const bool masks = otherwise != 0;
        for (int n = k * pairs.pitch; n < (k + 1) * pairs.pitch; ++n)
          tile[n] = bias && !masks ? bias[n] : otherwise;
      }
      added = {tile, factor};
    }
    return present > 0;
  }
};

}  // namespace attune::attention::triangle
