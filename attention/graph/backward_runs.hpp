// attention/graph/backward_runs.hpp
//
// The passes over rows and over keys of a processor (backward.hpp), by runs of edges (runs.hpp): the products
// q . k of a run are folded together, so are its d_o . (x - o), and the gradients d_q, d_k, d_v stay in
// registers while the edges of a row or key run.
#pragma once

#include "attention/graph/backward_streaming.hpp"
#include "attention/graph/row_block.hpp"

namespace attune::attention::graph {

// x_l - o of a run, x_l = v_l + w_l
template <class Scalar, class Width> struct Differences {
  PickedRows<Scalar, Width> v;
  const Scalar *w, *o;  // w null, or the rows of the run, one after the other
  int last;  // lanes beyond it repeat its w

  ATTUNE_INLINE simd::Vector<Scalar> operator()(int l, Index d) const {
    return (w ? v(l, d) + simd::load(of_edge(l) + d) : v(l, d)) - simd::load(o + d);
  }
  simd::Vector<Scalar> some(int l, Index d, Index count) const {
    const auto x = v.some(l, d, count);
    return (w ? x + load_some(of_edge(l) + d, count) : x) - load_some(o + d, count);
  }
  ATTUNE_INLINE const Scalar* of_edge(int l) const { return w + (l < last ? l : last) * v.row.width.numbers; }
};

template <class Scalar> struct BackwardRowRuns {
  BackwardRows<Scalar> of;
  using Lanes = simd::Vector<Scalar>;

  struct Row {
    Index h, i;
    Scalar l, d_l;
    double slope;
  };

  void operator()(Index n) const {
    const Index h = n / of.scores.queries(), i = n - h * of.scores.queries();
    const Scalar l = of.out.lse(h, i), d_l = of.d_out.d_lse.size() == 0 ? Scalar(0) : of.d_out.d_lse(h, i);
    const Edges edges{of.first(i), of.first(i + 1) - of.first(i)};
    const RunScores<Scalar> scores(of.scores, of.v, of.key, h);
    if (l == minus_infinity<Scalar>) {
      leave_empty(h, i, edges);
      return;
    }
    Row at{h, i, l, d_l, double(l) * double(d_l)};
    with_width<Scalar>(
        scores.width, [&](const auto& width) __attribute__((always_inline)) {
          for (Index e = 0; e < edges.count; e += run_edges<Scalar>)
            run(scores, width, at, {edges.first + e, edges.count - e});
        });
    if (of.weights.slope.size() > 0) of.weights.slope(h, i) = at.slope;
    if (of.d_q.size() == 0) return;
    const Weights<Scalar> d_z{&of.weights.d_z(h, edges.first), edges.count, scores.bias != nullptr, 0,
                              scores.scale / scores.tau};
    with_width<Scalar>(
        scores.width, [&](const auto& width) __attribute__((always_inline)) {
          using Width = std::remove_cvref_t<decltype(width)>;
          add_rows(row(of.d_q, h, i), d_z, ByKey<Scalar, Width>{scores.k, width, scores.key + edges.first});
        });
  }

  void leave_empty(Index h, Index i, const Edges& edges) const {
    for (Index e = edges.first; e < edges.first + edges.count; ++e)
      of.weights.p(h, e) = of.weights.d_z(h, e) = 0;
    if (of.d_q.size() > 0) clear(row(of.d_q, h, i), of.scores.width());
    if (of.weights.slope.size() > 0) of.weights.slope(h, i) = 0;
  }

  // p and d_z of a run; `left` edges of the row are left.
  template <class Width>
  ATTUNE_INLINE void run(const RunScores<Scalar>& scores, const Width& width, Row& at,
                         const Edges& left) const {
    constexpr Index W = run_edges<Scalar>;
    const SharedRow<Scalar, Width> q(scores.q + at.i * width.numbers);
    const Lanes z = scores.run(q, left.first, width);
    alignas(simd::bytes) Scalar score[W], p[W], d_z[W];
    simd::store(score, z);
    simd::store(p, simd::exp2((z - simd::splat(at.l)) * simd::splat(log2_e<Scalar>)));
    simd::store(d_z, towards(scores, at, left));
    for (int l = 0; l < W; ++l) d_z[l] = p[l] == 0 ? Scalar(0) : p[l] * (d_z[l] + at.d_l);
    const Index count = left.count < W ? left.count : W;
    Scalar *const p_out = &of.weights.p(at.h, left.first), *const d_z_out = &of.weights.d_z(at.h, left.first);
    for (Index l = 0; l < count; ++l) {
      p_out[l] = p[l];
      d_z_out[l] = d_z[l];
    }
    if (of.weights.slope.size() == 0) return;
    for (Index l = 0; l < count; ++l)
      if (p[l] != 0) at.slope += double(d_z[l]) * (double(score[l]) - double(at.l));
  }

  // d_o_i . (x_e - o_i)
  ATTUNE_INLINE Lanes towards(const RunScores<Scalar>& scores, const Row& at, const Edges& left) const {
    constexpr Index W = run_edges<Scalar>;
    Index space[W];
    const Index* const j = scores.keys_of_run(left.first, space);
    const Index in_graph = scores.edges - left.first;
    const int last = static_cast<int>(in_graph < W ? in_graph : W) - 1;
    Lanes sum;
    with_width<Scalar>(
        scores.v_width, [&](const auto& width) __attribute__((always_inline)) {
          using Width = std::remove_cvref_t<decltype(width)>;
          const Differences<Scalar, Width> x{{{scores.v, width, j}},
                                             edge_value(of.values, at.h, left.first),
                                             row(of.out.o, at.h, at.i),
                                             last};
          sum = dots(SharedRow<Scalar, Width>(row(of.d_out.d_o, at.h, at.i)), x, width);
        });
    return sum;
  }
};

template <class Scalar> struct BackwardKeyRuns {
  BackwardKeys<Scalar> of;
  static constexpr Index most = 64;  // edges whose weights are picked at a time

  void operator()(Index n) const {
    const Index keys = of.scores.k.extent(1), g = n / keys, j = n - g * keys;
    const Index share = of.scores.heads() / of.scores.groups();
    const Index begin = of.transpose.first(j), end = of.transpose.first(j + 1);
    Scalar start = 0;
    for (Index h = g * share; h < (g + 1) * share; ++h)
      for (Index place = begin; place < end || start == 0; place += most, start = 1)
        add(h, n, place, {end - place < most ? end - place : most, start});
  }

  struct Some {
    Index count;
    Scalar start;
  };

  // Edges from `place` on, to row n of d_k and d_v.
  void add(Index h, Index n, Index place, const Some& some) const {
    Scalar p[most], slope[most];
    const Scalar factor = of.scores.scale / of.scores.tau(h);
    const Index* const edge = of.transpose.edge.data() + place;
    const Index* const query = of.transpose.query.data() + place;
    for (Index l = 0; l < some.count; ++l) {
      p[l] = of.weights.p(h, edge[l]);
      slope[l] = of.weights.d_z(h, edge[l]) * factor;
    }
    const bool masked = of.scores.bias.size() > 0;
    add_picked(of.d_k, n, row(of.scores.q, h, 0), Weights<Scalar>{slope, some.count, masked, some.start, 1},
               query);
    add_picked(of.d_v, n, row(of.d_o, h, 0), Weights<Scalar>{p, some.count, masked, some.start, 1}, query);
  }

  static void add_picked(const View3<Scalar>& d, Index n, const Scalar* rows, const Weights<Scalar>& weights,
                         const Index* query) {
    if (d.size() == 0) return;
    const Index numbers = d.extent(2);
    with_width<Scalar>(
        numbers, [&](const auto& width) __attribute__((always_inline)) {
          using Width = std::remove_cvref_t<decltype(width)>;
          add_rows(d.data() + n * numbers, weights, ByKey<Scalar, Width>{rows, width, query});
        });
  }
};

}  // namespace attune::attention::graph
