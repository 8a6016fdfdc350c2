// core/results/image.cpp
#include "core/results/image.hpp"

#include <filesystem>
#include <fstream>
#include <new>

#include "core/core/require.hpp"

namespace attune {

Picture read_picture(const std::string& path) {
  const auto refuse = [&](const std::string& why) { throw InputError(Exit::input, path + ": " + why); };
  std::error_code unreadable;
  if (!std::filesystem::exists(path, unreadable)) refuse("there is no such file");
  if (!std::filesystem::is_regular_file(path, unreadable)) refuse("is not a file");
  std::ifstream file(path, std::ios::binary);
  char magic[2] = {};
  if (!file.read(magic, 2)) refuse("cannot be read, or is empty");
  try {
    if (magic[0] == '\x89' && magic[1] == 'P') return results::read_png(path);
    if (magic[0] == 'P' && (magic[1] == '2' || magic[1] == '5')) return results::read_pgm(path);
  } catch (const std::bad_alloc&) {
    refuse("does not fit into memory");
  }
  throw InputError(Exit::input, path + ": is neither a PNG nor a PGM picture");
}

}  // namespace attune
