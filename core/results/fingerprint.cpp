// core/results/fingerprint.cpp
#include "core/results/fingerprint.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace attune::results {

std::uint64_t fingerprint(const char* bytes, std::size_t width, const std::vector<Index>& shape,
                          const std::vector<Index>& start, const std::vector<Index>& count) {
  if (cells(count) == 0) return 0;
  const std::size_t dimensions = shape.size();
  const Index row = dimensions == 0 ? 1 : count.back(), rows = cells(count) / row;
  std::uint64_t sum = 0;
  for (Index r = 0; r < rows; ++r) {
    Index place = 0, rest = r, stride = dimensions == 0 ? 1 : shape.back();
    for (std::size_t d = dimensions; d-- > 1;) {  // the row's index along axis d - 1
      place += (start[d - 1] + rest % count[d - 1]) * stride;
      rest /= count[d - 1];
      stride *= shape[d - 1];
    }
    if (dimensions > 0) place += start.back();
    for (Index i = 0; i < row; ++i)
      sum += XXH64(bytes + (r * row + i) * width, width, static_cast<XXH64_hash_t>(place + i));
  }
  return sum;
}

std::uint64_t fingerprint(const Item& item) {
  if (item.divided) return fingerprint(item.bytes.data(), item.width, item.shape, item.start, item.count);
  const std::vector<Index> origin(item.shape.size(), 0);
  return fingerprint(item.bytes.data(), item.width, item.shape, origin, item.shape);
}

}  // namespace attune::results
