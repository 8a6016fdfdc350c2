// attention/bias/graph_distance.cpp
#include "attention/bias/graph_distance.hpp"

#include <algorithm>

#include "core/core/require.hpp"

namespace attune::attention::bias {
namespace {

void require_csr(const std::vector<Index>& row_offsets, const std::vector<Index>& columns) {
  require(!row_offsets.empty() && row_offsets.front() == 0 &&
              row_offsets.back() == static_cast<Index>(columns.size()),
          "row_offsets begin with 0 and end with the number of edges");
  const auto nodes = static_cast<Index>(row_offsets.size()) - 1;
  for (Index i = 0; i < nodes; ++i)
    require(row_offsets[i] <= row_offsets[i + 1], "row_offsets do not decrease");
  for (const Index j : columns) require(j >= 0 && j < nodes, "an edge leads to a node");
}

}  // namespace

std::vector<std::uint8_t> shortest_path_buckets(const std::vector<Index>& row_offsets,
                                                const std::vector<Index>& columns, int most) {
  require_csr(row_offsets, columns);
  require(most >= 0 && most <= 254, "most in 0..254");
  const std::size_t nodes = row_offsets.size() - 1;
  const auto unreached = static_cast<std::uint8_t>(most + 1);
  std::vector<std::uint8_t> index(nodes * nodes, unreached);

  std::vector<Index> found;  // in the order of their distance
  for (std::size_t i = 0; i < nodes; ++i) {
    std::uint8_t* const distance = index.data() + i * nodes;
    distance[i] = 0;
    found.assign(1, static_cast<Index>(i));
    for (std::size_t n = 0; n < found.size(); ++n) {
      const Index node = found[n];
      const auto next = static_cast<std::uint8_t>(std::min(distance[node] + 1, most));
      for (Index edge = row_offsets[node]; edge < row_offsets[node + 1]; ++edge) {
        if (distance[columns[edge]] != unreached) continue;
        distance[columns[edge]] = next;
        found.push_back(columns[edge]);
      }
    }
  }
  return index;
}

}  // namespace attune::attention::bias
