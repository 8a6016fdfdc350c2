// attention/graph/forward_runs.hpp
//
// The forward kernel of a processor. A thread takes up to rows_at_once rows through these steps, each over
// all of them (row_block.hpp):
//
//   z_e, m = max_e z_e      w_e = exp(z_e - m)      l = m + log sum_e w_e      o = sum_e w_e x_e / sum_e w_e
//
// A row of more than edges_at_once edges goes through the steps by parts, with a running maximum:
// o <- exp(m - m') o where it grows to m'.
#pragma once

#include "attention/graph/forward_streaming.hpp"
#include "attention/graph/row_block.hpp"

namespace attune::attention::graph {

template <class Scalar> struct ForwardRuns {
  Forward<Scalar> of;

  using Lanes = simd::Vector<Scalar>;
  using Block = RowBlock<Scalar>;
  struct OfRows {
    Scalar shift[rows_at_once], norm[rows_at_once];
    Lanes sum[rows_at_once];
  };

  Index blocks() const { return (of.scores.queries() + rows_at_once - 1) / rows_at_once; }
  Index items() const { return of.scores.heads() * blocks(); }
  Edges edges(Index i) const { return {of.first(i), of.first(i + 1) - of.first(i)}; }

  void operator()(Index n) const {
    const Index h = n / blocks(), begin = (n - h * blocks()) * rows_at_once;
    const Index end = begin + rows_at_once < of.scores.queries() ? begin + rows_at_once : of.scores.queries();
    const RunScores<Scalar> scores(of.scores, of.v, of.key, h);
    Block block;
    for (Index i = begin; i < end;) {
      block.clear();
      while (i < end && block.take(i, edges(i))) ++i;
      if (block.rows > 0)
        whole_rows(scores, block, h);
      else
        long_row(scores, block, h, i++);
    }
  }

  void whole_rows(const RunScores<Scalar>& scores, Block& block, Index h) const {
    OfRows rows;
    scores(block);
    weigh(block, rows);
    for (Index r = 0; r < block.rows; r += run_edges<Scalar>) finish(block, rows, h, r);
    for (Index r = 0; r < block.rows; ++r)
      add(scores, block.of(r), h, block.row[r], block.edges[r], {0, rows.norm[r]});
  }

  // w_e in the place of z_e. Where all scores are -infinity, all weights are 0; a NaN stays one.
  static void weigh(Block& block, OfRows& rows) {
    for (Index r = block.rows; r < rows_at_once; ++r) block.most[r] = simd::splat(minus_infinity<Scalar>);
    for (Index r = 0; r < rows_at_once; r += run_edges<Scalar>) {
      Sums<Scalar> most;
      for (int l = 0; l < run_edges<Scalar>; ++l) most[l] = block.most[r + l];
      simd::store(rows.shift + r, simd::fold<Scalar>(most, simd::Greater<Scalar>{}));
    }
    for (Index r = 0; r < rows_at_once; ++r) {
      rows.shift[r] = rows.shift[r] == minus_infinity<Scalar> ? Scalar(0) : rows.shift[r];
      rows.sum[r] = simd::splat(Scalar(0));
    }
    for (Index n = 0; n < block.used; ++n) {
      const int r = block.row_of[n];
      block.z[n] = simd::exp2((block.z[n] - simd::splat(rows.shift[r])) * simd::splat(log2_e<Scalar>));
      rows.sum[r] += block.z[n];
    }
  }

  // l and 1 / sum of as many rows as a register has lanes.
  void finish(const Block& block, OfRows& rows, Index h, Index first) const {
    const Lanes nothing = simd::splat(Scalar(0)), shift = simd::load(rows.shift + first);
    Sums<Scalar> sums;
    for (int l = 0; l < run_edges<Scalar>; ++l) sums[l] = rows.sum[first + l];
    const Lanes sum = simd::fold<Scalar>(sums, simd::Plus<Scalar>{});
    simd::store(rows.norm + first, simd::select_less(nothing, sum, simd::splat(Scalar(1)) / sum, sum));
    const Lanes none = sum + simd::splat(minus_infinity<Scalar>);  // or not a number
    const Lanes l = simd::select_less(nothing, sum, shift + simd::log(sum), none);
    Scalar* const lse = &of.out.lse(h, block.row[first]);
    if (first + run_edges<Scalar> <= block.rows) return simd::store(lse, l);
    Scalar lane[run_edges<Scalar>];
    simd::store(lane, l);
    for (Index r = first; r < block.rows; ++r) lse[r - first] = lane[r - first];
  }

  void long_row(const RunScores<Scalar>& scores, Block& block, Index h, Index i) const {
    const Edges all = edges(i);
    RunningSoftmax<Scalar> softmax;
    Scalar* const o = row(of.out.o, h, i);
    for (Index n = 0; n < all.count; n += edges_at_once) {
      const Edges part{all.first + n, all.count - n < edges_at_once ? all.count - n : edges_at_once};
      OfRows rows;
      block.clear();
      block.take(i, part);
      scores(block);
      block.most[0] = simd::max(simd::splat(softmax.max), block.most[0]);
      weigh(block, rows);
      const Scalar max = rows.shift[0],
                   rescale = softmax.sum == 0 ? Scalar(1) : Kokkos::exp(softmax.max - max);
      softmax = {max, softmax.sum * rescale + simd::total<Scalar>(rows.sum[0])};
      if (rescale != 1) multiply(o, rescale, scores.v_width);
      add(scores, block.of(0), h, i, part, {n == 0 ? Scalar(0) : Scalar(1), 1});
    }
    multiply(o, softmax.norm(), scores.v_width);
    of.out.lse(h, i) = softmax.sum == 0 ? minus_infinity<Scalar> : softmax.log_sum_exp();
  }

  struct Factors {
    Scalar start, all;
  };
  ATTUNE_INLINE void add(const RunScores<Scalar>& scores, const Scalar* weight, Index h, Index i,
                         const Edges& some, const Factors& factor) const {
    Scalar* const o = row(of.out.o, h, i);
    const Scalar* const w = edge_value(of.values, h, some.first);
    const bool masked = scores.bias != nullptr;
    with_width<Scalar>(
        scores.v_width, [&](const auto& width) __attribute__((always_inline)) {
          using Width = std::remove_cvref_t<decltype(width)>;
          add_rows(o, Weights<Scalar>{weight, some.count, masked, factor.start, w ? Scalar(1) : factor.all},
                   ByKey<Scalar, Width>{scores.v, width, scores.key + some.first});
          if (w)
            add_rows(o, Weights<Scalar>{weight, some.count, masked, 1, factor.all},
                     InOrder<Scalar, Width>{w, width});
        });
  }
};

}  // namespace attune::attention::graph
