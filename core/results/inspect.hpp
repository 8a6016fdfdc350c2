// core/results/inspect.hpp
//
// What `attune claims`, `verify`, `diff` and `info` say of files. They return text; printing is the caller's.
// Files are opened after the check of foreign.hpp; what is no readable HDF5 file is an InputError(input).
#pragma once

#include <string>
#include <vector>

namespace attune {

struct Inspection {
  std::string text;  // lines
  bool sound = true;  // no claim that counts is red; no fault; no difference
};

// Result files among the paths and below directories: *.h5 but not weights; sorted. Throws InputError(input)
// where there is none.
std::vector<std::string> result_files(const std::vector<std::string>& paths);

// One row a claim. An identity, a convergence or a statistical claim counts.
Inspection inspect_claims(const std::vector<std::string>& paths);

// Reads everything, so that checksums are compared, and holds the file against the schema. One line a fault.
Inspection verify_files(const std::vector<std::string>& paths);

// Data sets at the root of two files: those that only one has, shapes, the largest absolute and relative
// difference. Sound if |a - b| <= tolerance * max(|a|, |b|) everywhere; NaN equals NaN.
Inspection diff_files(const std::string& a, const std::string& b, double tolerance);

// Provenance.
Inspection describe_file(const std::string& path);

}  // namespace attune
