// core/results/inspect_files.cpp
#include <algorithm>
#include <filesystem>

#include "core/core/require.hpp"
#include "core/results/inspect.hpp"

namespace attune {
namespace {

bool is_result(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  return name.ends_with(".h5") && !name.ends_with(".weights.h5") && !name.starts_with(".");
}

}  // namespace

std::vector<std::string> result_files(const std::vector<std::string>& paths) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  for (const auto& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> below;
    const auto options = fs::directory_options::skip_permission_denied;
    for (auto entry = fs::recursive_directory_iterator(path, options, error);
         !error && entry != fs::recursive_directory_iterator(); entry.increment(error))
      if (entry->is_regular_file(error) && is_result(entry->path())) below.push_back(entry->path().string());
    if (below.empty()) throw InputError(Exit::input, path + ": no result files are in this directory");
    std::sort(below.begin(), below.end());
    files.insert(files.end(), below.begin(), below.end());
  }
  if (files.empty()) throw InputError(Exit::input, "no result file is named");
  return files;
}

}  // namespace attune
