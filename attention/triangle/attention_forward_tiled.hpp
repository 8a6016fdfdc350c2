// attention/triangle/attention_forward_tiled.hpp
//
// A task is a row and head: its blocks of queries go past its keys, a few at a time past one block of keys,
// so that keys and values are read from the caches (tiles/forward_block.hpp). The gate is applied to the
// finished sum.
#pragma once

#include "attention/tiles/gate.hpp"
#include "attention/triangle/attention_tiles.hpp"

namespace attune::attention::triangle {

template <class Scalar, class Node> struct ForwardTiled {
  using Work = tiles::ForwardBlock<Scalar>;
  Score<Scalar, Node> score;
  View5<const Scalar> v, gate;
  Outputs<Scalar> out;
  View1<Scalar> bias;  // packed
  tiles::Cut cut;

  const Shape& shape() const { return score.layout.shape; }
  Index numbers_of_a_block() const {
    return Work::numbers(shape().width, shape().value_width, tiles::most_vectors);
  }
  Index numbers() const {
    return tiles::most_blocks * numbers_of_a_block() + 2 * lanes_of_a_tile<Scalar>() +
           shape().tokens *
               (tiles::near_pitch<Scalar>(shape().width) + tiles::near_pitch<Scalar>(shape().value_width));
  }

  void operator()(Index task, Scalar* memory) const {
    const Layout<Node>& layout = score.layout;
    const Index row = task / shape().heads, n = shape().tokens;
    const Place at{row / shape().rows, row % shape().rows, task % shape().heads};
    const RowScore<Scalar> of_row = score.row(at);
    const auto k = tiles::near_rows(rows_of_line(of_row.k), n, shape().width, memory);
    memory += n * tiles::near_pitch<Scalar>(shape().width);
    const auto values = tiles::near_rows(rows_of_line(layout.line(v.data(), at, shape().value_width)), n,
                                         shape().value_width, memory);
    memory += n * tiles::near_pitch<Scalar>(shape().value_width);
    const Index head = at.b * shape().heads + at.h;
    const Scalar* const of_head =
        bias.size() > 0 ? bias.data() + head * numbers_of_tiles<Scalar>(shape()) : nullptr;
    for (Index block = 0; block < cut.blocks; block += tiles::most_blocks)
      pass(at, of_row, {k, values, of_head}, {block, Kokkos::min(block + tiles::most_blocks, cut.blocks)},
           memory);
  }

  struct Keys {
    tiles::Rows<Scalar> k, v;
    const Scalar* bias;  // in tiles, of this head
  };

  void pass(const Place& at, const RowScore<Scalar>& row, const Keys& of_row, const Range& range,
            Scalar* memory) const {
    Work work[tiles::most_blocks];
    tiles::Block pairs[tiles::most_blocks];
    const Index count = range.end - range.begin, n = shape().tokens;
    for (Index m = 0; m < count; ++m) {
      const Index block = range.begin + m;
      const int pitch = cut.pitch(block);
      pairs[m] = {at.b, at.h, cut.first(block), 0, cut.queries_of(block), 0, pitch};
      work[m] = Work{shape().width, shape().value_width, cut.size(block)};
      work[m].start(memory);
      const auto factor = static_cast<Scalar>(double(score.scale) * log2_e<double>);
      tiles::along_lanes<Scalar>(row.q(pairs[m].i), row.q.stride, pairs[m].queries, shape().width, factor,
                                 work[m].q_t, pitch);
      memory += numbers_of_a_block();
    }
    Scalar *const p = memory, *const tile = p + lanes_of_a_tile<Scalar>();
    for (Index j = 0; j < n; j += tiles::most_keys)
      for (Index m = 0; m < count; ++m) {
        pairs[m].j = j;
        pairs[m].keys = static_cast<int>(Kokkos::min<Index>(tiles::most_keys, n - j));
        tiles::Additive<Scalar> added;
        if (!RowTile<Scalar>{row, of_row.bias, n}.find(pairs[m], tile, added)) continue;
        work[m].absorb({of_row.k.data + j * of_row.k.pitch, of_row.k.pitch},
                       {of_row.v.data + j * of_row.v.pitch, of_row.v.pitch}, pairs[m].keys, added, p);
      }
    for (Index m = 0; m < count; ++m) finish(work[m], pairs[m], at);
  }

  void finish(const Work& work, const tiles::Block& pairs, const Place& at) const {
    const Layout<Node>& layout = score.layout;
    const Index width = shape().value_width;
    const Line<Scalar> o = layout.line(out.o.data(), at, width), lse = layout.line(out.lse.data(), at, 1);
    work.finish(pairs.queries, double(minus_infinity<Scalar>), 1, o(pairs.i), o.stride, lse(pairs.i),
                lse.stride);
    if (gate.size() == 0) return;
    const Line<const Scalar> logits = layout.line(gate.data(), at, width);
    for (Index m = pairs.i; m < pairs.i + pairs.queries; ++m)
      tiles::in_registers<Scalar>(width, [&](Index e, Index count) {
        const auto open = tiles::sigmoid<Scalar>(tiles::load_some(logits(m) + e, count));
        tiles::store_some<Scalar>(o(m) + e, tiles::load_some<Scalar>(o(m) + e, count) * open, count);
      });
  }
};

template <class Scalar, class Node>
void forward_tiled(const Inputs<Scalar>& in, const Node& node, const Outputs<Scalar>& out) {
  const Shape s = shape_of(in, node);
  const tiles::Cut cut(s.tokens, simd::width<Scalar>, tiles::most_vectors);
  const auto score = score_of(in, node);
  const ForwardTiled<Scalar, Node> body{score, in.v, in.gate, out, packed_bias(score, cut), cut};
  if (s.tokens > 0)
    tiles::for_each_task<Scalar>("attention::triangle::forward_tiled", s.batches * s.rows * s.heads,
                                 body.numbers(), body);
}

}  // namespace attune::attention::triangle
