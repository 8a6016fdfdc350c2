// attention/triangle/attention_backward_streaming.hpp
//
// A pass of its own for queries, keys and biases, each of which recomputes p from l: every number is added up
// by one thread in one order. That of the bias runs over the rows r one by one and in Scalar, from what
// d_bias holds under Store::add, so that the chunks of rows of several calls give the bits of one.
#pragma once

#include "attention/triangle/attention_pullback.hpp"

namespace attune::attention::triangle {

template <class Scalar, class Node> struct BackwardQueries {
  Pullback<Scalar, Node> pullback;
  View5<Scalar> d_q;

  KOKKOS_FUNCTION void operator()(Index item) const {
    const Layout<Node>& layout = pullback.score.layout;
    const Index width = layout.shape.width;
    Index first;
    const Place at = layout.place(item, first);
    const Index past = layout.past(first);
    const RowPullback<Scalar> row = pullback.row(at);
    const Line<Scalar> sum = layout.line(d_q.data(), at, width);

    for (Index m = first; m < past; ++m)
      for (Index d = 0; d < width; ++d) sum(m)[d] = 0;
    for (Index n = 0; n < layout.shape.tokens; ++n) {
      if (!row.score.is_key(n)) continue;
      for (Index m = first; m < past; ++m) {
        typename RowPullback<Scalar>::Term term;
        if (row.find(m, n, term)) add_scaled(sum(m), pullback.score.scale * term.d_s, row.score.k(n), width);
      }
    }
  }
};

template <class Scalar, class Node> struct BackwardKeys {
  Pullback<Scalar, Node> pullback;
  View5<Scalar> d_k, d_v;

  KOKKOS_FUNCTION void operator()(Index item) const {
    const Layout<Node>& layout = pullback.score.layout;
    const Index width = d_k.size() > 0 ? layout.shape.width : 0,
                value_width = d_v.size() > 0 ? layout.shape.value_width : 0;
    Index first;
    const Place at = layout.place(item, first);
    const Index past = layout.past(first);
    const RowPullback<Scalar> row = pullback.row(at);
    const Line<Scalar> of_key = layout.line(d_k.data(), at, width),
                       of_value = layout.line(d_v.data(), at, value_width);

    for (Index n = first; n < past; ++n) {
      for (Index d = 0; d < width; ++d) of_key(n)[d] = 0;
      for (Index e = 0; e < value_width; ++e) of_value(n)[e] = 0;
    }
    for (Index m = 0; m < layout.shape.tokens; ++m)
      for (Index n = first; n < past; ++n) {
        typename RowPullback<Scalar>::Term term;
        if (!row.score.is_key(n) || !row.find(m, n, term)) continue;
        add_scaled(of_key(n), pullback.score.scale * term.d_s, row.score.q(m), width);
        add_scaled(of_value(n), term.p, row.d_a(m), value_width);
      }
  }
};

// One thread a tile of queries by a tile of keys of a head.
template <class Scalar, class Node> struct BackwardBias {
  Pullback<Scalar, Node> pullback;
  View4<Scalar> d_bias;
  Store store;

  KOKKOS_FUNCTION void operator()(Index item) const {
    const Layout<Node>& layout = pullback.score.layout;
    const Index across = tiles_of(layout.shape.tokens), head = item / (across * across);
    const Index b = head / layout.shape.heads, h = head % layout.shape.heads;
    const Index query = item / across % across * tile, key = item % across * tile;

    Scalar sum[tile][tile] = {};
    for (Index m = query; m < layout.past(query) && store == Store::add; ++m)
      for (Index n = key; n < layout.past(key); ++n)
        sum[m - query][n - key] = d_bias.data()[layout.bias(b, h, m, n)];
    for (Index r = 0; r < layout.shape.rows; ++r) absorb(pullback.row({b, r, h}), query, key, sum);
    for (Index m = query; m < layout.past(query); ++m)
      for (Index n = key; n < layout.past(key); ++n)
        d_bias.data()[layout.bias(b, h, m, n)] = sum[m - query][n - key];
  }

  KOKKOS_FUNCTION void absorb(const RowPullback<Scalar>& row, Index query, Index key,
                              Scalar (&sum)[tile][tile]) const {
    const Layout<Node>& layout = pullback.score.layout;
    for (Index n = key; n < layout.past(key); ++n) {
      if (!row.score.is_key(n)) continue;
      for (Index m = query; m < layout.past(query); ++m) {
        typename RowPullback<Scalar>::Term term;
        if (row.find(m, n, term)) sum[m - query][n - key] += term.d_s;
      }
    }
  }
};

template <class Scalar, class Node>
void backward_streaming(const Pullback<Scalar, Node>& pullback, const Gradients<Scalar>& gradients) {
  const Shape& s = pullback.score.layout.shape;
  const Index items = s.batches * s.rows * s.heads * tiles_of(s.tokens);
  if (gradients.d_q.size() > 0)
    Kokkos::parallel_for("attention::triangle::backward_queries", every(items),
                         BackwardQueries<Scalar, Node>{pullback, gradients.d_q});
  if (gradients.d_k.size() + gradients.d_v.size() > 0)
    Kokkos::parallel_for("attention::triangle::backward_keys", every(items),
                         BackwardKeys<Scalar, Node>{pullback, gradients.d_k, gradients.d_v});
  if (gradients.d_bias.size() > 0)
    Kokkos::parallel_for("attention::triangle::backward_bias",
                         every(s.batches * s.heads * tiles_of(s.tokens) * tiles_of(s.tokens)),
                         BackwardBias<Scalar, Node>{pullback, gradients.d_bias, gradients.into_bias});
}

}  // namespace attune::attention::triangle
