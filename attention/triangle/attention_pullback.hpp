// attention/triangle/attention_pullback.hpp
//
// One d_s, as every pass of backward computes it, and what belongs to a pair alone: delta, the gradient below
// the gate and that of the gate.
#pragma once

#include "attention/triangle/attention_rows.hpp"

namespace attune::attention::triangle {

// One thread a pair and head. Views that nobody asks for, and those of a gate that is not there, are empty.
template <class Scalar> struct BackwardGate {
  View5<const Scalar> gate, o, d_o;
  View5<Scalar> d_a, d_gate;
  View4<Scalar> delta;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto width = static_cast<Index>(o.extent(4));
    delta.data()[n] = dot(d_o.data() + n * width, o.data() + n * width, width);
    for (Index e = n * width; e < (n + 1) * width; ++e) {
      if (d_a.size() > 0) d_a.data()[e] = sigmoid(gate.data()[e]) * d_o.data()[e];
      if (d_gate.size() > 0) d_gate.data()[e] = d_o.data()[e] * o.data()[e] * sigmoid(-gate.data()[e]);
    }
  }
};

template <class Scalar> struct RowPullback {
  RowScore<Scalar> score;
  Line<const Scalar> v, d_a, lse, delta;
  Index value_width;

  struct Term {
    Scalar p, d_s;
  };

  // Of query m and a key n; false where the bias masks it.
  KOKKOS_FUNCTION bool find(Index m, Index n, Term& term) const {
    Scalar s;
    if (!score.find(m, n, s)) return false;
    term.p = Kokkos::exp(s - *lse(m));
    term.d_s = term.p * (dot(d_a(m), v(n), value_width) - *delta(m));
    return true;
  }
};

template <class Scalar, class Node> struct Pullback {
  Score<Scalar, Node> score;
  View5<const Scalar> v, d_a;
  View4<const Scalar> lse, delta;

  KOKKOS_FUNCTION RowPullback<Scalar> row(const Place& at) const {
    const Layout<Node>& layout = score.layout;
    const Index width = layout.shape.value_width;
    return {score.row(at),
            layout.line(v.data(), at, width),
            layout.line(d_a.data(), at, width),
            layout.line(lse.data(), at, 1),
            layout.line(delta.data(), at, 1),
            width};
  }
};

}  // namespace attune::attention::triangle
