// core/results/words.hpp
//
// Data sets of words, of variable length: netCDF before 4.9.1 crashes on those of fixed length. HDF5 keeps
// such words in a heap without checksums, so their fingerprint stands beside them as the attribute xxh64.
#pragma once

#include "core/results/handle.hpp"

namespace attune::results {

Handle words_type();

void write_words(hid_t data, const std::vector<std::string>& words);

// Of variable or fixed length; throws Fault where it is neither, or longer than 64 MiB, or not what xxh64
// says.
std::vector<std::string> read_words(hid_t data);

}  // namespace attune::results
