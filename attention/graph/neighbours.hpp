// attention/graph/neighbours.hpp
//
// Which keys a query attends to: a directed graph in compressed rows, and its transpose.
//
// Edge e of row i leads from query i to key j = key(e); row i holds the edges first(i) .. first(i + 1) - 1.
// Any list will do: rows without edges, self-loops, and the same pair (i, j) repeated, each time an edge with
// data of its own. So a radius graph of a periodic crystal has an edge for every image of j within the
// cutoff, images of i itself included.
//
// Shapes   first (M + 1), key (edges); transpose: first (N + 1), edge and query (edges)
// Units    8 bytes a number: 8 (M + N + 2 + 3 edges) bytes
#pragma once

#include "core/core/views.hpp"

namespace attune::attention::graph {

// The edges that end in key j, places first(j) .. first(j + 1) - 1, in ascending order of edge: a gradient
// of j is gathered along them, by one thread in one order.
struct Transpose {
  View1<const Index> first;
  View1<const Index> edge, query;
};

struct Neighbours {
  View1<const Index> first;
  View1<const Index> key;
  Transpose transpose;

  KOKKOS_FUNCTION Index queries() const { return first.extent(0) - 1; }
  KOKKOS_FUNCTION Index keys() const { return transpose.first.extent(0) - 1; }
  KOKKOS_FUNCTION Index edges() const { return key.extent(0); }
};

// Checks the rows and builds the transpose, on the host, in O(M + N + edges). Throws BrokenPromise unless
// `first` starts at 0, never descends and ends at the number of edges, and 0 <= key < keys.
Neighbours neighbours(const std::vector<Index>& first, const std::vector<Index>& key, Index keys);

}  // namespace attune::attention::graph
