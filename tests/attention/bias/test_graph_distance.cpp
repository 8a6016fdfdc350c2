// tests/attention/bias/test_graph_distance.cpp
#include "attention/bias/graph_distance.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/core/random.hpp"
#include "core/core/require.hpp"

using namespace attune;
using attention::bias::shortest_path_buckets;

namespace {

struct Graph {
  std::vector<Index> row_offsets{0}, columns;
};

// Each edge is there with probability p; given both ways or one way.
Graph random_graph(Index nodes, double p, bool both_ways, std::uint32_t seed) {
  Graph graph;
  for (Index i = 0; i < nodes; ++i) {
    for (Index j = 0; j < nodes; ++j) {
      const Index pair = both_ways ? std::min(i, j) * nodes + std::max(i, j) : i * nodes + j;
      if (i != j && Random{seed, 4}.uniform(pair) < p) graph.columns.push_back(j);
    }
    graph.row_offsets.push_back(static_cast<Index>(graph.columns.size()));
  }
  return graph;
}

// Floyd and Warshall: d(i, j) <- min(d(i, j), d(i, k) + d(k, j)).
std::vector<Index> distances(const Graph& graph, Index far) {
  const auto nodes = static_cast<Index>(graph.row_offsets.size()) - 1;
  std::vector<Index> d(nodes * nodes, far);
  for (Index i = 0; i < nodes; ++i) {
    for (Index edge = graph.row_offsets[i]; edge < graph.row_offsets[i + 1]; ++edge)
      d[i * nodes + graph.columns[edge]] = 1;
    d[i * nodes + i] = 0;
  }
  for (Index k = 0; k < nodes; ++k)
    for (Index i = 0; i < nodes; ++i)
      for (Index j = 0; j < nodes; ++j)
        d[i * nodes + j] = std::min(d[i * nodes + j], d[i * nodes + k] + d[k * nodes + j]);
  return d;
}

}  // namespace

TEST_CASE("graph distance: the buckets are the shortest paths, cut at the most", "[attention][bias]") {
  constexpr Index far = 1000;
  for (const Index nodes : {1, 2, 9, 20})
    for (const bool both_ways : {true, false})
      for (const int most : {0, 1, 3, 254}) {
        const auto graph = random_graph(nodes, 0.15, both_ways, static_cast<std::uint32_t>(nodes));
        const auto truth = distances(graph, far);
        const auto index = shortest_path_buckets(graph.row_offsets, graph.columns, most);
        REQUIRE(index.size() == truth.size());
        for (std::size_t n = 0; n < truth.size(); ++n)
          REQUIRE(index[n] == (truth[n] >= far ? most + 1 : std::min<Index>(truth[n], most)));
      }
}

TEST_CASE("graph distance: a graph of no nodes has no pairs", "[attention][bias]") {
  CHECK(shortest_path_buckets({0}, {}, 5).empty());
}

TEST_CASE("graph distance: what is no graph is refused", "[attention][bias]") {
  CHECK_THROWS_AS(shortest_path_buckets({}, {}, 5), BrokenPromise);
  CHECK_THROWS_AS(shortest_path_buckets({0, 2}, {0}, 5), BrokenPromise);
  CHECK_THROWS_AS(shortest_path_buckets({0, 2, 1}, {0}, 5), BrokenPromise);
  CHECK_THROWS_AS(shortest_path_buckets({0, 1}, {1}, 5), BrokenPromise);
  CHECK_THROWS_AS(shortest_path_buckets({0, 1}, {-1}, 5), BrokenPromise);
  CHECK_THROWS_AS(shortest_path_buckets({0, 0}, {}, 255), BrokenPromise);
}
