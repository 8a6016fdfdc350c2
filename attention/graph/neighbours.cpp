// attention/graph/neighbours.cpp
#include "attention/graph/neighbours.hpp"

#include "core/core/require.hpp"

namespace attune::attention::graph {

namespace {

void require_rows(const std::vector<Index>& first, const std::vector<Index>& key, Index keys) {
  require(!first.empty() && first.front() == 0 && first.back() == static_cast<Index>(key.size()),
          "the rows of a graph start at edge 0 and end at the last");
  for (std::size_t i = 1; i < first.size(); ++i)
    require(first[i - 1] <= first[i], "the rows of a graph follow one another");
  for (const Index j : key) require(j >= 0 && j < keys, "every edge of a graph leads to one of its keys");
}

// Counting sort by key: edges of one key stay in ascending order.
Transpose transpose(const std::vector<Index>& first, const std::vector<Index>& key, Index keys) {
  std::vector<Index> first_of_key(static_cast<std::size_t>(keys) + 1, 0);
  for (const Index j : key) ++first_of_key[j + 1];
  for (Index j = 0; j < keys; ++j) first_of_key[j + 1] += first_of_key[j];

  std::vector<Index> place = first_of_key, edge(key.size()), query(key.size());
  for (std::size_t i = 0; i + 1 < first.size(); ++i)
    for (Index e = first[i]; e < first[i + 1]; ++e) {
      const Index n = place[key[e]]++;
      edge[n] = e;
      query[n] = static_cast<Index>(i);
    }
  return {to_device("attention::graph::transpose::first", first_of_key),
          to_device("attention::graph::transpose::edge", edge),
          to_device("attention::graph::transpose::query", query)};
}

}  // namespace

Neighbours neighbours(const std::vector<Index>& first, const std::vector<Index>& key, Index keys) {
  require(keys >= 0, "a graph has no negative number of keys");
  require_rows(first, key, keys);
  return {to_device("attention::graph::first", first), to_device("attention::graph::key", key),
          transpose(first, key, keys)};
}

}  // namespace attune::attention::graph
