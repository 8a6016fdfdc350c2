// experiments/command/conduct.cpp
#include "experiments/command/conduct.hpp"

#include <fmt/format.h>

#include <Kokkos_Timer.hpp>

#include "core/results/run_record.hpp"

namespace attune::command {
namespace {

Scale scale_of(const std::string& word) {
  if (word == "smoke") return Scale::smoke;
  return word == "paper" ? Scale::paper : Scale::quick;
}

Provenance provenance(const Assignment& assignment) {
  const auto& [experiment, deck, resolved] = assignment;
  return {.experiment = experiment.name,
          .question = experiment.question,
          .deck = resolved,
          .precision = deck.precision(),
          .seed = deck.seed(),
          .scale = scale_of(deck.scale()),
          .measurement = experiment.writes == experiments::Writes::measurement};
}

}  // namespace

std::string text(const Tally& claims) {
  return fmt::format("{} hold, {} red, {} not evaluated", claims.hold, claims.red, claims.not_evaluated);
}

Outcome conduct(const Assignment& assignment, const Options& options, const Domain& world) {
  const Kokkos::Timer timer;
  RunRecord record{assignment.experiment.name, options.line, utc_now()};
  Results results(options.out, provenance(assignment), world);
  assignment.experiment.verbs->run(assignment.deck, world, results);
  const auto claims = results.tally();
  results.close();
  record.wall_seconds = timer.seconds();
  write_run_record(options.out, record, world);
  return {record.wall_seconds, results.path(), claims};
}

}  // namespace attune::command
