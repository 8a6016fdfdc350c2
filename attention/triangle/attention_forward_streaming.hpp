// attention/triangle/attention_forward_streaming.hpp
//
// One thread a tile of queries of a row and head: the keys stream past, each read once for the whole tile,
// and the sum of a query is rescaled where its running maximum grows. The gate is applied to the finished
// sum. Nothing of R x N x N is stored.
#pragma once

#include "attention/triangle/attention_rows.hpp"

namespace attune::attention::triangle {

template <class Scalar, class Node> struct ForwardStreaming {
  Score<Scalar, Node> score;
  View5<const Scalar> v, gate;
  Outputs<Scalar> out;

  KOKKOS_FUNCTION void operator()(Index item) const {
    const Layout<Node>& layout = score.layout;
    const Index width = layout.shape.value_width;
    Index first;
    const Place at = layout.place(item, first);
    const Index past = layout.past(first);
    const RowScore<Scalar> row = score.row(at);
    const Line<const Scalar> value = layout.line(v.data(), at, width);
    const Line<Scalar> o = layout.line(out.o.data(), at, width);

    RunningSoftmax<Scalar> softmax[tile];
    for (Index m = first; m < past; ++m)
      for (Index e = 0; e < width; ++e) o(m)[e] = 0;
    for (Index n = 0; n < layout.shape.tokens; ++n) {
      if (!row.is_key(n)) continue;
      for (Index m = first; m < past; ++m) {
        Scalar s;
        if (!row.find(m, n, s)) continue;
        const auto step = softmax[m - first].absorb(s);
        rescale_and_add(o(m), step.rescale, step.weight, value(n), width);
      }
    }
    for (Index m = first; m < past; ++m) finish(softmax[m - first], at, m);
  }

  KOKKOS_FUNCTION void finish(const RunningSoftmax<Scalar>& softmax, const Place& at, Index m) const {
    const Index width = score.layout.shape.value_width;
    Scalar* const o = score.layout.line(out.o.data(), at, width)(m);
    const Scalar norm = softmax.sum != 0 ? 1 / softmax.sum : Scalar(0);
    for (Index e = 0; e < width; ++e) o[e] *= norm;
    if (gate.size() > 0) {
      const Scalar* const logit = score.layout.line(gate.data(), at, width)(m);
      for (Index e = 0; e < width; ++e) o[e] *= sigmoid(logit[e]);
    }
    *score.layout.line(out.lse.data(), at, 1)(m) = softmax.log_sum_exp();
  }
};

template <class Scalar, class Node>
void forward_streaming(const Inputs<Scalar>& in, const Node& node, const Outputs<Scalar>& out) {
  const Shape s = shape_of(in, node);
  Kokkos::parallel_for("attention::triangle::forward_streaming",
                       every(s.batches * s.rows * s.heads * tiles_of(s.tokens)),
                       ForwardStreaming<Scalar, Node>{score_of(in, node), in.v, in.gate, out});
}

}  // namespace attune::attention::triangle
