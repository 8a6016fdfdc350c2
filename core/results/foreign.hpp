// core/results/foreign.hpp
//
// Opens an HDF5 file that may come from anyone. Before a value is read, every object is looked at: nothing
// may lead to another file (external links and storage, virtual data sets, user-defined links), run code of
// others (filters of plugins), or claim more than is bearable.
// Limits  a defect of the HDF5 library itself, met while it parses the file, is beyond this check
#pragma once

#include "core/results/handle.hpp"

namespace attune::results {

struct Foreign {
  Handle file;
  std::vector<std::string> data;  // paths of all data sets reached by hard links
};

inline constexpr std::uint64_t most_foreign_bytes = std::uint64_t(16) << 30;  // of all data sets, unpacked

// Throws InputError(input) "PATH: REASON".
Foreign open_checked(const std::string& path, std::uint64_t most_bytes = most_foreign_bytes);

}  // namespace attune::results
