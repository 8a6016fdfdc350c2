// attention/triangle/attention_backward_tiled.hpp
//
// A task is a row and head (tiles/backward_block.hpp). Some rows are worked off at once, each leaving its d_s
// in a tile store of its own; then d_bias takes the rows one after another. So the order of that sum is that
// of the rows, however many are worked off at once, by however many calls.
#pragma once

#include "attention/tiles/backward_block.hpp"
#include "attention/tiles/gate.hpp"
#include "attention/tiles/lanes.hpp"
#include "attention/triangle/attention_pullback.hpp"
#include "attention/triangle/attention_tiles.hpp"

namespace attune::attention::triangle {

// BackwardGate in registers: a pair and head a time.
template <class Scalar> struct BackwardGateTiled {
  BackwardGate<Scalar> of;

  void operator()(Index n) const {
    const auto width = static_cast<Index>(of.o.extent(4));
    auto sum = simd::splat(Scalar(0));
    tiles::in_registers<Scalar>(width, [&](Index e, Index count) {
      const Index at = n * width + e;
      const auto d_o = tiles::load_some<Scalar>(of.d_o.data() + at, count);
      const auto o = tiles::load_some<Scalar>(of.o.data() + at, count);
      sum = simd::multiply_add(d_o, o, sum);
      if (of.gate.size() == 0) return;
      const auto logit = tiles::load_some<Scalar>(of.gate.data() + at, count);
      if (of.d_a.size() > 0)
        tiles::store_some<Scalar>(of.d_a.data() + at, tiles::sigmoid<Scalar>(logit) * d_o, count);
      if (of.d_gate.size() > 0)
        tiles::store_some<Scalar>(of.d_gate.data() + at, d_o * o * tiles::sigmoid<Scalar>(-logit), count);
    });
    of.delta.data()[n] = simd::total<Scalar>(sum);
  }
};

template <class Scalar, class Node> struct BackwardTiled {
  using Work = tiles::BackwardBlock<Scalar>;
  Pullback<Scalar, Node> pullback;
  View5<Scalar> d_q, d_k, d_v;
  Scalar* d_s;  // (rows at once, B, H, numbers of tiles), or null
  View1<Scalar> bias;  // packed
  tiles::Cut cut;
  Index first_row, rows;  // of this pass

  const Shape& shape() const { return pullback.score.layout.shape; }
  Index numbers_of_a_block() const {
    return Work::numbers(shape().width, shape().value_width, tiles::most_vectors) +
           2 * lanes_of_a_tile<Scalar>();
  }
  Index numbers_of_a_key() const {
    return tiles::near_pitch<Scalar>(shape().width) + tiles::near_pitch<Scalar>(shape().value_width) +
           Work::padded(shape().width) + Work::padded(shape().value_width);
  }
  Index numbers() const {
    return tiles::most_blocks * numbers_of_a_block() + lanes_of_a_tile<Scalar>() +
           shape().tokens * numbers_of_a_key();
  }

  struct Row {
    Place at;
    RowPullback<Scalar> row;
    tiles::Rows<Scalar> k, v;
    Scalar *d_k, *d_v;  // (N, D'), (N, E')
    Scalar* d_s;
    const Scalar* bias;  // in tiles, of this head
  };

  void operator()(Index task, Scalar* memory) const {
    const Index heads = shape().heads, n = shape().tokens, width = shape().width;
    const Index value_width = shape().value_width, bh = task % (shape().batches * heads);
    const Index of_pass = task / (shape().batches * heads);
    Row row{{bh / heads, first_row + of_pass, bh % heads}, {}, {}, {}, nullptr, nullptr, nullptr, nullptr};
    row.row = pullback.row(row.at);
    if (bias.size() > 0) row.bias = bias.data() + bh * numbers_of_tiles<Scalar>(shape());
    row.k = tiles::near_rows(rows_of_line(row.row.score.k), n, width, memory);
    memory += n * tiles::near_pitch<Scalar>(width);
    row.v = tiles::near_rows(rows_of_line(row.row.v), n, value_width, memory);
    memory += n * tiles::near_pitch<Scalar>(value_width);
    row.d_k = memory;
    row.d_v = row.d_k + n * Work::padded(width);
    memory = row.d_v + n * Work::padded(value_width);
    for (Scalar* x = row.d_k; x < memory; ++x) *x = 0;
    if (d_s) row.d_s = d_s + task * numbers_of_tiles<Scalar>(shape());
    for (Index block = 0; block < cut.blocks; block += tiles::most_blocks)
      pass(row, {block, Kokkos::min(block + tiles::most_blocks, cut.blocks)}, memory);
    write(row.at, d_k, width, row.d_k);
    write(row.at, d_v, value_width, row.d_v);
  }

  void write(const Place& at, const View5<Scalar>& gradient, Index width, const Scalar* from) const {
    if (gradient.size() == 0) return;
    const Line<Scalar> to = pullback.score.layout.line(gradient.data(), at, width);
    for (Index n = 0; n < shape().tokens; ++n)
      for (Index e = 0; e < width; ++e) to(n)[e] = from[n * Work::padded(width) + e];
  }

  struct Team {  // blocks of queries that meet the same keys
    Work work[tiles::most_blocks];
    tiles::Block pairs[tiles::most_blocks];
    Scalar *p[tiles::most_blocks], *d_s[tiles::most_blocks], *tile;
  };

  void pass(const Row& row, const Range& range, Scalar* memory) const {
    Team team;
    const Index count = range.end - range.begin, n = shape().tokens;
    for (Index m = 0; m < count; ++m) {
      team.pairs[m] = start(row, range.begin + m, team.work[m], memory);
      memory += numbers_of_a_block();
      team.d_s[m] = memory - lanes_of_a_tile<Scalar>();
      team.p[m] = team.d_s[m] - lanes_of_a_tile<Scalar>();
    }
    team.tile = memory;
    const Index width = Work::padded(shape().width), value_width = Work::padded(shape().value_width);
    for (Index j = 0; j < n; j += tiles::most_keys) {
      const auto keys = static_cast<int>(Kokkos::min<Index>(tiles::most_keys, n - j));
      tiles::Absorbed<Scalar> absorbed[tiles::most_blocks];
      int taken = 0;
      for (Index m = 0; m < count; ++m) {
        team.pairs[m].j = j;
        team.pairs[m].keys = keys;
        Scalar* const d_s = row.d_s ? row.d_s + place_in_tiles(team.pairs[m], n) : team.d_s[m];
        if (absorb(row, team, m, d_s)) absorbed[taken++] = {&team.work[m], team.p[m], d_s};
      }
      tiles::add_to_keys<Scalar>(absorbed, taken, keys,
                                 {d_k.size() > 0 ? row.d_k + j * width : nullptr, width,
                                  d_v.size() > 0 ? row.d_v + j * value_width : nullptr, value_width});
    }
    if (d_q.size() == 0) return;
    const Line<Scalar> to = pullback.score.layout.line(d_q.data(), row.at, shape().width);
    for (Index m = 0; m < count; ++m)
      team.work[m].finish(team.pairs[m].queries, pullback.score.scale, to(team.pairs[m].i), to.stride,
                          Work::Into::set);
  }

  tiles::Block start(const Row& row, Index block, Work& work, Scalar* memory) const {
    const Index i = cut.first(block);
    const int pitch = cut.pitch(block), queries = cut.queries_of(block);
    const auto& q = row.row.score.q;
    work = {shape().width, shape().value_width, cut.size(block), d_q.size() > 0};
    work.start(memory, queries, {q(i), q.stride}, {row.row.d_a(i), row.row.d_a.stride}, pullback.score.scale);
    for (int m = 0; m < pitch; ++m)
      m < queries ? work.set(m, *row.row.lse(i + m), *row.row.delta(i + m))
                  : work.set(m, minus_infinity<Scalar>, 0);
    return {row.at.b, row.at.h, i, 0, queries, 0, pitch};
  }

  // False where no key takes part.
  bool absorb(const Row& row, const Team& team, Index m, Scalar* d_s_of_block) const {
    const tiles::Block& pairs = team.pairs[m];
    tiles::Additive<Scalar> added;
    if (!RowTile<Scalar>{row.row.score, row.bias, shape().tokens}.find(pairs, team.tile, added)) {
      for (int n = 0; n < pairs.keys * pairs.pitch && row.d_s; ++n) d_s_of_block[n] = 0;
      return false;
    }
    team.work[m].absorb({row.k.data + pairs.j * row.k.pitch, row.k.pitch},
                        {row.v.data + pairs.j * row.v.pitch, row.v.pitch}, pairs.keys, added,
                        {team.p[m], d_s_of_block});
    return true;
  }
};

// d_bias <- d_bias + d_s of the rows of a pass, in their order. A task is a block of queries of a head.
template <class Scalar, class Node> struct AddRows {
  Layout<Node> layout;
  View4<Scalar> d_bias;
  const Scalar* d_s;
  tiles::Cut cut;
  Index rows;

  void operator()(Index task, Scalar* sum) const {
    const Shape& s = layout.shape;
    const Index block = task % cut.blocks, bh = task / cut.blocks, i = cut.first(block);
    const int pitch = cut.pitch(block), queries = cut.queries_of(block);
    const Index origin = layout.bias(bh / s.heads, bh % s.heads, 0, 0);
    const Index query = layout.bias(bh / s.heads, bh % s.heads, 1, 0) - origin;
    const Index key = layout.bias(bh / s.heads, bh % s.heads, 0, 1) - origin;
    Scalar* const to = d_bias.data() + origin + i * query;
    for (Index j = 0; j < s.tokens; j += tiles::most_keys) {
      const Index keys = Kokkos::min<Index>(tiles::most_keys, s.tokens - j);
      copy({to + j * key, query, key}, {sum, 1, pitch}, queries, keys);
      for (Index row = 0; row < rows; ++row) {
        const Index of_row = row * s.batches * s.heads + bh;
        const Scalar* const from = d_s + of_row * numbers_of_tiles<Scalar>(s) + i * s.tokens + j * pitch;
        for (Index n = 0; n < keys * pitch; n += simd::width<Scalar>)
          simd::store(sum + n, simd::load<Scalar>(sum + n) + simd::load(from + n));
      }
      copy({sum, 1, pitch}, {to + j * key, query, key}, queries, keys);
    }
  }

  struct Plane {
    Scalar* data;
    Index query, key;
  };
  static void copy(const Plane& from, const Plane& to, Index queries, Index keys) {
    if (from.key == 1)
      tiles::transpose<Scalar>(from.data, from.query, queries, keys, to.data, to.key);
    else if (to.key == 1)
      tiles::transpose<Scalar>(from.data, from.key, keys, queries, to.data, to.query);
    else
      for (Index j = 0; j < keys; ++j)
        for (Index i = 0; i < queries; ++i)
          to.data[i * to.query + j * to.key] = from.data[i * from.query + j * from.key];
  }
};

template <class Scalar, class Node>
void backward_tiled(const Pullback<Scalar, Node>& pullback, const Gradients<Scalar>& gradients) {
  const Shape& s = pullback.score.layout.shape;
  const tiles::Cut cut(s.tokens, simd::width<Scalar>, tiles::most_vectors);
  const bool asks_bias = gradients.d_bias.size() > 0;
  if (asks_bias && gradients.into_bias == Store::set) Kokkos::deep_copy(gradients.d_bias, Scalar(0));
  if (s.batches * s.heads * s.tokens * s.rows == 0) return;
  const Index at_once = asks_bias ? rows_at_once<Scalar>(s) : s.rows;
  const View1<Scalar> d_s(Kokkos::view_alloc("attention::triangle::d_s", Kokkos::WithoutInitializing),
                          asks_bias ? at_once * s.batches * s.heads * numbers_of_tiles<Scalar>(s) : 0);
  const View1<Scalar> bias = packed_bias(pullback.score, cut);
  for (Index row = 0; row < s.rows; row += at_once) {
    const Index rows = Kokkos::min(at_once, s.rows - row);
    const BackwardTiled<Scalar, Node> body{
        pullback, gradients.d_q, gradients.d_k, gradients.d_v, asks_bias ? d_s.data() : nullptr,
        bias,     cut,           row,           rows};
    tiles::for_each_task<Scalar>("attention::triangle::backward_tiled", s.batches * rows * s.heads,
                                 body.numbers(), body);
    if (asks_bias)
      tiles::for_each_task<Scalar>(
          "attention::triangle::add_rows", s.batches * s.heads * cut.blocks, lanes_of_a_tile<Scalar>(),
          AddRows<Scalar, Node>{pullback.score.layout, gradients.d_bias, d_s.data(), cut, rows});
  }
}

}  // namespace attune::attention::triangle
