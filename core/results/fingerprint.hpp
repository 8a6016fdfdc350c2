// core/results/fingerprint.hpp
//
// A number that tells whether the same values stand in the same places: the sum modulo 2^64 of xxh64(value,
// place) over elements. Being a sum of integers, it is the same however the elements are divided among ranks.
#pragma once

#include <cstdint>

#include "core/results/item.hpp"

namespace attune::results {

// Of elements at `bytes`, of the box [start, start + count) of a data set of that shape.
std::uint64_t fingerprint(const char* bytes, std::size_t width, const std::vector<Index>& shape,
                          const std::vector<Index>& start, const std::vector<Index>& count);

// Of the item's own bytes.
std::uint64_t fingerprint(const Item& item);

}  // namespace attune::results
