// core/results/inspect_verify.cpp
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>

#include "core/core/require.hpp"
#include "core/results/attribute.hpp"
#include "core/results/inspect.hpp"
#include "core/results/item.hpp"
#include "core/results/slabs.hpp"
#include "core/results/stored.hpp"
#include "core/results/words.hpp"

namespace attune {
namespace {

using results::Fault;
using results::Foreign;
using results::Handle;
using Faults = std::vector<std::string>;

constexpr std::size_t most_chunk_bytes = std::size_t(1) << 20;

// Runs one check; what it throws is a fault.
void note(Faults& faults, const std::string& where, const std::function<void()>& check) {
  try {
    check();
  } catch (const Fault& fault) {
    faults.push_back(where + ": " + fault.what());
  }
}

void check_storage(hid_t data) {
  const Handle storage(H5Dget_create_plist(data), H5Pclose, "look at its storage");
  if (H5Pget_layout(storage) != H5D_CHUNKED) return;
  std::vector<hsize_t> chunk(results::shape_of(data).size());
  H5Pget_chunk(storage, static_cast<int>(chunk.size()), chunk.data());
  const Handle type(H5Dget_type(data), H5Tclose, "look at its type");
  std::size_t bytes = H5Tget_size(type);
  for (const auto extent : chunk) bytes *= extent;
  if (bytes > most_chunk_bytes) throw Fault("has chunks of more than 1 MiB");
  bool sums = false;
  for (int f = 0; f < H5Pget_nfilters(storage); ++f) {
    std::size_t values = 0;
    unsigned flags = 0;
    sums = sums || H5Pget_filter2(storage, static_cast<unsigned>(f), &flags, &values, nullptr, 0, nullptr,
                                  nullptr) == H5Z_FILTER_FLETCHER32;
  }
  if (!sums) throw Fault("has chunks without a checksum");
}

// Reading is what compares checksums.
void check_values(hid_t data, bool finite) {
  if (results::holds_words(data)) {
    results::read_words(data);
    return;
  }
  results::each_slab(data, H5T_NATIVE_DOUBLE, sizeof(double), [&](const results::Slab& slab) {
    if (!finite) return;
    const auto* values = reinterpret_cast<const double*>(slab.bytes);
    for (Index i = 0; i < results::cells(slab.count); ++i)
      if (!std::isfinite(values[i]))
        throw Fault("has a value that is not finite, and no attribute allows_nan");
  });
}

bool is_scale(hid_t data) { return results::has_attribute(data, "CLASS"); }

// Units, meaning, and a scale of the right length for each axis.
void check_description(const Foreign& foreign, hid_t data) {
  for (const char* key : {"units", "long_name", "axes"})
    if (!results::has_attribute(data, key)) throw Fault(std::string("has no attribute ") + key);
  const auto axes = results::split_words(results::read_text_attribute(data, "axes"));
  const auto shape = results::shape_of(data);
  if (axes.size() != shape.size()) throw Fault("names other axes than it has");
  for (std::size_t d = 0; d < axes.size(); ++d) {
    if (!results::has_link(foreign.file, axes[d])) throw Fault("has an axis without a scale: " + axes[d]);
    const Handle scale = results::open_data(foreign.file, axes[d]);
    if (!is_scale(scale) || results::shape_of(scale) != std::vector<Index>{shape[d]})
      throw Fault("has an axis whose scale does not fit: " + axes[d]);
  }
  if (!axes.empty() && !is_scale(data) && !results::has_attribute(data, "DIMENSION_LIST"))
    throw Fault("is not attached to its scales");
}

void check_data(const Foreign& foreign, Faults& faults) {
  for (const auto& path : foreign.data) {
    const bool at_root = path.rfind('/') == 0;
    note(faults, path, [&] {
      const Handle data = results::open_data(foreign.file, path);
      check_storage(data);
      check_values(data,
                   at_root && results::holds_floats(data) && !results::has_attribute(data, "allows_nan"));
      if (at_root) check_description(foreign, data);
    });
  }
  if (results::root_data(foreign).empty()) faults.push_back("no data set at the root");
}

void check_provenance(const Foreign& foreign, Faults& faults) {
  note(faults, "/provenance", [&] {
    const Handle group = results::open_group(foreign.file, "provenance");
    for (const char* key : {"version", "git", "compiler", "flags", "kokkos", "backend", "precision", "seed",
                            "scale", "experiment", "question"})
      if (!results::has_attribute(group, key)) throw Fault(std::string("has no attribute ") + key);
    if (!results::has_link(group, "deck")) throw Fault("has no deck");
  });
}

void check_claims(const Foreign& foreign, Faults& faults) {
  const auto names = results::claim_names(foreign);
  if (names.empty()) faults.push_back("no claims");
  for (const auto& name : names)
    note(faults, "/claims/" + name, [&] {
      const auto stored = results::read_claim(foreign, name);
      if (stored.holds < -1 || stored.holds > 1) throw Fault("has a verdict that is none");
      if (stored.holds != -1 && results::is_red(stored) != (stored.holds == 0))
        throw Fault("its verdict does not follow from its numbers");
    });
}

void check_image(const Foreign& foreign, Faults& faults) {
  note(faults, "/VTKHDF", [&] {
    const Handle group = results::open_group(foreign.file, "VTKHDF");
    for (const char* key : {"Version", "Type", "WholeExtent", "Origin", "Spacing"})
      if (!results::has_attribute(group, key)) throw Fault(std::string("has no attribute ") + key);
    if (!results::has_link(group, "PointData")) throw Fault("has no PointData");
  });
}

Faults faults_of(const std::string& path) {
  Faults faults;
  try {
    const Foreign foreign = results::open_checked(path, results::any_size);
    check_data(foreign, faults);
    check_provenance(foreign, faults);
    if (std::filesystem::path(path).filename().string().find(".step") != std::string::npos)
      check_image(foreign, faults);
    else
      check_claims(foreign, faults);
    for (auto& fault : faults) fault = path + ": " + fault;
  } catch (const InputError& error) {
    faults.push_back(error.what());
  }
  return faults;
}

}  // namespace

Inspection verify_files(const std::vector<std::string>& paths) {
  Inspection inspection;
  const auto files = result_files(paths);
  std::size_t faults = 0;
  for (const auto& path : files) {
    for (const auto& fault : faults_of(path)) {
      inspection.text += fault + "\n";
      ++faults;
    }
  }
  inspection.text += fmt::format("{} files, {} faults\n", files.size(), faults);
  inspection.sound = faults == 0;
  return inspection;
}

}  // namespace attune
