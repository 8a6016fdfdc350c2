// core/results/contents.cpp
#include "core/results/contents.hpp"

#include <algorithm>
#include <numeric>

#include "core/core/require.hpp"

namespace attune::results {
namespace {

constexpr Index largest_chunk = Index(1) << 20;

void settle_axes(Contents& contents, const Item& item) {
  require(item.axes.size() == item.shape.size(),
          "data set '" + item.name + "' has as many axes as dimensions");
  for (std::size_t d = 0; d < item.axes.size(); ++d) {
    const auto [known, fresh] = contents.axis_length.try_emplace(item.axes[d], item.shape[d]);
    require(fresh || known->second == item.shape[d],
            "axis '" + item.axes[d] + "' has one length: " + std::to_string(known->second) + ", not " +
                std::to_string(item.shape[d]) + " as in data set '" + item.name + "'");
  }
}

Item numbered_axis(const std::string& axis, Index length) {
  std::vector<Index> numbers(length);
  std::iota(numbers.begin(), numbers.end(), 0);
  const std::string meaning = "index along " + axis;
  Item scale = declared({axis.c_str(), "1", axis.c_str(), meaning.c_str()});
  fill(scale, {length}, numbers);
  return scale;
}

}  // namespace

const Item* find(const Contents& contents, const std::string& name) {
  for (const auto& item : contents.items)
    if (item.name == name) return &item;
  return nullptr;
}

Item& add(Contents& contents, Item item) {
  require(!item.name.empty(), "a data set has a name");
  require(find(contents, item.name) == nullptr, "data set '" + item.name + "' is written once");
  for (const char* taken : {"entry", "provenance", "claims", "VTKHDF"})
    require(item.name != taken,
            "a data set is not named '" + item.name + "', which is a group of every file");
  if (item.described && !item.growing) settle_axes(contents, item);
  return contents.items.emplace_back(std::move(item));
}

void complete_axes(Contents& contents) {
  for (const auto& item : contents.items)
    if (item.growing) settle_axes(contents, item);
  for (const auto& [axis, length] : contents.axis_length) {
    const Item* coordinates = find(contents, axis);
    require(coordinates == nullptr || coordinates->is_coordinate(),
            "axis '" + axis + "' has not the name of a data set that is something else");
    if (coordinates == nullptr) contents.items.push_back(numbered_axis(axis, length));
  }
  std::stable_partition(contents.items.begin(), contents.items.end(),
                        [](const Item& i) { return i.is_coordinate(); });
}

std::vector<Index> chunk_shape(const Item& item) {
  std::vector<Index> chunk = item.shape;
  for (auto& extent : chunk)
    while (extent > 1 && cells(chunk) * static_cast<Index>(item.width) > largest_chunk)
      extent = (extent + 1) / 2;
  require(cells(chunk) * static_cast<Index>(item.width) <= largest_chunk, "a word is shorter than 1 MiB");
  return chunk;
}

}  // namespace attune::results
