// core/results/inspect_info.cpp
#include <fmt/format.h>

#include "core/core/require.hpp"
#include "core/results/attribute.hpp"
#include "core/results/inspect.hpp"
#include "core/results/item.hpp"
#include "core/results/slabs.hpp"
#include "core/results/stored.hpp"
#include "core/results/words.hpp"

namespace attune {
namespace {

using results::Foreign;
using results::Handle;

std::string facts(const Foreign& foreign) {
  const Handle group = results::open_group(foreign.file, "provenance");
  std::string text;
  for (const char* key : {"experiment", "question", "scale", "seed", "precision", "software", "version",
                          "git", "compiler", "flags", "kokkos", "backend", "hdf5"}) {
    if (!results::has_attribute(group, key)) continue;
    const bool number = std::string(key) == "seed";
    text += fmt::format("{:<12}{}\n", key,
                        number ? fmt::format("{}", results::read_integer_attribute(group, key))
                               : results::read_text_attribute(group, key));
  }
  return text;
}

std::string data_sets(const Foreign& foreign) {
  std::string text;
  for (const auto& name : results::root_data(foreign)) {
    const Handle data = results::open_data(foreign.file, name);
    const bool described = results::has_attribute(data, "units") && results::has_attribute(data, "long_name");
    text += fmt::format("  {} {}  {}\n", name, results::bracketed(results::shape_of(data)),
                        described ? fmt::format("[{}]  {}", results::read_text_attribute(data, "units"),
                                                results::read_text_attribute(data, "long_name"))
                                  : "");
  }
  return text;
}

std::string deck(const Foreign& foreign) {
  for (const auto& line : results::read_words(results::open_data(foreign.file, "/provenance/deck")))
    return line;
  return "";
}

}  // namespace

Inspection describe_file(const std::string& path) {
  const auto foreign = results::open_checked(path, results::any_size);
  try {
    if (!results::has_link(foreign.file, "provenance")) throw results::Fault("has no provenance");
    return {facts(foreign) + "\ndata sets\n" + data_sets(foreign) + "\ndeck\n" + deck(foreign), true};
  } catch (const results::Fault& fault) {
    throw InputError(Exit::input, path + ": " + fault.what());
  }
}

}  // namespace attune
