// core/results/disk.hpp
//
// What the system is asked to do with files: each verb throws Fault with the system's own words.
#pragma once

#include <string>
#include <vector>

namespace attune::results {

void make_directory(const std::string& path);  // and those above it

// Writes a whole file and reserves `further` bytes behind its end, so that a full disk shows now and not in
// the middle of a collective write.
void place_file(const std::string& path, const std::vector<char>& bytes, std::size_t further);

// Until this returns, a crash of the machine may lose the file; then it may not.
void settle_file(const std::string& path);

// Gives a finished file its final name, at once and for good.
void rename_file(const std::string& from, const std::string& to);

void remove_file(const std::string& path) noexcept;

}  // namespace attune::results
