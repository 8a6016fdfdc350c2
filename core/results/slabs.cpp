// core/results/slabs.cpp
#include "core/results/slabs.hpp"

#include <algorithm>

#include "core/results/item.hpp"

namespace attune::results {
namespace {

constexpr Index most_bytes = Index(8) << 20;

// Whole rows of the slowest axes: the largest box of at most 8 MiB that repeats along them, no thinner than a
// chunk.
std::vector<Index> slab_shape(hid_t data, const std::vector<Index>& shape, std::size_t width) {
  std::vector<Index> slab = shape, least(shape.size(), 1);
  const Handle storage(H5Dget_create_plist(data), H5Pclose, "read");
  if (H5Pget_layout(storage) == H5D_CHUNKED) {
    std::vector<hsize_t> chunk(shape.size());
    checked(H5Pget_chunk(storage, static_cast<int>(chunk.size()), chunk.data()), "read");
    for (std::size_t d = 0; d < chunk.size(); ++d)
      least[d] = std::min<Index>(shape[d], static_cast<Index>(chunk[d]));
  }
  for (std::size_t d = 0; d < slab.size(); ++d) {
    const Index others = cells(slab) / std::max<Index>(slab[d], 1);
    const Index fitting = most_bytes / std::max<Index>(others * static_cast<Index>(width), 1);
    slab[d] = std::min(slab[d], std::max(least[d], fitting / least[d] * least[d]));
  }
  return slab;
}

bool next(std::vector<Index>& start, const std::vector<Index>& slab, const std::vector<Index>& shape) {
  for (std::size_t d = start.size(); d-- > 0;) {
    start[d] += slab[d];
    if (start[d] < shape[d]) return true;
    start[d] = 0;
  }
  return false;
}

}  // namespace

std::vector<Index> shape_of(hid_t data) {
  const Handle space(H5Dget_space(data), H5Sclose, "read its shape");
  std::vector<hsize_t> extents(checked(H5Sget_simple_extent_ndims(space), "read its shape"));
  checked(H5Sget_simple_extent_dims(space, extents.data(), nullptr), "read its shape");
  return {extents.begin(), extents.end()};
}

void read_range(hid_t data, hid_t memory_type, const std::vector<Index>& start,
                const std::vector<Index>& count, void* values) {
  const hsize_t here = cells(count);
  if (here == 0) return;
  const Handle file_space(H5Dget_space(data), H5Sclose, "read");
  const auto from = to_extents(start), extent = to_extents(count);
  if (!from.empty())
    checked(H5Sselect_hyperslab(file_space, H5S_SELECT_SET, from.data(), nullptr, extent.data(), nullptr),
            "read");
  const Handle memory_space(H5Screate_simple(1, &here, nullptr), H5Sclose, "read");
  checked(H5Dread(data, memory_type, memory_space, file_space, H5P_DEFAULT, values), "read");
}

void each_slab(hid_t data, hid_t memory_type, std::size_t width,
               const std::function<void(const Slab&)>& visit) {
  const std::vector<Index> shape = shape_of(data);
  if (cells(shape) == 0) return;
  const std::vector<Index> slab = slab_shape(data, shape, width);
  std::vector<char> bytes(cells(slab) * width);
  std::vector<Index> start(shape.size(), 0), count(shape.size());
  do {
    for (std::size_t d = 0; d < shape.size(); ++d) count[d] = std::min(slab[d], shape[d] - start[d]);
    read_range(data, memory_type, start, count, bytes.data());
    visit({start, count, bytes.data()});
  } while (next(start, slab, shape));
}

}  // namespace attune::results
