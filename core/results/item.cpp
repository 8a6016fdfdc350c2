// core/results/item.cpp
#include "core/results/item.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace attune::results {
namespace {

template <class Scalar> Index first_not_finite_of(const std::vector<char>& bytes) {
  const Index count = static_cast<Index>(bytes.size() / sizeof(Scalar));
  for (Index i = 0; i < count; ++i) {
    Scalar value;
    std::memcpy(&value, bytes.data() + i * sizeof(Scalar), sizeof(Scalar));
    if (!std::isfinite(value)) return i;
  }
  return -1;
}

}  // namespace

std::vector<std::string> split_words(const std::string& blank_separated) {
  std::istringstream stream(blank_separated);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

Item declared(const Dataset& dataset) {
  Item item;
  item.name = dataset.name;
  item.unit = dataset.unit;
  item.meaning = dataset.meaning;
  item.equation = dataset.equation;
  item.axes = split_words(dataset.axes);
  item.allows_nan = dataset.allows_nan;
  return item;
}

void fill_text(Item& item, const std::vector<std::string>& words) {
  item.element = Element::text;
  item.width = 1;
  for (const auto& word : words) item.width = std::max(item.width, word.size());
  item.shape = {static_cast<Index>(words.size())};
  item.bytes.assign(words.size() * item.width, '\0');
  for (std::size_t w = 0; w < words.size(); ++w)
    std::copy(words[w].begin(), words[w].end(), item.bytes.begin() + w * item.width);
}

std::vector<std::string> words_of(const Item& item) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < item.bytes.size(); begin += item.width) {
    const std::string word(item.bytes.data() + begin, item.width);
    words.push_back(word.substr(0, word.find('\0')));
  }
  return words;
}

Index first_not_finite(const Item& item) {
  if (item.element == Element::float32) return first_not_finite_of<float>(item.bytes);
  if (item.element == Element::float64) return first_not_finite_of<double>(item.bytes);
  return -1;
}

std::string place_in(const std::vector<Index>& shape, Index element) {
  if (shape.empty()) return "";
  std::vector<Index> place(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    place[axis] = element % shape[axis];
    element /= shape[axis];
  }
  return bracketed(place);
}

std::string bracketed(const std::vector<Index>& indices) {
  return fmt::format("({})", fmt::join(indices, ", "));
}

}  // namespace attune::results
