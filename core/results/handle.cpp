// core/results/handle.cpp
#include "core/results/handle.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace attune::results {
namespace {

// The system's own words, where the library quotes them, say it best.
std::string shortened(const std::string& description) {
  const std::string key = "error message = '";
  const auto begin = description.find(key);
  if (begin == std::string::npos) return description;
  const auto end = description.find('\'', begin + key.size());
  return description.substr(begin + key.size(), end - begin - key.size());
}

herr_t keep_innermost(unsigned, const H5E_error2_t* error, void* text) {
  auto& reason = *static_cast<std::string*>(text);
  if (reason.empty() && error->desc != nullptr) reason = error->desc;
  return 0;
}

std::string innermost_reason() {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &reason);
  H5Eclear2(H5E_DEFAULT);
  return reason;
}

bool speaks_of_locks(const std::string& reason) {
  return reason.find("unable to lock file") != std::string::npos;
}

}  // namespace

void fail(const std::string& what) {
  const std::string reason = shortened(innermost_reason());
  throw Fault(reason.empty() ? "cannot " + what : "cannot " + what + ": " + reason);
}

void silence() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

std::vector<hsize_t> to_extents(const std::vector<Index>& shape) { return {shape.begin(), shape.end()}; }

Handle open_file(const std::string& path, unsigned flags, const Handle& access) {
  silence();
  const hid_t file = H5Fopen(path.c_str(), flags, access);
  if (file >= 0) return {file, H5Fclose, ""};
  const std::string reason = innermost_reason();
  if (!speaks_of_locks(reason)) throw Fault("cannot open it: " + shortened(reason));
  static bool said = false;
  if (!std::exchange(said, true))
    fmt::print(stderr, "attune: the file system of {} has no file locks; files are opened without\n", path);
  checked(H5Pset_file_locking(access, false, true), "open it without a lock");
  return {H5Fopen(path.c_str(), flags, access), H5Fclose, "open it"};
}

Handle properties(hid_t of_class) { return {H5Pcreate(of_class), H5Pclose, "make properties"}; }

Handle creation(hid_t of_class) {
  Handle made = properties(of_class);
  checked(H5Pset_obj_track_times(made, false), "leave times out");
  checked(H5Pset_attr_creation_order(made, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
          "order attributes");
  return made;
}

}  // namespace attune::results
