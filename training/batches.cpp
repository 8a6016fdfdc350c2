// training/batches.cpp
#include "training/batches.hpp"

#include <algorithm>

#include "core/core/require.hpp"

namespace attune::training {

Samples shuffled(Index count, const Random& random, std::uint32_t draw) {
  std::vector<std::pair<std::uint64_t, Index>> keys(count);
  for (Index i = 0; i < count; ++i) keys[i] = {random.words(i, draw).first, i};
  std::sort(keys.begin(), keys.end());
  Samples order(count);
  for (Index i = 0; i < count; ++i) order[i] = keys[i].second;
  return order;
}

Samples order_of_epoch(const Samples& samples, const Random& random, Index epoch) {
  Samples order = shuffled(static_cast<Index>(samples.size()), random, static_cast<std::uint32_t>(epoch));
  for (Index& place : order) place = samples[place];
  return order;
}

Index pieces(Index count, Index size) {
  require(size >= 1, "pieces of one sample at least");
  return (count + size - 1) / size;
}

Samples piece(const Samples& list, Index number, Index size) {
  const Index begin = number * size, end = std::min(begin + size, static_cast<Index>(list.size()));
  require(begin >= 0 && begin < end, "a piece inside the list");
  return {list.begin() + begin, list.begin() + end};
}

}  // namespace attune::training
