// core/results/slabs.hpp
//
// Reads a data set a few MiB at a time, so that a file larger than memory can be checked.
#pragma once

#include <functional>

#include "core/results/handle.hpp"

namespace attune::results {

struct Slab {
  std::vector<Index> start, count;  // of the data set's box that is held
  const char* bytes;
};

// Reads all of the data set in the memory type, of `width` bytes, calling visit for one slab after the other.
void each_slab(hid_t data, hid_t memory_type, std::size_t width,
               const std::function<void(const Slab&)>& visit);

// Reads one box of it.
void read_range(hid_t data, hid_t memory_type, const std::vector<Index>& start,
                const std::vector<Index>& count, void* values);

std::vector<Index> shape_of(hid_t data);

}  // namespace attune::results
