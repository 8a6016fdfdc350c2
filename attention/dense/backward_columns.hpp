// attention/dense/backward_columns.hpp
//
// What belongs to a key:
//
//   d_k_j = scale / tau sum_{h, i} d_t_ij q_i      d_v_j = gain sum_{h, i} p_ij d_o_i
//
// over the heads h of its group.
// One thread a key, which gathers over the queries in their order.
#pragma once

#include "attention/dense/pullback.hpp"

namespace attune::attention::dense {

template <class Pullback> struct BackwardColumns {
  using Scalar = typename Pullback::Number;
  Pullback pullback;
  View4<Scalar> d_k, d_v;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Shape& shape = pullback.score.shape;
    const auto [b, g, j] = place(n, shape.groups, shape.keys);
    const Index width = d_k.size() > 0 ? shape.width : 0,
                value_width = d_v.size() > 0 ? shape.value_width : 0;
    Scalar *const of_key = row(d_k, b, g, j), *const of_value = row(d_v, b, g, j);
    clear(of_key, width);
    clear(of_value, value_width);

    const Index members = shape.heads / shape.groups;
    for (Index h = g * members; h < (g + 1) * members; ++h)
      absorb(b, h, j, of_key, width, of_value, value_width);
  }

  KOKKOS_FUNCTION void absorb(Index b, Index h, Index j, Scalar* of_key, Index width, Scalar* of_value,
                              Index value_width) const {
    const auto& score = pullback.score;
    const Scalar factor = score.scale / score.temperature.at(h), gain = pullback.gain.at(h);
    const Range queries = queries_of(score.mask, b, j, score.shape.queries);
    for (Index i = queries.begin; i < queries.end; ++i) {
      typename Pullback::Pair pair;
      if (!pullback.find(b, h, i, j, pair)) continue;
      add_scaled(of_key, factor * pair.d_t, row(score.q, b, h, i), width);
      add_scaled(of_value, gain * pair.p, row(pullback.d_o, b, h, i), value_width);
    }
  }
};

}  // namespace attune::attention::dense
