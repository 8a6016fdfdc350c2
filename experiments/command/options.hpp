// experiments/command/options.hpp
//
// The command line, read. What is wrong with it is an InputError (usage) of one line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/core/require.hpp"

namespace attune::command {

struct Options {
  std::vector<std::string> line;  // argv
  std::string command;  // list, run, ...
  std::vector<std::string> names;  // F/E or DECK.toml, families, kernels, or files
  std::vector<std::string> overrides;  // table.key=value
  std::string out = "results", data, scale;
  std::optional<std::uint32_t> seed;
  double tolerance = 0;
  bool dry_run = false, smoke = false;
  std::vector<int> threads;  // of bench, ascending; empty: one, two and all
  std::string peers;  // FILE of seconds of a peer
  std::string help;  // if not empty, what was asked for is this text
};

Options read_command_line(int argc, char** argv);

// "attune: SENTENCE; 'attune HELP --help' lists them"; `help` may be empty.
[[noreturn]] void refuse_usage(const std::string& sentence, const std::string& help = "");

// " (did you mean 'list'?)", or nothing if no name is near.
std::string guess(const std::string& given, const std::vector<std::string>& names);

}  // namespace attune::command
