// experiments/traffic/parts/calibration/outcome.cpp
#include "experiments/traffic/parts/calibration/outcome.hpp"

#include "experiments/dealt_numbers.hpp"

namespace attune::experiments::traffic::calibration {
namespace {

// visit(number) of each number of an outcome, in one order; flags are numbers here.
template <class Visit> void each_number(Outcome& o, const OutcomeSize& size, const Visit& visit) {
  o.values.resize(size.parameters);
  o.start_rms.resize(size.starts);
  o.intervals.resize(size.parameters);
  for (double* number : {&o.rms, &o.held_out, &o.stability.headway, &o.stability.long_wave,
                         &o.stability.excess, &o.stability.gain})
    visit(*number);
  for (double& value : o.values) visit(value);
  for (double& rms : o.start_rms) visit(rms);
  for (auto& interval : o.intervals) {
    visit(interval.low);
    visit(interval.high);
    double known = interval.known ? 1 : 0;
    visit(known);
    interval.known = known != 0;
  }
}

}  // namespace

std::vector<Outcome> dealt_outcomes(std::size_t tasks, const OutcomeSize& size, const Communicator& ranks,
                                    const std::function<Outcome(std::size_t)>& outcome) {
  std::size_t width = 0;
  Outcome empty;
  each_number(empty, size, [&width](double&) { ++width; });
  DealtNumbers table(tasks * width);
  deal(tasks, ranks, [&](std::size_t n) {
    Outcome mine = outcome(n);
    std::size_t at = n * width;
    each_number(mine, size, [&](double& number) { table.set(at++, number); });
  });
  table.share(ranks);
  std::vector<Outcome> all(tasks);
  for (std::size_t n = 0; n < tasks; ++n) {
    std::size_t at = n * width;
    each_number(all[n], size, [&](double& number) { number = table.get(at++); });
  }
  return all;
}

Outcome outcome_of(const Contender& one, const Record& record, const Fit& fit, double speed) {
  Outcome made;
  made.start_rms = fit.start_rms;
  if (!fit.found) return made;
  made.rms = fit.rms;
  made.held_out = fit.held_out_rms;
  made.values = fit.values;
  made.stability = one.stability(fit.values, speed, record.length);
  return made;
}

}  // namespace attune::experiments::traffic::calibration
