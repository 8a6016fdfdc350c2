// core/results/skeleton.hpp
//
// A whole file, built in memory by one rank: everything but the values of the data sets that are divided
// among ranks. HDF5 does not see the disk, so a full disk is an error of one write() and not of a
// half-flushed library.
#pragma once

#include "core/results/contents.hpp"

namespace attune::results {

std::vector<char> build_skeleton(const Contents& contents);

}  // namespace attune::results
