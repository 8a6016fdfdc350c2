// core/results/memory_file.hpp
//
// An HDF5 file in memory, and its bytes once it is closed. H5Fget_file_image would be the way, but in HDF5
// 1.10 it takes the mark of an open file out of a 1.10 superblock without renewing the superblock's checksum.
#pragma once

#include <memory>

#include "core/results/handle.hpp"

namespace attune::results {

class MemoryFile {
 public:
  MemoryFile();
  hid_t id() const { return file_; }
  std::vector<char> close();

 private:
  std::unique_ptr<std::vector<char>> bytes_;  // filled when HDF5 lets go of its memory
  Handle file_;
};

}  // namespace attune::results
