// attention/bias/graph_distance.hpp
//
// How many edges lie between two nodes of a graph, as buckets:
//
//   index(i, j) = min(edges of the shortest path from i to j, most),     most + 1 where there is no path
//
// so a table for them has most + 2 entries.
//
// Source   [ying2021], section 3.1.2
// Shapes   the graph as CSR: row_offsets (n + 1), columns (edges); the edges of node i lead to
//          columns[row_offsets[i]] .. columns[row_offsets[i + 1] - 1]; index (n, n)
// Cost     breadth first from each node: n (n + edges) steps, on the host
// Limits   most <= 254; edges are directed: give both ways for a graph that is not
#pragma once

#include "core/core/views.hpp"

namespace attune::attention::bias {

// Throws BrokenPromise unless the CSR is one.
std::vector<std::uint8_t> shortest_path_buckets(const std::vector<Index>& row_offsets,
                                                const std::vector<Index>& columns, int most);

}  // namespace attune::attention::bias
