// tests/attention/graph/cases.hpp
//
// Graphs that break kernels, and random arrays over them.
#pragma once

#include <numeric>

#include "attention/graph/graph.hpp"
#include "tests/support/arrays.hpp"

namespace attune::test::graphs {

namespace graph = attention::graph;

struct Edges {
  std::vector<Index> first{0}, key;
  Index keys = 0;
  Index queries() const { return static_cast<Index>(first.size()) - 1; }
  void end_row() { first.push_back(static_cast<Index>(key.size())); }
  graph::Neighbours built() const { return graph::neighbours(first, key, keys); }
};

inline Index random_index(std::uint32_t seed, std::uint64_t n, Index below) {
  return static_cast<Index>(Random{seed, 5}.uniform(n) * static_cast<double>(below));
}

// Rows of 0 .. most edges; repeated edges and self-loops occur.
inline Edges random_edges(Index queries, Index keys, Index most, std::uint32_t seed) {
  Edges edges{{0}, {}, keys};
  for (Index i = 0; i < queries; ++i) {
    const Index degree = random_index(seed, i, most + 1);
    for (Index n = 0; n < degree; ++n) edges.key.push_back(random_index(seed + 1, edges.key.size(), keys));
    edges.end_row();
  }
  return edges;
}

// Query 0 has thousands of edges, and every query has one to key 0.
inline Edges hub(Index queries, Index keys, Index degree) {
  Edges edges{{0}, {}, keys};
  for (Index n = 0; n < degree; ++n) edges.key.push_back(n % keys);
  edges.end_row();
  for (Index i = 1; i < queries; ++i) {
    edges.key.push_back(0);
    edges.end_row();
  }
  return edges;
}

inline Edges ring(Index cells, Index reach) {
  Edges edges{{0}, {}, cells};
  for (Index i = 0; i < cells; ++i) {
    for (Index offset = -reach; offset <= reach; ++offset)
      edges.key.push_back(((i + offset) % cells + cells) % cells);
    edges.end_row();
  }
  return edges;
}

// A row of each of these degrees, over and over.
inline Edges degrees(const std::vector<Index>& degree, Index rows, Index keys) {
  Edges edges{{0}, {}, keys};
  for (Index i = 0; i < rows; ++i) {
    for (Index n = 0; n < degree[i % degree.size()]; ++n) edges.key.push_back((3 * i + 5 * n) % keys);
    edges.end_row();
  }
  return edges;
}

inline Edges complete(Index queries, Index keys) {
  Edges edges{{0}, {}, keys};
  for (Index i = 0; i < queries; ++i) {
    for (Index j = 0; j < keys; ++j) edges.key.push_back(j);
    edges.end_row();
  }
  return edges;
}

inline Edges without_edges(Index queries, Index keys) {
  return {std::vector<Index>(queries + 1, 0), {}, keys};
}

// Rows of an optional array: 0 is absent, 1 shared by the heads, else one a head.
struct Case {
  Edges edges;
  Index heads = 2, groups = 1, width = 3, value_width = 2;
  Index bias_rows = 1, values_rows = 1, temperature_rows = 1;
  bool masked = false;  // every third bias -infinity, and the whole of the last row that has edges
  std::optional<double> scale = std::nullopt;
};

inline std::vector<Case> cases() {
  return {
      {random_edges(17, 11, 6, 3), 4, 2, 3, 5, 4, 4, 4},
      {random_edges(9, 30, 12, 4), 3, 3, 8, 8, 1, 1, 1},
      {random_edges(33, 7, 5, 5), 4, 1, 17, 1, 0, 0, 0, false, 0.3},
      {random_edges(12, 12, 9, 6), 6, 2, 1, 9, 1, 6, 6, true},
      {hub(40, 23, 3001), 2, 1, 5, 4, 2, 0, 2},
      {ring(10, 2), 2, 2, 4, 4, 1, 0, 0},
      {ring(3, 7), 1, 1, 2, 3, 1, 1, 1},
      {complete(8, 5), 2, 1, 9, 7, 2, 2, 2},
      {complete(1, 1), 3, 3, 1, 1, 3, 3, 3},
      {without_edges(5, 4), 2, 1, 3, 2, 0, 0, 1},
      {without_edges(0, 0), 2, 1, 3, 2, 0, 0, 1},
      {random_edges(6, 5, 4, 7), 2, 1, 0, 3, 2, 1, 2},
      {degrees({0, 1, 7, 8, 9, 17}, 37, 29), 2, 1, 32, 33, 1, 0, 0},
      {degrees({33, 0, 2, 16, 15, 3}, 18, 19), 2, 2, 41, 8, 0, 1, 1, false},
      {degrees({9, 4, 5, 31}, 17, 40), 1, 1, 16, 64, 1, 0, 0, true},
  };
}

template <class Scalar> struct Arrays {
  graph::Neighbours neighbours;
  View3<Scalar> q, k, v, values;
  View2<Scalar> bias;
  View1<Scalar> temperature;
  std::optional<double> scale;

  graph::Inputs<Scalar> inputs() const { return {q, k, v, bias, values, temperature, scale}; }
};

template <class Scalar> Arrays<Scalar> random_arrays(const Case& c) {
  const Index m = c.edges.queries(), n = c.edges.keys, edges = c.edges.key.size();
  Arrays<Scalar> a{c.edges.built(),
                   random_array<View3<Scalar>>(1, 1, c.heads, m, c.width),
                   random_array<View3<Scalar>>(2, 1, c.groups, n, c.width),
                   random_array<View3<Scalar>>(3, 1, c.groups, n, c.value_width),
                   random_array<View3<Scalar>>(4, 1, c.values_rows, edges, c.value_width),
                   random_array<View2<Scalar>>(5, 1, c.bias_rows, edges),
                   View1<Scalar>("temperature", c.temperature_rows),
                   c.scale};
  std::vector<double> temperature(c.temperature_rows);
  for (std::size_t h = 0; h < temperature.size(); ++h) temperature[h] = 0.7 + 0.25 * double(h);
  assign(a.temperature, temperature);
  if (!c.masked) return a;

  auto bias = test::values(a.bias);
  Index last = m - 1;
  while (c.edges.first[last] == edges) --last;
  for (std::size_t n_bias = 0; n_bias < bias.size(); ++n_bias)
    if (n_bias % 3 == 0 || static_cast<Index>(n_bias) % edges >= c.edges.first[last])
      bias[n_bias] = -INFINITY;
  assign(a.bias, bias);
  return a;
}

template <class To, class From> Arrays<To> converted_arrays(const Arrays<From>& a) {
  return {a.neighbours,
          converted<View3<To>>(a.q),
          converted<View3<To>>(a.k),
          converted<View3<To>>(a.v),
          converted<View3<To>>(a.values),
          converted<View2<To>>(a.bias),
          converted<View1<To>>(a.temperature),
          a.scale};
}

template <class Scalar> graph::Outputs<Scalar> outputs_of(const Arrays<Scalar>& a) {
  return {View3<Scalar>("o", a.q.extent(0), a.q.extent(1), a.v.extent(2)),
          View2<Scalar>("lse", a.q.extent(0), a.q.extent(1))};
}

template <class Scalar> graph::Outputs<Scalar> forward(const Arrays<Scalar>& a) {
  const auto out = outputs_of(a);
  graph::forward(a.inputs(), a.neighbours, out);
  return out;
}

// The gradients of all inputs; of an absent bias, value term or temperature too, one row.
template <class Scalar> graph::Gradients<Scalar> gradients_of(const Arrays<Scalar>& a) {
  const auto rows = [](std::size_t extent) { return extent > 0 ? extent : 1; };
  const std::size_t edges = a.neighbours.edges();
  return {View3<Scalar>("d_q", a.q.layout()),
          View3<Scalar>("d_k", a.k.layout()),
          View3<Scalar>("d_v", a.v.layout()),
          View2<Scalar>("d_bias", rows(a.bias.extent(0)), edges),
          View3<Scalar>("d_values", rows(a.values.extent(0)), edges, a.v.extent(2)),
          View1<Scalar>("d_temperature", rows(a.temperature.extent(0)))};
}

template <class Scalar> graph::OutputGradients<Scalar> random_seeds(const Arrays<Scalar>& a) {
  return {random_array<View3<Scalar>>(11, 1, a.q.extent(0), a.q.extent(1), a.v.extent(2)),
          random_array<View2<Scalar>>(12, 1, a.q.extent(0), a.q.extent(1))};
}

}  // namespace attune::test::graphs
