// core/results/results_file.hpp
//
// What a Results holds until it is closed.
#pragma once

#include "core/results/contents.hpp"
#include "core/results/results.hpp"

namespace attune {

struct Results::File {
  Domain world;
  std::string stem;  // DIR/F/E
  std::string path;  // of the file to be
  results::Contents contents;

  struct Snapshot {
    Index step;
    double time;
    std::string file;
  };
  std::vector<Snapshot> snapshots;
  std::vector<std::string> attached;  // files in other layouts
};

}  // namespace attune
