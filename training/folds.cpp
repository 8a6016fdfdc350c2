// training/folds.cpp
#include "training/folds.hpp"

#include <algorithm>
#include <map>

#include "core/core/require.hpp"

namespace attune::training {

Folds folds(Index samples, int k, const Random& random) {
  require(k >= 1 && k <= samples, "no more folds than samples");
  const Samples order = shuffled(samples, random, 0);
  Folds fold(samples);
  for (Index i = 0; i < samples; ++i) fold[order[i]] = static_cast<int>(i % k);
  return fold;
}

Folds grouped_folds(const std::vector<Index>& group, int k, const Random& random) {
  std::map<Index, Samples> by_name;
  for (std::size_t i = 0; i < group.size(); ++i) by_name[group[i]].push_back(static_cast<Index>(i));
  require(k >= 1 && k <= static_cast<int>(by_name.size()), "no more folds than groups");

  std::vector<Samples> groups;
  for (auto& [name, members] : by_name) groups.push_back(std::move(members));
  Samples order = shuffled(static_cast<Index>(groups.size()), random, 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](Index a, Index b) { return groups[a].size() > groups[b].size(); });

  Folds fold(group.size());
  std::vector<std::size_t> size(k, 0);
  for (const Index g : order) {
    const auto smallest = std::min_element(size.begin(), size.end());
    for (const Index member : groups[g]) fold[member] = static_cast<int>(smallest - size.begin());
    *smallest += groups[g].size();
  }
  return fold;
}

Split split(const Folds& folds, int tested) {
  Split parts;
  for (std::size_t i = 0; i < folds.size(); ++i)
    (folds[i] == tested ? parts.test : parts.train).push_back(static_cast<Index>(i));
  return parts;
}

}  // namespace attune::training
