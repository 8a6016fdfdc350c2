// core/deck/deck.cpp
#include "core/deck/deck.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "core/deck/literal.hpp"
#include "core/deck/message.hpp"

namespace attune {

namespace {

// What every experiment takes beside its own parameters.
struct Common {
  std::int64_t seed = 1;
  std::string precision = "double";
};

void describe(auto& field, Common& common) {
  field("seed", common.seed, "1", "key of all random numbers",
        between(0, std::numeric_limits<std::uint32_t>::max()));
  field("precision", common.precision, "1", "floating type of the kernels", one_of({"double", "float"}));
}

void check_scale(const std::string& scale) {
  const auto& words = deck::scales;
  if (scale.empty() || std::find(words.begin(), words.end(), scale) != words.end()) return;
  deck::refuse("command line: ",
               fmt::format("--scale must be one of {}; got '{}'{}", fmt::join(words, ", "),
                           deck::shortened(deck::visible(scale)), deck::advice(scale, words)));
}

deck::Node parsed(const Deck::Request& request, const deck::Source& source) {
  if (request.text.size() > Deck::most_bytes)
    deck::refuse(deck::place(source, {}), fmt::format("a deck must be at most {} bytes; got {}",
                                                      Deck::most_bytes, request.text.size()));
  try {
    return deck::parse_toml(request.text);
  } catch (const deck::SyntaxError& error) {
    deck::refuse(deck::place(source, error.position), deck::visible(error.message));
  }
}

// The scale that a resolved deck states, if none is asked for.
std::string stated_scale(const deck::Node& file) {
  const auto* entry = deck::find(*file.as<deck::Node::Table>(), "scale");
  const auto* word = entry ? entry->node.as<std::string>() : nullptr;
  return word ? *word : "";
}

std::vector<deck::Override> overrides_of(const std::vector<std::string>& arguments) {
  std::vector<deck::Override> overrides;
  std::set<std::pair<std::string, std::string>> keys;
  for (const auto& argument : arguments) {
    const auto& from = overrides.emplace_back(deck::read_override(argument));
    if (!keys.insert({from.table, from.key}).second)
      deck::refuse(deck::place(from), deck::named(from.key, from.table.empty() ? "" : "[params]") +
                                          " must be overridden at most once; got it twice");
  }
  return overrides;
}

// FAMILY/NAME, each of lower-case letters, digits and '_': it becomes a path below the folder of results.
bool names_an_experiment(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == text.size()) return false;
  const auto rest = text.substr(0, slash) + text.substr(slash + 1);
  return rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

std::string experiment_of(const deck::Source& source) {
  const std::string accepted = " must be FAMILY/NAME in lower-case letters, digits and '_'";
  const auto* entry = deck::find(*source.file.as<deck::Node::Table>(), "experiment");
  if (!entry) deck::refuse(deck::place(source, {}), "missing key 'experiment'; it" + accepted);
  const auto* text = entry->node.as<std::string>();
  if (!text || !names_an_experiment(*text))
    deck::refuse(deck::place(source, entry->node.position),
                 "'experiment'" + accepted + "; got " + deck::shown(entry->node));
  return *text;
}

}  // namespace

Deck Deck::parse(const Request& request) {
  check_scale(request.scale);
  auto source = std::make_shared<deck::Source>();
  source->path = request.path;
  source->file = parsed(request, *source);
  source->scale = request.scale.empty() ? stated_scale(source->file) : request.scale;
  source->overrides = overrides_of(request.overrides);
  deck::check_structure(*source);

  Deck made;
  made.experiment_ = experiment_of(*source);
  Common common;
  auto parameters = deck::listed(common);
  deck::fill(*source, "", parameters);
  deck::assign(parameters, common);
  made.scale_ = source->scale;
  made.precision_ = common.precision;
  made.seed_ = request.seed.value_or(static_cast<std::uint32_t>(common.seed));
  made.source_ = source;
  return made;
}

Deck Deck::defaults(const std::string& experiment, Request request) {
  request.path = "defaults of " + experiment;
  request.text = "experiment = " + deck::literal(experiment);
  return parse(request);
}

void Deck::fill(std::vector<deck::Parameter>& parameters) const {
  deck::fill(*source_, "params", parameters);
}

void Deck::refuse(const std::string& key, const std::string& reason) const {
  const std::string params = "params.";
  const bool of_params = key.starts_with(params);
  const auto where =
      deck::origin(*source_, of_params ? "params" : "", of_params ? key.substr(params.size()) : key);
  deck::refuse(where, " " + reason);
}

}  // namespace attune
