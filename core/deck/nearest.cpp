// core/deck/nearest.cpp
//
// Optimal string alignment distance: d(i, j) between the first i letters of a and the first j of b,
//   d(i, j) = min( d(i-1, j) + 1, d(i, j-1) + 1, d(i-1, j-1) + [a_i != b_j],
//                  d(i-2, j-2) + 1 if a_i = b_{j-1} and a_{i-1} = b_j )
#include "core/deck/nearest.hpp"

#include <algorithm>

namespace attune {

std::size_t slips(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(above);
    above.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::optional<std::string> nearest(const std::string& given, const std::vector<std::string>& names) {
  std::optional<std::string> best;
  std::size_t fewest = 0;
  for (const auto& name : names) {
    const std::size_t longer = std::max(given.size(), name.size()),
                      shorter = std::min(given.size(), name.size());
    const std::size_t most = std::max<std::size_t>(1, longer / 3);
    if (longer < 2 || longer - shorter > most)
      continue;  // before the table, which a very long key would make large
    const std::size_t distance = slips(given, name);
    if (distance > most || (best && distance >= fewest)) continue;
    best = name;
    fewest = distance;
  }
  return best;
}

}  // namespace attune
