// core/results/commit.hpp
//
// A file is complete or absent: written to a temporary name, closed, written to the end, read back, renamed.
#pragma once

#include "core/domain/domain.hpp"
#include "core/results/contents.hpp"

namespace attune::results {

// Makes the directory and tries whether a file can be written there. Collective; throws InputError(io) on
// every rank.
void prepare_place(const std::string& path, const Domain& world);

// Collective. Throws InputError(io) on every rank, leaving whatever stood at path and no temporary file.
void commit(const std::string& path, const Contents& contents, const Domain& world);

// DIR/.E.h5.tmp for DIR/E.h5.
std::string temporary_name(const std::string& path);

}  // namespace attune::results
