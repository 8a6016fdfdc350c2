// attention/graph/backward_edges.hpp
//
// The passes over edges of the gradient (backward.hpp), and what it asks of shapes.
#pragma once

#include "attention/graph/backward_streaming.hpp"

namespace attune::attention::graph {

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

}  // namespace attune::attention::graph
