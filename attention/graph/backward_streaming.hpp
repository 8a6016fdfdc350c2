// attention/graph/backward_streaming.hpp
//
// The passes over rows and over keys of a device (backward.hpp): a thread works a row or a key, edge by edge,
// and keeps its gradients up to date in memory.
#pragma once

#include "attention/graph/forward_streaming.hpp"

namespace attune::attention::graph {

// What the rows leave to the other passes.
template <class Scalar> struct EdgeWeights {
  View2<Scalar> p, d_z;  // (H, edges)
  View2<double> slope;  // (H, M)  sum_e d_z_e z_e of a row, or empty
};

template <class Scalar> struct BackwardRows {
  Scores<Scalar> scores;
  View3<const Scalar> v, values;
  View1<const Index> first, key;
  Outputs<Scalar> out;
  OutputGradients<Scalar> d_out;
  View3<Scalar> d_q;
  EdgeWeights<Scalar> weights;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index h = n / scores.queries(), i = n - h * scores.queries(), width = scores.width();
    const Scalar l = out.lse(h, i), d_l = d_out.d_lse.size() == 0 ? Scalar(0) : d_out.d_lse(h, i);
    const bool empty = l == -Kokkos::Experimental::infinity_v<Scalar>;
    double slope = empty ? 0 : double(l) * double(d_l);
    if (d_q.size() > 0) clear(row(d_q, h, i), width);
    for (Index e = first(i); e < first(i + 1); ++e) {
      const Scalar z = empty ? l : scores(h, i, key(e), e);
      const bool masked = z == -Kokkos::Experimental::infinity_v<Scalar>;
      const Scalar p = masked ? Scalar(0) : Kokkos::exp(z - l);
      const Scalar d_z = masked ? Scalar(0) : p * (towards(h, i, e) + d_l);
      weights.p(h, e) = p;
      weights.d_z(h, e) = d_z;
      if (masked) continue;
      slope += double(d_z) * (double(z) - double(l));
      if (d_q.size() > 0) add_scaled(row(d_q, h, i), d_z, row(scores.k, scores.group(h), key(e)), width);
    }
    if (d_q.size() > 0) multiply(row(d_q, h, i), scores.scale / scores.tau(h), width);
    if (weights.slope.size() > 0) weights.slope(h, i) = slope;
  }

  // d_o_i . (x_e - o_i), x_e = v_j + w_e
  KOKKOS_FUNCTION Scalar towards(Index h, Index i, Index e) const {
    const Scalar *d_o = row(d_out.d_o, h, i), *w = edge_value(values, h, e);
    const Scalar *o = row(out.o, h, i), *u = row(v, scores.group(h), key(e));
    const Index width = v.extent(2);
    return w ? dot_difference_of_sum(d_o, u, w, o, width) : dot_difference(d_o, u, o, width);
  }
};

template <class Scalar> struct BackwardKeys {
  Scores<Scalar> scores;
  View3<const Scalar> d_o;
  Transpose transpose;
  EdgeWeights<Scalar> weights;
  View3<Scalar> d_k, d_v;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index keys = scores.k.extent(1), g = n / keys, j = n - g * keys;
    const Index share = scores.heads() / scores.groups();
    if (d_k.size() > 0) clear(row(d_k, g, j), scores.width());
    if (d_v.size() > 0) clear(row(d_v, g, j), d_o.extent(2));
    for (Index h = g * share; h < (g + 1) * share; ++h)
      for (Index place = transpose.first(j); place < transpose.first(j + 1); ++place) absorb(h, g, j, place);
  }

  KOKKOS_FUNCTION void absorb(Index h, Index g, Index j, Index place) const {
    const Index e = transpose.edge(place), i = transpose.query(place);
    if (weights.p(h, e) == 0) return;
    const Scalar slope = weights.d_z(h, e) * scores.scale / scores.tau(h);
    if (d_k.size() > 0) add_scaled(row(d_k, g, j), slope, row(scores.q, h, i), scores.width());
    if (d_v.size() > 0) add_scaled(row(d_v, g, j), weights.p(h, e), row(d_o, h, i), d_o.extent(2));
  }
};

}  // namespace attune::attention::graph
