// core/results/provenance.hpp
//
// Where a result comes from: what the run was asked, and what program answered. No hosts, ranks or times:
// those differ between runs that give the same answer, and stand in E.run.json.
#pragma once

#include <cstdint>
#include <string>

#include "core/results/claim.hpp"

namespace attune {

struct Provenance {
  std::string experiment;  // F/E
  std::string question;
  std::string deck;  // the complete resolved deck, TOML
  std::string precision;  // "double" or "float"
  std::uint32_t seed = 0;
  Scale scale = Scale::quick;
  bool measurement =
      false;  // measured times, in E.timing.h5: the one kind of file that differs on repetition
};

// The program, as it was built.
struct Build {
  std::string version;  // of Attune
  std::string git;  // commit, with "-dirty" where the sources were changed; "unknown" outside a repository
  std::string compiler;
  std::string flags;
  std::string kokkos;  // version
  std::string backend;  // execution space
  std::string hdf5;  // version
};
Build build();

}  // namespace attune
