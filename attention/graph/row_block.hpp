// attention/graph/row_block.hpp
//
// Rows that a thread of a processor works on together, and the scores of their edges: step by step for one
// row alone, the processor would wait for the end of every chain of a product, a maximum, an exponential;
// those of different rows overlap. What is the same for all runs, where the graph ends and whether there are
// biases, is asked once a block.
//
// Each row fills whole runs of z_e, -infinity past its last edge. A run that is not full reads on into the
// keys of the next rows, whose scores are put aside.
#pragma once

#include "attention/graph/runs.hpp"
#include "attention/running_softmax.hpp"
#include "attention/scores.hpp"

namespace attune::attention::graph {

inline constexpr Index edges_at_once = 1024, rows_at_once = 16;
inline constexpr Index edges_ahead = 192;  // from the edges at work to those whose rows are fetched

struct Edges {
  Index first, count;
};

template <class Scalar> struct RowBlock {
  using Lanes = simd::Vector<Scalar>;
  static constexpr Index runs = edges_at_once / run_edges<Scalar>;
  static_assert(edges_at_once % run_edges<Scalar> == 0 && rows_at_once % run_edges<Scalar> == 0);

  Lanes z[runs];
  Lanes most[rows_at_once];  // max z of each row, lane by lane
  int row_of[runs];  // set with the scores
  Index rows = 0, used = 0;  // how many; runs in use
  Index row[rows_at_once], place[rows_at_once];  // their numbers; the first run of each
  Edges edges[rows_at_once];

  // False where there is no room.
  bool take(Index i, const Edges& of_row) {
    const Index more = whole_runs<Scalar>(of_row.count) / run_edges<Scalar>;
    if (rows == rows_at_once || used + more > runs) return false;
    row[rows] = i;
    edges[rows] = of_row;
    place[rows] = used;
    used += more;
    ++rows;
    return true;
  }
  void clear() { rows = used = 0; }
  Edges all_edges() const {
    const Index first = edges[0].first;
    return {first, edges[rows - 1].first + edges[rows - 1].count - first};
  }
  Scalar* of(Index r) { return reinterpret_cast<Scalar*>(z + place[r]); }
};

// Scores of one head.
template <class Scalar> struct RunScores {
  const Scalar *q, *k, *v;  // rows of v are read after the scores
  const Scalar* bias;  // or null
  const Index* key;
  Index edges, width, v_width;
  Scalar scale, tau;

  RunScores(const Scores<Scalar>& s, const View3<const Scalar>& v_rows, const View1<const Index>& keys,
            Index h)
      : q(row(s.q, h, 0)),
        k(row(s.k, s.group(h), 0)),
        v(row(v_rows, s.group(h), 0)),
        bias(s.bias.size() > 0 ? &s.bias(s.bias.extent(0) == 1 ? 0 : h, 0) : nullptr),
        key(keys.data()),
        edges(keys.extent(0)),
        width(s.width()),
        v_width(v_rows.extent(2)),
        scale(s.scale),
        tau(s.tau(h)) {}

  void operator()(RowBlock<Scalar>& block) const {
    Index space[edges_at_once + run_edges<Scalar>];
    const Edges all = block.all_edges();
    const bool inside = all.first + all.count + edges_ahead + run_edges<Scalar> <= edges;
    const Ahead keys{inside ? key + all.first : keys_of(all, space), inside ? edges_ahead : 0};
    with_width<Scalar>(
        width, [&](const auto& numbers) __attribute__((always_inline)) { fill(block, keys, numbers); });
    if (bias || tau != 1) finish(block);
  }

  // Keys of consecutive edges, whose rows are fetched so many edges ahead.
  struct Ahead {
    const Index* key;
    Index edges;
  };

  template <class Width> void fill(RowBlock<Scalar>& block, const Ahead& keys, const Width& numbers) const {
    const RunScores own = *this;  // in registers, as far as they go
    const auto none = simd::splat(minus_infinity<Scalar>);
    const Index *row = keys.key, ahead = keys.edges;
    Index n = 0;
    for (Index r = 0; r < block.rows; ++r) {
      const Index count = block.edges[r].count;
      const SharedRow<Scalar, Width> of_query(own.q + block.row[r] * numbers.numbers);
      auto most = none;
      for (Index done = 0; done < count; done += run_edges<Scalar>, ++n) {
        own.fetch(row + done + ahead, numbers);
        const auto z = simd::first_lanes<Scalar>(static_cast<int>(count - done),
                                                 own.product(of_query, row + done, numbers), none);
        most = simd::max(z, most);
        block.z[n] = z;
        block.row_of[n] = static_cast<int>(r);
      }
      block.most[r] = most;
      row += count;
    }
  }

  // Biases and temperature.
  void finish(RowBlock<Scalar>& block) const {
    const auto none = simd::splat(minus_infinity<Scalar>);
    for (Index r = 0; r < block.rows; ++r) block.most[r] = none;
    for (Index n = 0; n < block.used; ++n) {
      const int r = block.row_of[n];
      const Index done = (n - block.place[r]) * run_edges<Scalar>;
      const auto left = static_cast<int>(block.edges[r].count - done);
      block.z[n] = simd::first_lanes<Scalar>(left, finished(block.z[n], block.edges[r].first + done), none);
      block.most[r] = simd::max(block.z[n], block.most[r]);
    }
  }

  // Keys of some edges and of a run beyond; the last edge of the graph is repeated where it ends.
  const Index* keys_of(const Edges& some, Index* space) const {
    for (Index n = 0; n < some.count + run_edges<Scalar>; ++n)
      space[n] = key[some.first + n < edges ? some.first + n : edges - 1];
    return space;
  }

  ATTUNE_INLINE const Index* keys_of_run(Index e, Index* space) const {
    return e + run_edges<Scalar> <= edges ? key + e : keys_of({e, 0}, space);
  }

  template <class Width>
  ATTUNE_INLINE simd::Vector<Scalar> run(const SharedRow<Scalar, Width>& of_query, Index e,
                                         const Width& numbers) const {
    Index space[run_edges<Scalar>];
    const Index* const j = keys_of_run(e, space);
    fetch(e + edges_ahead + run_edges<Scalar> <= edges ? key + e + edges_ahead : j, numbers);
    return finished(product(of_query, j, numbers), e);
  }
  template <class Width>
  ATTUNE_INLINE simd::Vector<Scalar> product(const SharedRow<Scalar, Width>& of_query, const Index* j,
                                             const Width& numbers) const {
    return simd::splat(scale) * dots(of_query, PickedRows<Scalar, Width>{{k, numbers, j}}, numbers);
  }
  // z from the product of a run
  ATTUNE_INLINE simd::Vector<Scalar> finished(simd::Vector<Scalar> z, Index e) const {
    if (bias) z += e + run_edges<Scalar> <= edges ? simd::load(bias + e) : load_some(bias + e, edges - e);
    return tau == 1 ? z : z / simd::splat(tau);
  }

  // The first two cache lines of the rows of every other edge: neighbours share most of theirs.
  template <class Width> ATTUNE_INLINE void fetch(const Index* j, const Width& numbers) const {
    constexpr Index line = 64 / sizeof(Scalar);
#pragma GCC unroll 8
    for (int l = 1; l < run_edges<Scalar>; l += run_edges<Scalar> < 8 ? 2 : 3) {
      simd::prefetch(k + j[l] * numbers.numbers);
      simd::prefetch(k + j[l] * numbers.numbers + line);
      simd::prefetch(v + j[l] * v_width);
      simd::prefetch(v + j[l] * v_width + line);
    }
  }
};

}  // namespace attune::attention::graph
