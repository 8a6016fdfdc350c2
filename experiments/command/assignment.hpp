// experiments/command/assignment.hpp
//
// From a name on the command line to an experiment and its complete deck.
#pragma once

#include "core/core/communicator.hpp"
#include "experiments/command/options.hpp"
#include "experiments/experiment.hpp"

namespace attune::command {

// The row of the registry; an unknown name is refused, with a guess.
const experiments::Experiment& experiment_named(const std::string& name);

struct Assignment {
  const experiments::Experiment& experiment;
  Deck deck;
  std::string resolved;  // the complete deck, every value checked
};

// Of F/E, whose deck is searched for in the folders of inputs, or of DECK.toml, which names its experiment.
// The deck is read by the first rank and sent to the others. The scale is the one asked for, else the one a
// resolved deck states, else quick. Collective; throws InputError on every rank alike.
Assignment assignment(const std::string& name, const Options& options, const Communicator& ranks);

}  // namespace attune::command
