// attention/graph/backward.hpp
//
// With x_e = v_j + w_e and p_e = exp(z_e - l_i), the differential of a row is
//
//   dl_i = sum_e p_e dz_e          do_i = sum_e p_e dx_e + sum_e p_e (x_e - o_i) dz_e
//
// so that for a loss L with d_o = dL/do, d_l = dL/dl
//
//   d_z_e = p_e (d_o_i . (x_e - o_i) + d_l_i)         d_b_e = d_z_e / tau          d_w_e = p_e d_o_i
//   d_q_i = (scale / tau) sum_{e of i} d_z_e k_j      d_k_j = (scale / tau) sum_{e to j} d_z_e q_i
//   d_v_j = sum_{e to j} p_e d_o_i                    d_tau = -(1 / tau) sum_e d_z_e z_e
//
// where sums over edges that end in j run over the heads of the group of j as well, and a bias, value term or
// temperature that heads share sums over them, in order. As sum_e d_z_e = d_l_i in every row,
//
//   sum_{e of i} d_z_e z_e = sum_{e of i} d_z_e (z_e - l_i) + l_i d_l_i
//
// which does not lose digits where all scores of a row are large. Three passes: rows write p, d_z, d_q and
// the terms of d_tau (summed in backward_temperature.hpp); keys gather d_k and d_v through the transposed
// graph; edges take d_b and d_w.
#pragma once

#include "attention/graph/backward_temperature.hpp"
#include "attention/graph/forward.hpp"

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

// d_b_e: one head, or the sum of all where they share a bias.
template <class Scalar> struct BackwardBias {
  Scores<Scalar> scores;
  View2<const Scalar> d_z;
  View2<Scalar> d_bias;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index edges = d_bias.extent(1), r = n / edges, e = n - r * edges;
    const Index share = scores.heads() / static_cast<Index>(d_bias.extent(0));
    Scalar sum = 0;
    for (Index h = r * share; h < (r + 1) * share; ++h) sum += d_z(h, e) / scores.tau(h);
    d_bias(r, e) = sum;
  }
};

// d_w_e, likewise.
template <class Scalar> struct BackwardValues {
  View3<const Scalar> d_o;
  Transpose transpose;  // tells the query of an edge
  View2<const Scalar> p;
  View3<Scalar> d_values;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index edges = d_values.extent(1), r = n / edges, place = n - r * edges;
    const Index e = transpose.edge(place), i = transpose.query(place), width = d_o.extent(2);
    const Index share = d_o.extent(0) / d_values.extent(0);
    clear(row(d_values, r, e), width);
    for (Index h = r * share; h < (r + 1) * share; ++h)
      if (p(h, e) != 0) add_scaled(row(d_values, r, e), p(h, e), row(d_o, h, i), width);
  }
};

template <class Scalar>
void require_gradient_shapes(const Inputs<Scalar>& in, const Neighbours& neighbours,
                             const OutputGradients<Scalar>& d_out, const Gradients<Scalar>& d) {
  const Index heads = in.q.extent(0), edges = neighbours.edges();
  const auto like = [](const auto& d_x, const auto& x) {
    return d_x.size() == 0 ||
           (d_x.extent(0) == x.extent(0) && d_x.extent(1) == x.extent(1) && d_x.extent(2) == x.extent(2));
  };
  require(like(d.d_q, in.q) && like(d.d_k, in.k) && like(d.d_v, in.v), "gradients are shaped like inputs");
  require(d_out.d_lse.size() == 0 ||
              (static_cast<Index>(d_out.d_lse.extent(0)) == heads && d_out.d_lse.extent(1) == in.q.extent(1)),
          "d_lse has the shape of lse");
  require(static_cast<Index>(d_out.d_o.extent(0)) == heads && d_out.d_o.extent(1) == in.q.extent(1) &&
              d_out.d_o.extent(2) == in.v.extent(2),
          "d_o has the shape of o");
  require(
      heads_fit(d.d_bias, heads) && (d.d_bias.size() == 0 || static_cast<Index>(d.d_bias.extent(1)) == edges),
      "d_bias has a number for every edge");
  require(heads_fit(d.d_values, heads) &&
              (d.d_values.size() == 0 ||
               (static_cast<Index>(d.d_values.extent(1)) == edges && d.d_values.extent(2) == in.v.extent(2))),
          "d_values has a row for every edge, as wide as v");
  require(heads_fit(d.d_temperature, heads), "one gradient of the temperature, or one a head");
}

template <class Scalar>
void backward(const Inputs<Scalar>& in, const Neighbours& neighbours, const Outputs<Scalar>& out,
              const OutputGradients<Scalar>& d_out, const Gradients<Scalar>& gradients) {
  require_shapes(in, neighbours, out);
  require_gradient_shapes(in, neighbours, d_out, gradients);
  const auto score = scores(in);
  const Index heads = in.q.extent(0), rows = in.q.extent(1), edges = neighbours.edges();
  const bool temperature = gradients.d_temperature.size() > 0;
  const auto& [d_q, d_k, d_v, d_bias, d_values, d_temperature] = gradients;

  const EdgeWeights<Scalar> weights{
      View2<Scalar>(uninitialised("attention::graph::p"), heads, edges),
      View2<Scalar>(uninitialised("attention::graph::d_z"), heads, edges),
      View2<double>(uninitialised("attention::graph::slope"), temperature ? heads : 0, rows)};
  Kokkos::parallel_for("attention::graph::backward_rows", every_row(heads, rows),
                       BackwardRows<Scalar>{score, in.v, in.values, neighbours.first, neighbours.key, out,
                                            d_out, d_q, weights});
  if (d_k.size() > 0 || d_v.size() > 0)
    Kokkos::parallel_for("attention::graph::backward_keys", every_row(in.k.extent(0), in.k.extent(1)),
                         BackwardKeys<Scalar>{score, d_out.d_o, neighbours.transpose, weights, d_k, d_v});
  if (d_bias.size() > 0)
    Kokkos::parallel_for("attention::graph::backward_bias", every_row(d_bias.extent(0), edges),
                         BackwardBias<Scalar>{score, weights.d_z, d_bias});
  if (d_values.size() > 0)
    Kokkos::parallel_for("attention::graph::backward_values", every_row(d_values.extent(0), edges),
                         BackwardValues<Scalar>{d_out.d_o, neighbours.transpose, weights.p, d_values});
  if (temperature) backward_temperature(score, weights.slope, d_temperature);
}

}  // namespace attune::attention::graph
