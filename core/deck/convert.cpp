// core/deck/convert.cpp
//
// From what was given to the type of the parameter. An integer serves as a number; nothing else is converted.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "core/deck/admissible.hpp"
#include "core/deck/literal.hpp"
#include "core/deck/message.hpp"
#include "core/deck/nearest.hpp"

namespace attune::deck {

namespace {

class Conversion {
 public:
  Conversion(const Given& given, const Parameter& parameter) : given_(given), parameter_(parameter) {}

  void read(const Node& node, bool& value) const { value = as<bool>(node); }

  void read(const Node& node, std::int64_t& value) const {
    value = as<std::int64_t>(node);
    if (!admits(parameter_.limits, value)) refuse_node(node);
  }

  void read(const Node& node, int& value) const {
    std::int64_t wide = 0;
    read(node, wide);
    value = static_cast<int>(wide);
    if (value == wide) return;
    Parameter narrow = parameter_;  // says the bounds of the type too
    narrow.limits.set(between(std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
    Conversion(given_, narrow).refuse_node(node);
  }

  void read(const Node& node, double& value) const {
    const auto* integer = node.as<std::int64_t>();
    value = integer ? static_cast<double>(*integer) : as<double>(node);
    if (!admits(parameter_.limits, value)) refuse_node(node);
  }

  void read(const Node& node, std::string& value) const {
    const bool is_word = given_.from && &node == &given_.node && !node.as<std::string>();
    value = is_word ? given_.from->raw : as<std::string>(node);  // params.label=17 is the word 17
    if (!admits(parameter_.limits, value)) refuse_node(node);
  }

  template <class Entry> void read(const Node& node, std::vector<Entry>& value) const {
    const auto& list = as<Node::List>(node);
    const bool outermost = &node == &given_.node;
    if (outermost && !admits(parameter_.limits.length, list.size()))
      refuse_given(node, fmt::format("a list of {}", list.size()));
    value.clear();
    value.reserve(list.size());
    for (const auto& entry : list) read(entry, value.emplace_back());
  }

 private:
  template <class Type> const Type& as(const Node& node) const {
    const auto* value = node.as<Type>();
    if (!value) refuse_node(node);
    return *value;
  }

  [[noreturn]] void refuse_node(const Node& node) const { refuse_given(node, shown(node)); }

  [[noreturn]] void refuse_given(const Node& node, const std::string& got) const {
    const auto where = given_.from ? place(*given_.from) : place(given_.source, node.position);
    const auto key = named(parameter_.name, given_.label);
    refuse(where, key + " must be " + phrase(parameter_) + "; got " + got + remark(node));
  }

  // Why it was refused, where the two phrases do not show it.
  std::string remark(const Node& node) const {
    const auto* number = node.as<double>();
    if (number && !std::isfinite(*number)) return ", which is not finite";
    const auto* text = node.as<std::string>();
    if (text && !is_plain(*text)) return ", which is not plain text";
    const auto& words = parameter_.limits.choice.words;
    const auto near = text ? nearest(*text, words) : std::nullopt;
    return near && *near != *text ? "; did you mean " + literal(*near) + "?" : "";
  }

  const Given& given_;
  const Parameter& parameter_;
};

}  // namespace

Value converted(const Given& given, const Parameter& parameter) {
  Value value = parameter.value;
  const Conversion conversion(given, parameter);
  std::visit([&](auto& typed) { conversion.read(given.node, typed); }, value);
  return value;
}

}  // namespace attune::deck
