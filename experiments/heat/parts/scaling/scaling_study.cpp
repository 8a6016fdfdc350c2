// experiments/heat/parts/scaling/scaling_study.cpp
#include "experiments/heat/parts/scaling/scaling_study.hpp"

#include <algorithm>
#include <cmath>

namespace attune::experiments::heat::scaling {
namespace {

void put(Array& table, std::vector<std::size_t> place, const StepTime& time) {
  const double parts[4] = {time.computing, time.messages, time.bytes, time.reductions};
  place.push_back(0);
  for (std::size_t& part = place.back(); part < 4; ++part) entry(table, place) = parts[part];
}

}  // namespace

Method Plan::method(std::size_t m) const {
  const auto word = std::find(method_names.begin(), method_names.end(), methods[m]);
  return static_cast<Method>(word - method_names.begin());
}

Tables::Tables(const Plan& plan, std::size_t crews) {
  const std::size_t M = plan.methods.size(), D = plan.dimensions.size(), C = plan.precisions.size();
  const std::size_t P = plan.predicted_ranks.size(), S = static_cast<std::size_t>(plan.effort.samples);
  seconds = tabulated({3, M, D, C, crews, S});
  for (Array* table : {&cells, &rate, &efficiency, &messages, &bytes, &reductions})
    *table = tabulated({3, M, D, C, crews});
  modelled = tabulated({2, M, D, C, crews, 4});
  predicted = tabulated({2, M, D, C, P, 4});
  predicted_efficiency = tabulated({2, M, D, C, P});
  predicted_cells = tabulated({2, M, D, P});
}

void Study::measure(const Place& at, std::size_t crew, RunKind kind, const Runs& runs) {
  const Sampled &run = runs.of[crew][kind], &one = runs.of[0][strong];
  const std::vector<std::size_t> place{kind, at.method, at.dimension, at.precision, crew};
  for (std::size_t s = 0; s < run.timed.samples.size(); ++s)
    entry(tables.seconds, {kind, at.method, at.dimension, at.precision, crew, s}) = run.timed.samples[s];
  const auto ranks = static_cast<double>(crews[crew].ranks);
  const double cells = entry(tables.cells, place) = run.cells() * (kind == alone ? ranks : 1);
  const double rate = entry(tables.rate, place) = cells / run.timed.least();
  const double kept = entry(tables.efficiency, place) = rate / ranks / (one.cells() / one.timed.least());
  entry(tables.messages, place) = static_cast<double>(run.timed.messages) / run.timed.steps();
  entry(tables.bytes, place) = static_cast<double>(run.timed.bytes) / run.timed.steps();
  entry(tables.reductions, place) = static_cast<double>(run.timed.done.reductions) / run.timed.steps();
  if (kind == strong && run.timed.fingerprint != one.timed.fingerprint) ++fields_apart;
  if (kind == weak && crews[crew].ranks == 2) {
    double& least = weakest.try_emplace(plan.methods[at.method], INFINITY).first->second;
    least = std::min(least, kept / (triad[crew] / triad[0]));
  }
}

void Study::count(const Place& at, const Crew& crew, const Sampled& run) {
  const Method method = plan.method(at.method);
  const Sent sent = expected_traffic(crew, method, plan.choice, run);
  const auto apart = [](std::int64_t counted, std::int64_t expected, double& most) {
    most = std::max(most, std::abs(static_cast<double>(counted - expected)));
  };
  apart(run.timed.messages, sent.messages, messages_apart);
  apart(run.timed.bytes, sent.bytes, bytes_apart);
  apart(run.timed.done.reductions, std::llround(step_reductions(method, run.counts) * run.timed.steps()),
        reductions_apart);
}

void Study::compare(const Place& at, std::size_t crew, RunKind kind, const Runs& runs) {
  const Method method = plan.method(at.method);
  const Sampled& run = runs.of[crew][kind];
  const StepTime time = step_time(runs.computing(method, crew), here,
                                  demand_of(method, plan.choice, run.layout, run.counts), crews[crew].ranks);
  put(tables.modelled, {kind, at.method, at.dimension, at.precision, crew}, time);
  double& most = farthest[plan.methods[at.method]];
  most = std::max(most, std::abs(time.total() / run.timed.least() - 1));
}

void Study::predict(const Place& at, const Runs& runs) {
  const Method method = plan.method(at.method);
  const std::size_t last = crews.size() - 1;
  const Computing computing = runs.computing(method, last);
  const Sampled &busy = runs.of[last][alone], &known = runs.of[last][weak];
  const double rate = busy.cells() / busy.timed.least();
  const auto& own = plan.grids.of_rank(method, plan.dimensions[at.dimension]);
  for (std::size_t n = 0; n < plan.predicted_ranks.size(); ++n)
    for (const RunKind kind : {strong, weak}) {
      const Index ranks = plan.predicted_ranks[n];
      const auto layout = layout_of(grown(own, kind == weak ? ranks : plan.predicted_ranks.front()),
                                    plan.grids.boundary, static_cast<int>(ranks));
      const double cells = entry(tables.predicted_cells, {kind, at.method, at.dimension, n}) =
          static_cast<double>(layout.whole.cells());
      if (layout.size() == 0 || (there.latency == 0 && there.byte_seconds == 0)) continue;
      const StepTime time =
          step_time(computing, there, demand_of(method, plan.choice, layout, known.counts), ranks);
      put(tables.predicted, {kind, at.method, at.dimension, at.precision, n}, time);
      entry(tables.predicted_efficiency, {kind, at.method, at.dimension, at.precision, n}) =
          cells / static_cast<double>(ranks) / time.total() / rate;
    }
}

void Study::advance(const Place& at) {
  const Case c{plan.method(at.method), plan.dimensions[at.dimension],
               plan.precisions[at.precision] == "float"};
  const auto runs = run_case(c, plan.grids, plan.choice, plan.effort, crews);
  for (std::size_t crew = 0; crew < crews.size(); ++crew)
    for (const RunKind kind : {strong, weak, alone}) {
      measure(at, crew, kind, runs);
      if (kind == alone) continue;
      count(at, crews[crew], runs.of[crew][kind]);
      if (crew > 0) compare(at, crew, kind, runs);
    }
  predict(at, runs);
}

}  // namespace attune::experiments::heat::scaling
