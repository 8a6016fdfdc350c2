// bench/cases.cpp
#include "bench/cases.hpp"

#include <algorithm>

namespace attune::bench {
namespace {

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::vector<Family> every_family(const Sizes& sizes) {
  return {dense_family(sizes),  rounded_family(sizes), small_family(sizes), triangle_family(sizes),
          window_family(sizes), stencil_family(sizes), graph_family(sizes)};
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& family : every_family(standard_sizes())) {
    all.push_back(family.name);
    for (const auto& one : family.cases)
      if (!contains(all, one.name)) all.push_back(one.name);
  }
  return all;
}

std::vector<Family> chosen(const std::vector<Family>& families, const std::vector<std::string>& words) {
  if (words.empty()) return families;
  std::vector<Family> some;
  for (const auto& family : families) {
    std::vector<std::string> wanted;
    for (const auto& one : family.cases)
      if (contains(words, family.name) || contains(words, one.name)) {
        wanted.push_back(one.name);
        wanted.push_back(one.bars.against);
      }
    Family kept{family.name, {}};
    for (const auto& one : family.cases)
      if (contains(wanted, one.name)) kept.cases.push_back(one);
    if (!kept.cases.empty()) some.push_back(kept);
  }
  return some;
}

}  // namespace attune::bench
