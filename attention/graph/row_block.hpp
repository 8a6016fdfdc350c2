// attention/graph/row_block.hpp
//
// Rows that a thread of a processor works on together, and the scores of their edges: step by step for one
// row alone, the processor would wait for the end of every chain of a product, a maximum, an exponential;
// those of different rows overlap. And the loop over runs of edges is one loop over all rows, which does not
// end where nobody can foretell it.
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

template <class Scalar> inline constexpr Scalar log2_e = Scalar(1.4426950408889634074);

struct Edges {
  Index first, count;
};

template <class Scalar> struct RowBlock {
  using Lanes = simd::Vector<Scalar>;
  static constexpr Index runs = edges_at_once / run_edges<Scalar>;
  static_assert(edges_at_once % run_edges<Scalar> == 0 && rows_at_once % run_edges<Scalar> == 0);

  Lanes z[runs];
  Lanes most[rows_at_once];  // max z of each row, lane by lane
  int row_of[runs];
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
    most[rows] = simd::splat(minus_infinity<Scalar>);
    for (Index n = 0; n < more; ++n) row_of[used + n] = static_cast<int>(rows);
    used += more;
    ++rows;
    return true;
  }
  void clear() { rows = used = 0; }
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
    with_width<Scalar>(
        width, [&](const auto& numbers) __attribute__((always_inline)) { fill(block, numbers); });
  }

  template <class Width> void fill(RowBlock<Scalar>& block, const Width& numbers) const {
    const RunScores own = *this;  // in registers, as far as they go
    for (Index n = 0; n < block.used; ++n) {
      const int r = block.row_of[n];
      const Index done = (n - block.place[r]) * run_edges<Scalar>, e = block.edges[r].first + done;
      const auto left = static_cast<int>(block.edges[r].count - done);
      const auto z =
          simd::first_lanes<Scalar>(left, own.run(own.q + block.row[r] * numbers.numbers, e, numbers),
                                    simd::splat(minus_infinity<Scalar>));
      block.z[n] = z;
      block.most[r] = simd::max(z, block.most[r]);
    }
  }

  // Keys of a run; the last edge of the graph is repeated where it ends.
  ATTUNE_INLINE const Index* keys_of_run(Index e, Index* space) const {
    if (e + run_edges<Scalar> <= edges) return key + e;
    for (int l = 0; l < run_edges<Scalar>; ++l) space[l] = key[e + l < edges ? e + l : edges - 1];
    return space;
  }

  template <class Width>
  ATTUNE_INLINE simd::Vector<Scalar> run(const Scalar* of_query, Index e, const Width& numbers) const {
    Index space[run_edges<Scalar>];
    const Index* const j = keys_of_run(e, space);
    fetch_ahead(e + edges_ahead + run_edges<Scalar> <= edges ? key + e + edges_ahead : j);
    PickedRows<Scalar> x;
#pragma GCC unroll 16
    for (int l = 0; l < run_edges<Scalar>; ++l) x.row[l] = k + j[l] * numbers.numbers;
    auto z = simd::splat(scale) * dots(of_query, x, numbers);
    if (bias) z += e + run_edges<Scalar> <= edges ? simd::load(bias + e) : load_some(bias + e, edges - e);
    return tau == 1 ? z : z / simd::splat(tau);
  }

  // The first two cache lines of the rows of every other edge: neighbours share most of theirs.
  ATTUNE_INLINE void fetch_ahead(const Index* j) const {
    constexpr Index line = 64 / sizeof(Scalar);
#pragma GCC unroll 8
    for (int l = 1; l < run_edges<Scalar>; l += 2) {
      simd::prefetch(k + j[l] * width);
      simd::prefetch(k + j[l] * width + line);
      simd::prefetch(v + j[l] * v_width);
      simd::prefetch(v + j[l] * v_width + line);
    }
  }
};

}  // namespace attune::attention::graph
