// training/blocks/attention_of_rows.hpp
//
// Triangle attention of some rows, from their normed pairs: activations (pairs, H D) by heads, forward and
// backward.
#pragma once

#include "attention/triangle/attention.hpp"
#include "training/blocks/attention_rows.hpp"
#include "training/blocks/triangle_attention.hpp"

namespace attune::training::blocks::triangle_attention {

namespace triangle = attention::triangle;

template <class Scalar> struct Projected {
  View2<Scalar> q, k, v, gate;  // (pairs, H D)
};

template <class Scalar> Projected<Scalar> projected_like(const Weights<Scalar>& w, std::size_t pairs) {
  const auto array = [pairs](const std::string& name, const auto& layer) {
    return scratch<Scalar>("triangle_attention::" + name, pairs, layer.weight.extent(1));
  };
  return {array("q", w.q), array("k", w.k), array("v", w.v), array("gate", w.gate)};
}

template <class Scalar> Projected<Scalar> project(const Weights<Scalar>& w, const View2<const Scalar>& n) {
  const auto p = projected_like(w, n.extent(0));
  layers::linear::forward(w.q, n, p.q);
  layers::linear::forward(w.k, n, p.k);
  layers::linear::forward(w.v, n, p.v);
  layers::linear::forward(w.gate, n, p.gate);
  return p;
}

template <class Scalar> struct Attended { View2<Scalar> o, lse; };  // (pairs, H D), (pairs, H)

// What a chunk's attention reads and writes, by heads.
template <class Scalar, class Node> struct Attention {
  Place<Node> place;
  Index heads;
  Projected<Scalar> projected;
  View2<const Scalar> b;  // (H, N N)
  View3<const std::uint8_t> mask;

  View5<Scalar> by_heads(const View2<Scalar>& x) const { return heads_of(x, place, heads); }
  View4<Scalar> of_lse(const View2<Scalar>& lse) const {
    return View4<Scalar>(lse.data(), 1, place.lengths().i, place.lengths().j, heads);
  }
  template <class Entry> View4<Entry> of_bias(const View2<Entry>& x) const {
    return View4<Entry>(x.data(), 1, heads, place.tokens, place.tokens);
  }
  triangle::Inputs<Scalar> inputs() const {
    return {by_heads(projected.q),    by_heads(projected.k),
            by_heads(projected.v),    of_bias(b),
            by_heads(projected.gate), mask};
  }
  Attended<Scalar> forward() const {
    const auto pairs = static_cast<std::size_t>(place.pairs());
    const Attended<Scalar> out{scratch<Scalar>("triangle_attention::o", pairs, projected.v.extent(1)),
                               scratch<Scalar>("triangle_attention::lse", pairs, heads)};
    triangle::forward(inputs(), place.node, triangle::Outputs<Scalar>{by_heads(out.o), of_lse(out.lse)});
    return out;
  }
  // d_b is added to.
  void backward(const Attended<Scalar>& out, const View2<Scalar>& d_o, const Projected<Scalar>& d,
                const View2<Scalar>& d_b) const {
    const triangle::Upstream<Scalar> up{by_heads(out.o), of_lse(out.lse), by_heads(d_o)};
    triangle::backward(inputs(), place.node, up,
                       triangle::Gradients<Scalar>{by_heads(d.q), by_heads(d.k), by_heads(d.v), of_bias(d_b),
                                                   by_heads(d.gate), triangle::Store::add});
  }
};

}  // namespace attune::training::blocks::triangle_attention
