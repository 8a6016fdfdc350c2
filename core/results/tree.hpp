// core/results/tree.hpp
//
// A file in the layout of somebody else: groups, attributes and data sets by their paths, gathered in memory
// and written at one go. Knows no layout; those who do build trees.
//
//   Tree tree;
//   tree.attribute("/", "dataset_name", "diffusion");
//   tree.data("dimensions/time", {steps}, times);        groups on the way are made
//   tree.attribute("dimensions/time", "sample_varying", false);
//   write_tree("results/heat/E.the_well.hdf5", tree, world);
//
// Numbers  float32 and float64 as given; Index as int64; bool as the enumeration of int8 {FALSE, TRUE} that h5py
//          reads as bool; words of variable length in UTF-8, which h5py reads as str
// Limits   the tree is the same on every rank, or that of the first is written; no checksums of values, as
//          readers of other layouts may not know them: the file is read back before it gets its name
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/domain/domain.hpp"

namespace attune {

class Tree {
 public:
  using Value = std::variant<bool, Index, double, std::string, std::vector<bool>, std::vector<Index>,
                             std::vector<double>, std::vector<std::string>>;
  using Numbers =
      std::variant<std::vector<float>, std::vector<double>, std::vector<Index>, std::vector<bool>>;

  // Of a group or data set; "/" is the root. Attributes keep their order.
  void attribute(const std::string& path, const std::string& name, const Value& value);
  void attribute(const std::string& path, const std::string& name, const char* text) {
    attribute(path, name, std::string(text));
  }

  void group(const std::string& path);

  // Row-major; as many values as the shape has places.
  void data(const std::string& path, const std::vector<Index>& shape, const Numbers& values);

  struct Attribute {
    std::string path, name;
    Value value;
  };
  struct Data {
    std::string path;
    std::vector<Index> shape;
    Numbers values;
  };
  std::vector<std::string> groups;
  std::vector<Data> sets;
  std::vector<Attribute> attributes;
};

// Complete or absent; makes the directory. Collective; throws InputError(io) on every rank alike.
void write_tree(const std::string& path, const Tree& tree, const Domain& world);

}  // namespace attune
