// attention/dense/forward_tiled.hpp
//
// A task takes some blocks of queries of one head past the keys, a block of keys at a time, so that the keys
// and values are read from the second cache. tiles/forward_block.hpp is the arithmetic, tiles/additive.hpp
// what bias, prior and mask add. Nothing of M x N is stored.
#pragma once

#include "attention/dense/score.hpp"
#include "attention/tiles/additive.hpp"
#include "attention/tiles/forward_block.hpp"
#include "attention/tiles/tasks.hpp"

namespace attune::attention::dense {

template <class Scalar, class Source, class Mask> struct ForwardTiled {
  Score<Scalar, Source, Mask> score;
  tiles::AdditiveTile<Scalar, Source, Mask> additive;
  View4<const Scalar> v;
  PerHead<Scalar> gain, sink;
  Outputs<Scalar> out;
  tiles::Cut cut;
  Index blocks_of_a_task;

  Index tasks_of_a_head() const { return (cut.blocks + blocks_of_a_task - 1) / blocks_of_a_task; }
  Index tasks() const { return score.shape.batches * score.shape.heads * tasks_of_a_head(); }
  Index numbers_of_a_block() const {
    return tiles::ForwardBlock<Scalar>::numbers(score.shape.width, score.shape.value_width,
                                                tiles::most_vectors);
  }
  static Index numbers_of_a_tile() { return tiles::most_keys * tiles::most_vectors * simd::width<Scalar>; }
  Index numbers() const {
    return tiles::most_blocks * numbers_of_a_block() + 3 * numbers_of_a_tile() +
           tiles::most_keys * tiles::near_pitch<Scalar>(score.shape.value_width);
  }

  void operator()(Index task, Scalar* memory) const {
    const Index of_head = tasks_of_a_head(), bh = task / of_head;
    const Index b = bh / score.shape.heads, h = bh % score.shape.heads;
    const Index first = task % of_head * blocks_of_a_task;
    const Index past = Kokkos::min(first + blocks_of_a_task, cut.blocks);

    tiles::ForwardBlock<Scalar> blocks[tiles::most_blocks];
    tiles::Block pairs[tiles::most_blocks];
    for (Index n = first; n < past; ++n) {
      pairs[n - first] = {b, h, cut.first(n), 0, cut.queries_of(n), 0, cut.pitch(n)};
      blocks[n - first] = start(pairs[n - first], cut.size(n), memory);
      memory += numbers_of_a_block();
    }
    const Index keys = score.shape.keys;
    Scalar* const near_values = memory + 3 * numbers_of_a_tile();
    for (Index j = 0; j < keys; j += tiles::most_keys) {
      const auto count = static_cast<int>(Kokkos::min<Index>(tiles::most_keys, keys - j));
      const auto values = tiles::near_rows<Scalar>({row(v, b, score.group(h), j), score.shape.value_width},
                                                   count, score.shape.value_width, near_values);
      for (Index n = 0; n < past - first; ++n) {
        pairs[n].j = j;
        pairs[n].keys = count;
        absorb(blocks[n], pairs[n], values, memory);
      }
    }
    for (Index n = 0; n < past - first; ++n) finish(blocks[n], pairs[n]);
  }

  tiles::ForwardBlock<Scalar> start(const tiles::Block& pairs, int vectors, Scalar* memory) const {
    const Shape& s = score.shape;
    tiles::ForwardBlock<Scalar> block{s.width, s.value_width, vectors};
    block.start(memory);
    const auto factor =
        static_cast<Scalar>(double(score.scale) / double(score.temperature.at(pairs.h)) * log2_e<double>);
    tiles::along_lanes(row(score.q, pairs.b, pairs.h, pairs.i), s.width, pairs.queries, s.width, factor,
                       block.q_t, pairs.pitch);
    return block;
  }

  void absorb(const tiles::ForwardBlock<Scalar>& block, const tiles::Block& pairs,
              const tiles::Rows<Scalar>& values, Scalar* memory) const {
    Scalar *const p = memory, *const tile = p + numbers_of_a_tile(),
                  *const spare = tile + numbers_of_a_tile();
    const Scalar tau = score.temperature.at(pairs.h);
    const tiles::Pairs which = additive.write(pairs, tau, tile, spare);
    if (which == tiles::Pairs::none) return;
    const Index g = score.group(pairs.h);
    tiles::Additive<Scalar> added;
    if (which == tiles::Pairs::given) added = {tile, static_cast<Scalar>(log2_e<double> / double(tau))};
    block.absorb({row(score.k, pairs.b, g, pairs.j), score.shape.width}, values, pairs.keys, added, p);
  }

  void finish(const tiles::ForwardBlock<Scalar>& block, const tiles::Block& pairs) const {
    Scalar* const lse = &out.lse(pairs.b, pairs.h, pairs.i);
    const double of_sink = double(sink.at(pairs.h)), of_head = double(gain.at(pairs.h));
    block.finish(pairs.queries, of_sink, of_head, row(out.o, pairs.b, pairs.h, pairs.i),
                 score.shape.value_width, lse, 1);
  }
};

// Few tasks are made more by giving each fewer blocks, which leaves the bits of a query alone.
inline Index blocks_of_a_task(Index heads, Index blocks) {
  constexpr Index enough = 64;
  return heads * blocks >= enough * tiles::most_blocks ? tiles::most_blocks : 1;
}

template <class Scalar, class Bias, class Mask>
void forward_tiled(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Outputs<Scalar>& out) {
  const Shape s = shape_of(in);
  const auto source = tiles::source_of<Scalar>(bias);
  using Source = std::remove_const_t<decltype(source)>;
  const tiles::Cut cut(s.queries, simd::width<Scalar>, tiles::most_vectors);
  const ForwardTiled<Scalar, Source, Mask> body{score_of(in, source, mask),
                                                {source, mask, in.prior, s.keys},
                                                in.v,
                                                {in.gain, Scalar(1)},
                                                {in.sink, minus_infinity<Scalar>},
                                                out,
                                                cut,
                                                blocks_of_a_task(s.batches * s.heads, cut.blocks)};
  if (cut.blocks > 0)
    tiles::for_each_task<Scalar>("attention::dense::forward_tiled", body.tasks(), body.numbers(), body);
}

}  // namespace attune::attention::dense
