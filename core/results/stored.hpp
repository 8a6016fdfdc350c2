// core/results/stored.hpp
//
// What stands in a result file, read back.
#pragma once

#include <cstdint>
#include <limits>

#include "core/results/claim.hpp"
#include "core/results/foreign.hpp"

namespace attune::results {

inline constexpr std::uint64_t any_size = std::numeric_limits<std::uint64_t>::max();

Handle open_data(hid_t file, const std::string& name);
Handle open_group(hid_t file, const std::string& name);
bool has_link(hid_t group, const std::string& name);

// Data sets at the root, without the slash.
std::vector<std::string> root_data(const Foreign& foreign);

bool holds_words(hid_t data);
bool holds_floats(hid_t data);
bool holds_numbers(hid_t data);
double read_scalar(hid_t data);

// A claim as it is stored, and its verdict as the file has it. Throws Fault on a missing attribute or unknown
// word.
struct StoredClaim {
  Claim claim;
  int holds = -1;
};
std::vector<std::string> claim_names(const Foreign& foreign);
StoredClaim read_claim(const Foreign& foreign, const std::string& name);

// Red: evaluated, and the comparison does not hold, whatever the file says of it.
bool is_red(const StoredClaim& stored);
bool counts(Role role);

}  // namespace attune::results
