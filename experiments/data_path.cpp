// experiments/data_path.cpp
#include "experiments/data_path.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace attune::experiments {
namespace {

constexpr char data_variable[] = "ATTUNE_DATA";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

bool is_there(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

std::vector<std::string> data_folders() {
  std::vector<std::string> folders;
  std::istringstream list(environment(data_variable));
  for (std::string folder; std::getline(list, folder, ':');)
    if (!folder.empty()) folders.push_back(folder);
  for (const auto& folder : input_folders()) folders.push_back(folder + "/data");
  return folders;
}

}  // namespace

std::vector<std::string> input_folders() {
  std::vector<std::string> folders;
  if (const auto chosen = environment("ATTUNE_INPUTS"); !chosen.empty()) folders.push_back(chosen);
  folders.push_back("inputs");
  if (is_there(ATTUNE_SOURCE_INPUTS)) folders.push_back(ATTUNE_SOURCE_INPUTS);
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const auto installed = program.parent_path().parent_path() / "share/attune/inputs";
  if (is_there(installed)) folders.push_back(installed);
  return folders;
}

void look_for_data_in(const std::string& folders) {
  const auto further = environment(data_variable);
  setenv(data_variable, (further.empty() ? folders : folders + ":" + further).c_str(), 1);
}

std::string find_data(const std::string& file) {
  if (is_there(file)) return file;
  if (file.empty() || std::filesystem::path(file).is_absolute())
    throw MissingData(file, fmt::format("'{}': no such file", file));
  const auto folders = data_folders();
  for (const auto& folder : folders)
    if (is_there(folder + "/" + file)) return folder + "/" + file;
  throw MissingData(file, fmt::format("'{}': no such file here, nor in {}; --data DIR names another folder",
                                      file, fmt::join(folders, ", ")));
}

}  // namespace attune::experiments
