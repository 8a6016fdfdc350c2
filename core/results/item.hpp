// core/results/item.hpp
//
// A data set that waits to be written: all of it, the same on every rank, or this rank's box of it.
#pragma once

#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "core/core/views.hpp"
#include "core/results/dataset.hpp"

namespace attune::results {

enum class Element { float32, float64, int64, text };

struct Item {
  std::string name;  // a path, for what does not lie at the root
  std::string unit, meaning, equation;
  std::vector<std::string> axes;
  bool allows_nan = false;

  Element element = Element::float64;
  std::size_t width = 8;  // bytes of one element
  std::vector<Index> shape;  // of the whole data set
  std::vector<char> bytes;  // row-major

  bool divided = false;  // among the ranks: bytes hold the box [start, start + count)
  std::vector<Index> start, count;
  bool layered = false;  // written one index of the first axis after the other

  bool described = true;  // carries units and axes; false for what stands under a name of another convention
  bool growing = false;  // by append, until the file is written

  // One's own coordinates: such a data set becomes a dimension scale.
  bool is_coordinate() const { return axes.size() == 1 && axes.front() == name; }
  bool is_number() const { return element != Element::text; }
};

inline Index cells(const std::vector<Index>& shape) {
  Index product = 1;
  for (const Index extent : shape) product *= extent;
  return product;
}

std::vector<std::string> split_words(const std::string& blank_separated);

// An item with the words of its declaration and no values.
Item declared(const Dataset& dataset);

template <class Scalar> constexpr Element element_of() {
  if constexpr (std::is_same_v<Scalar, float>) return Element::float32;
  if constexpr (std::is_same_v<Scalar, double>) return Element::float64;
  if constexpr (std::is_same_v<Scalar, Index>) return Element::int64;
}

// Gives the item its values: all of the data set, or the box named by start and count.
template <class Scalar>
void fill(Item& item, const std::vector<Index>& shape, const std::vector<Scalar>& values) {
  item.element = element_of<Scalar>();
  item.width = sizeof(Scalar);
  item.shape = shape;
  item.bytes.resize(values.size() * sizeof(Scalar));
  if (!values.empty()) std::memcpy(item.bytes.data(), values.data(), item.bytes.size());
}

// Words are held side by side, each padded with NUL to the longest.
void fill_text(Item& item, const std::vector<std::string>& words);
std::vector<std::string> words_of(const Item& item);

// The place of the first value that is not finite among the item's own bytes, or -1.
Index first_not_finite(const Item& item);

// "(3, 2)".
std::string bracketed(const std::vector<Index>& indices);

// "(3, 2)": the index of an element in a row-major shape; "" for a scalar.
std::string place_in(const std::vector<Index>& shape, Index element);

}  // namespace attune::results
