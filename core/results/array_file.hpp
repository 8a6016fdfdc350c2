// core/results/array_file.hpp
//
// Named arrays in a file of their own, such as trained weights: written as results are, read as foreign files
// are.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/results/results.hpp"

namespace attune {

struct NamedArray {
  Dataset dataset;
  Array array;
};

// Complete or absent. Collective, the same arrays on every rank; throws InputError(io or not_finite) on every
// rank.
void write_arrays(const std::string& path, const Provenance& provenance,
                  const std::vector<NamedArray>& arrays, const Domain& world);

// Every rank that asks reads the file and gets the same; all of it throws InputError(input).
class ArrayFile {
 public:
  explicit ArrayFile(const std::string& path);
  ~ArrayFile();

  // Data sets at the root, coordinates among them.
  const std::vector<std::string>& names() const;
  bool has(const std::string& name) const;

  // Refuses what is no numbers, or not finite.
  Array read(const std::string& name) const;

  // One line of the provenance: "experiment", "git", "precision", ...; "" where the file has none.
  std::string fact(const std::string& key) const;

 private:
  struct Content;
  std::unique_ptr<Content> content_;
};

}  // namespace attune
