// experiments/command/assignment.cpp
#include "experiments/command/assignment.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/deck/literal.hpp"
#include "core/results/agree.hpp"
#include "experiments/data_path.hpp"
#include "experiments/registry.hpp"

namespace attune::command {
namespace {

using experiments::Experiment;

bool is_deck(const std::string& name) { return name.ends_with(".toml"); }

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const auto& experiment : experiments::registry()) names.push_back(experiment.name);
  return names;
}

const Experiment* find(const std::string& name) {
  for (const auto& experiment : experiments::registry())
    if (experiment.name == name) return &experiment;
  return nullptr;
}

std::string path_of_deck(const std::string& name) {
  if (is_deck(name)) return name;
  const auto folders = experiments::input_folders();
  for (const auto& folder : folders) {
    const auto path = folder + "/" + name + ".toml";
    if (std::error_code ignored; std::filesystem::exists(path, ignored)) return path;
  }
  throw InputError(Exit::deck, fmt::format("{}.toml: no such deck in {}; ATTUNE_INPUTS names another folder",
                                           name, fmt::join(folders, ", ")));
}

// One byte more than a deck may have is enough to refuse it.
std::string content(const std::string& path) {
  const auto refuse = [&](const char* reason) {
    throw InputError(Exit::deck, fmt::format("{}: cannot read the deck: {}", deck::visible(path), reason));
  };
  if (std::error_code ignored; std::filesystem::is_directory(path, ignored)) refuse(std::strerror(EISDIR));
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(std::strerror(errno));
  std::string text(Deck::most_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) refuse(std::strerror(EIO));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

void send(std::string& text, const Communicator& ranks) {
  std::uint64_t length = text.size();
  ranks.broadcast(&length, sizeof length, 0);
  text.resize(length);
  ranks.broadcast(text.data(), length, 0);
}

Deck parsed(Deck::Request request, const Options& options) {
  request.scale = options.scale;
  request.overrides = options.overrides;
  request.seed = options.seed;
  auto deck = Deck::parse(request);
  if (!deck.scale().empty()) return deck;
  request.scale = "quick";
  return Deck::parse(request);
}

const Experiment& experiment_of(const Deck& deck, const std::string& name) {
  if (!is_deck(name) && deck.experiment() != name)
    deck.refuse("experiment", fmt::format("must be \"{}\", as the name of the file says; got \"{}\"", name,
                                          deck.experiment()));
  const auto* experiment = find(deck.experiment());
  if (experiment == nullptr)
    deck.refuse("experiment", fmt::format("must be one that 'attune list' names; got \"{}\"{}",
                                          deck.experiment(), guess(deck.experiment(), all_names())));
  return *experiment;
}

}  // namespace

const Experiment& experiment_named(const std::string& name) {
  const auto* experiment = find(name);
  if (experiment != nullptr) return *experiment;
  throw InputError(Exit::usage, fmt::format("attune: unknown experiment '{}'{}; 'attune list' names them",
                                            deck::shortened(deck::visible(name)), guess(name, all_names())));
}

Assignment assignment(const std::string& name, const Options& options, const Communicator& ranks) {
  if (!is_deck(name)) experiment_named(name);
  Deck::Request request;
  results::on_first(ranks, Exit::deck, "", [&] {
    request.path = path_of_deck(name);
    request.text = content(request.path);
  });
  send(request.path, ranks);
  send(request.text, ranks);
  const auto deck = parsed(request, options);
  const auto& experiment = experiment_of(deck, name);
  return {experiment, deck, experiment.verbs->resolve(deck)};
}

}  // namespace attune::command
