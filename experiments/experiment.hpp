// experiments/experiment.hpp
//
// What the command may ask of an experiment. An experiment file defines its Params with describe() and
// check(), and run(); one line makes its Verbs of them:
//
//   namespace attune::experiments::heat {
//   extern const Verbs stencil_transition = verbs<Params, check, run<double>, run<float>>();
//   }
#pragma once

#include <string>

#include "core/deck/deck.hpp"
#include "core/deck/writer.hpp"
#include "core/domain/domain.hpp"
#include "core/results/results.hpp"

namespace attune::experiments {

struct Verbs {
  std::string (*resolve)(const Deck&);  // the complete deck; throws InputError where a value is refused
  std::string (*describe)();  // every parameter: default, unit, range, meaning
  void (*run)(const Deck&, const Domain& world, Results&);
};

template <class Params> using Check = void(const Params&, const Deck&);
template <class Params> using Run = void(const Params&, const Deck&, const Domain&, Results&);

// check(params, deck) refuses what no single range can; it runs before anything is allocated. in_float runs
// where the deck asks for that precision; an experiment that visits both itself gives one run.
template <class Params, Check<Params>* check, Run<Params>* run, Run<Params>* in_float = run>
constexpr Verbs verbs() {
  return {[](const Deck& deck) {
            const auto params = deck.read<Params>();
            check(params, deck);
            return resolved(deck, params);
          },
          [] { return describe_table<Params>(); },
          [](const Deck& deck, const Domain& world, Results& results) {
            (deck.precision() == "float" ? in_float : run)(deck.read<Params>(), deck, world, results);
          }};
}

enum class Writes { result, measurement };  // a measurement writes E.timing.h5

struct Experiment {
  const char* name;  // F/E
  const char* question;
  const Verbs* verbs;
  Writes writes = Writes::result;
};

}  // namespace attune::experiments
