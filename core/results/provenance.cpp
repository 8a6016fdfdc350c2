// core/results/provenance.cpp
#include "core/results/provenance.hpp"

#include <hdf5.h>

#include <Kokkos_Core.hpp>

#include "core/core/views.hpp"
#include "core/results/attribute.hpp"
#include "core/results/build_facts.hpp"
#include "core/results/parts.hpp"

namespace attune {

Build build() {
  Build facts;
  facts.version = results::build_facts::version;
  facts.git = results::build_facts::git;
  facts.compiler = results::build_facts::compiler;
  facts.flags = results::build_facts::flags;
  facts.kokkos = std::to_string(KOKKOS_VERSION / 10000) + "." + std::to_string(KOKKOS_VERSION / 100 % 100) +
                 "." + std::to_string(KOKKOS_VERSION % 100);
  facts.backend = Device::name();
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  facts.hdf5 = std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
  return facts;
}

namespace results {

void write_provenance(hid_t file, const Contents& contents) {
  const Handle group = create_group(file, "provenance");
  const Provenance& run = contents.provenance;
  const Build program = build();
  write_attribute(group, "software", "Attune");
  write_attribute(group, "version", program.version);
  write_attribute(group, "git", program.git);
  write_attribute(group, "compiler", program.compiler);
  write_attribute(group, "flags", program.flags);
  write_attribute(group, "kokkos", program.kokkos);
  write_attribute(group, "backend", program.backend);
  write_attribute(group, "hdf5", program.hdf5);
  write_attribute(group, "experiment", run.experiment);
  write_attribute(group, "question", run.question);
  write_attribute(group, "precision", run.precision);
  write_attribute(group, "scale", word(run.scale));
  write_attribute(group, "seed", Index(run.seed));

  // A data set: decks may be longer than an attribute.
  const Handle type = text_type(run.deck.size()), deck = create_scalar(group, "deck", type);
  checked(H5Dwrite(deck, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, run.deck.c_str()), "write the deck");
}

}  // namespace results
}  // namespace attune
