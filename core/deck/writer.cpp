// core/deck/writer.cpp
#include "core/deck/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/deck/admissible.hpp"
#include "core/deck/literal.hpp"

namespace attune::deck {

std::string resolved(const Deck& deck, const std::vector<Parameter>& parameters) {
  auto text = fmt::format("experiment = {}\n", literal(deck.experiment()));
  if (!deck.scale().empty()) text += fmt::format("scale = {}\n", literal(deck.scale()));
  text += fmt::format("seed = {}\nprecision = {}\n\n[params]\n", deck.seed(), literal(deck.precision()));
  for (const auto& parameter : parameters)
    text += fmt::format("{} = {}  # {}: {}\n", parameter.name, literal(parameter.value),
                        visible(parameter.unit), visible(parameter.meaning));
  return text;
}

std::string table(const std::vector<Parameter>& parameters) {
  using Row = std::array<std::string, 5>;
  std::vector<Row> rows{{"name", "default", "unit", "accepted", "meaning"}};
  for (const auto& parameter : parameters)
    rows.push_back({parameter.name, shortened(literal(parameter.value), 40), parameter.unit,
                    phrase(parameter), parameter.meaning});

  std::string text;
  std::array<std::size_t, 4> width{};
  for (const auto& row : rows)
    for (std::size_t c = 0; c < width.size(); ++c) width[c] = std::max(width[c], characters(row[c]));
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < width.size(); ++c)
      text += row[c] + std::string(width[c] - characters(row[c]) + 2, ' ');
    text += row.back() + "\n";
  }
  return text;
}

}  // namespace attune::deck
