// core/results/divided.hpp
//
// Writes the data sets that are divided among ranks, each rank its box, with collective MPI-IO.
#pragma once

#include "core/domain/domain.hpp"
#include "core/results/contents.hpp"

namespace attune::results {

// Into a skeleton that lies at path. Collective; a rank without cells takes part. Throws Fault.
void write_divided(const std::string& path, const Contents& contents, const Domain& world);

// The bytes that write_divided() will add, and a little more.
std::size_t divided_bytes(const Contents& contents);

}  // namespace attune::results
