// attention/graph/graph.hpp
//
// Softmax attention along the edges of a graph. Query i attends to the keys j of its edges e = (i -> j), with
// a bias and a value term for each edge; per head h
//
//   z_e = (scale q_i . k_j + b_e) / tau            scale = 1 / sqrt(D) unless given
//   p_e = exp(z_e - l_i)                           l_i = log sum_e exp z_e over the edges of i
//   o_i = sum_e p_e (v_j + w_e)
//
// A row without an edge gives o_i = 0, l_i = -infinity. A bias of -infinity masks its edge. The graph may be
// bipartite (M != N), and the same (i, j) may appear several times with different edge data: the images of j
// within the cutoff of a periodic radius graph are so many edges, each with the bias and the value term of
// its own distance and direction.
//
// Gradients, for a loss L with d_o = dL/do and, as l is an output too, d_l = dL/dl: of q, k, v, b, w, tau
// (backward.hpp). One whose View is empty is not computed; b, w and tau may be absent (empty Views) and still
// have one, at b = 0, w = 0, tau = 1.
//
// Source   [vaswani2017], eq. 1, over neighbours: [velickovic2018], eqs. 2 to 4; a bias for each pair:
//          [ying2021], eq. 6; an edge term in the values: [shi2021], section 3.1
// Shapes   see the structs; H heads read G groups of keys, head h the group h / (H / G)
// Cost     forward 2 H edges (D + E) flops, backward 6 H edges (D + E)
// Bound    q, k, v, o, l, b, w once each and the rows and keys of the graph pass through memory:
//          seconds >= forward_cost().bytes / bandwidth. Within the caches, the H edges (D + E) numbers of
//          k and v that edges read bound it instead
// Memory   forward none; backward backward_scratch(), 2 H edges numbers above all
// Order    every sum runs in an order fixed by the shapes and the graph: the same bits on any number of
//          threads
// Limits   float, double; any M, N, D, E, 0 included; tau > 0; scores finite or -infinity
#pragma once

#include <optional>

#include "attention/graph/neighbours.hpp"
#include "core/core/measure.hpp"

namespace attune::attention::graph {

template <class Scalar> struct Inputs {
  View3<const Scalar> q;  // (H, M, D)
  View3<const Scalar> k;  // (G, N, D)
  View3<const Scalar> v;  // (G, N, E)
  View2<const Scalar> bias;  // b (H|1, edges), or empty
  View3<const Scalar> values;  // w (H|1, edges, E), or empty
  View1<const Scalar> temperature;  // tau (H|1), or empty
  std::optional<double> scale;
};

template <class Scalar> struct Outputs {
  View3<Scalar> o;  // (H, M, E)
  View2<Scalar> lse;  // l (H, M)
};

template <class Scalar> struct OutputGradients {
  View3<const Scalar> d_o;  // (H, M, E)
  View2<const Scalar> d_lse;  // (H, M), or empty
};

// What backward writes, each shaped like its input; d_bias, d_values and d_temperature have one row a head
// or one for all.
template <class Scalar> struct Gradients {
  View3<Scalar> d_q, d_k, d_v;
  View2<Scalar> d_bias;
  View3<Scalar> d_values;
  View1<Scalar> d_temperature;
};

template <class Scalar>
void forward(const Inputs<Scalar>& in, const Neighbours& neighbours, const Outputs<Scalar>& out);

// `out` is forward's.
template <class Scalar>
void backward(const Inputs<Scalar>& in, const Neighbours& neighbours, const Outputs<Scalar>& out,
              const OutputGradients<Scalar>& d_out, const Gradients<Scalar>& gradients);

inline constexpr Index chunk_rows = 1024;  // d_temperature is summed over so many rows at a time

// Bytes of device memory that backward holds while it runs: p and d_z of every edge, and for d_temperature
// the terms of rows and of chunks in double.
template <class Scalar>
std::size_t backward_scratch(const Inputs<Scalar>& in, const Neighbours& neighbours,
                             const Gradients<Scalar>& gradients) {
  const std::size_t heads = in.q.extent(0), rows = in.q.extent(1);
  const std::size_t chunks = (rows + chunk_rows - 1) / chunk_rows;
  const std::size_t edges = 2 * heads * static_cast<std::size_t>(neighbours.edges()) * sizeof(Scalar);
  return edges + (gradients.d_temperature.size() > 0 ? heads * (rows + chunks) * sizeof(double) : 0);
}

// Flops and bytes of forward if each number is touched once.
template <class Scalar> Cost forward_cost(const Inputs<Scalar>& in, const Neighbours& neighbours) {
  const auto heads = static_cast<double>(in.q.extent(0)), rows = static_cast<double>(in.q.extent(1));
  const auto edges = static_cast<double>(neighbours.edges());
  const auto widths = static_cast<double>(in.q.extent(2) + in.v.extent(2));
  const auto read = static_cast<double>(in.k.size() + in.v.size() + in.bias.size() + in.values.size());
  return {2 * heads * edges * widths, (heads * rows * (widths + 1) + read) * double(sizeof(Scalar)) +
                                          (rows + 1 + edges) * double(sizeof(Index))};
}

}  // namespace attune::attention::graph
