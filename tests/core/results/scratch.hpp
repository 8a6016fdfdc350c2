// tests/core/results/scratch.hpp
//
// A folder of one test's own, empty at first, the same on every rank.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "core/core/require.hpp"
#include "core/domain/domain.hpp"

inline std::string scratch(const std::string& name) {
  const attune::Domain world = attune::Domain::world();
  const std::string folder = "scratch/" + name + "." + std::to_string(world.communicator().size);
  if (world.speaks()) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
  }
  world.any(false);  // waits for the first rank
  return folder;
}

inline std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// The text of the InputError that the body throws, after its exit code: "5 out: no space"; "" if it throws
// none.
template <class Body> std::string input_error(Body&& body) {
  try {
    body();
  } catch (const attune::InputError& error) {
    return std::to_string(static_cast<int>(error.code)) + " " + error.what();
  }
  return "";
}
