// experiments/heat/parts/work_precision/tables.cpp
#include "experiments/heat/parts/work_precision/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "experiments/heat/parts/sweep.hpp"
#include "experiments/heat/parts/work_precision/pareto.hpp"

namespace attune::experiments::heat::work_precision {
namespace {

constexpr Dataset contestant{"contestant", "1", "contestant", "solver, classical ones first"};
constexpr Dataset is_learned{"contestant_learned", "1", "contestant",
                             "1 for a learned stencil, 0 for a classical"};
constexpr Dataset case_name_of{"case", "1", "case", "dimensions, boundary and start of a problem"};
constexpr Dataset case_dimension{"case_dimension", "1", "case", "space dimensions D of the case"};
constexpr Dataset target_error{"target", "1", "target", "relative error to reach"};

constexpr Dataset run_case{"run_case", "1", "run", "number of the case of a run"};
constexpr Dataset run_contestant{"run_contestant", "1", "run", "number of its contestant"};
constexpr Dataset run_cells{"run_cells", "1", "run", "cells along each axis"};
constexpr Dataset run_steps{"run_steps", "1", "run", "steps till the end"};
constexpr Dataset run_order{"run_order", "1", "run", "order in space, or half-width of the window [cells]"};
constexpr Dataset run_rate{"run_r", "1", "run", "r = kappa dt / h^2 of a step"};
constexpr Dataset run_one_window{"run_one_window", "1", "run",
                                 "1 where a learned stencil is one window over all axes, 0 axis by axis"};
constexpr Dataset run_error{"run_error", "1", "run", "relative L2 error at the end",
                            "sqrt(sum (u - exact)^2 / sum exact^2)"};
constexpr Dataset run_predicted{"run_predicted", "1", "run",
                                "the same in closed form, rounding and solves left out",
                                "sum_m e_m (R_m^n - E_m)^2"};
constexpr Dataset run_seconds{"run_seconds", "s", "run", "median time of all steps"};
constexpr Dataset run_updates{"run_updates", "1", "run", "cell updates of all steps"};
constexpr Dataset run_bytes{"run_bytes", "B", "run", "bytes of all steps if every pass moved its fields"};

constexpr Dataset seconds_to{"seconds_to_error",
                             "s",
                             "case contestant target",
                             "time to reach the target along the front of a contestant; NaN: not reached",
                             "",
                             true};
constexpr Dataset bytes_to{"bytes_to_error", "B", "case contestant target", "bytes, likewise", "", true};
constexpr Dataset best_classical{"fastest_classical",
                                 "1",
                                 "case target",
                                 "number of the fastest classical solver; NaN: none reaches the target",
                                 "",
                                 true};
constexpr Dataset best_stepper{
    "fastest_time_stepper", "1", "case target", "the same without the exponential by FFT", "", true};
constexpr Dataset best_learned{
    "fastest_learned", "1", "case target", "number of the fastest learned stencil", "", true};
constexpr Dataset time_ratio{
    "seconds_learned_over_classical",
    "1",
    "case target",
    "time of the fastest learned stencil over that of the fastest classical solver; NaN: one of them does "
    "not get there",
    "",
    true};
constexpr Dataset stepper_ratio{"seconds_learned_over_time_stepper",
                                "1",
                                "case target",
                                "the same over the fastest without the exponential by FFT",
                                "",
                                true};
constexpr Dataset byte_ratio{
    "bytes_learned_over_classical",
    "1",
    "case target",
    "bytes of the learned stencil of fewest over those of the classical solver of fewest",
    "",
    true};

constexpr Dataset line_kind{"line_contestant", "1", "line", "contestant that a trained line belongs to"};
constexpr Dataset line_points{"line_points", "1", "line", "cells in the shortest wave of its data"};
constexpr Dataset line_reach{"line_reach", "cells", "line", "half-width of its window"};
constexpr Dataset line_rate{"line_r", "1", "line", "r = kappa dt / h^2 of the step that it learned"};
constexpr Dataset line_seconds{"line_seconds", "s", "line", "time of its training, in no other number here"};

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

// One column of all runs.
template <class Value> std::vector<double> column(const Tournament& t, const Value& value) {
  std::vector<double> all;
  for (std::size_t c = 0; c < t.cases.size(); ++c)
    for (const Run& run : t.runs[c]) all.push_back(static_cast<double>(value(c, run)));
  return all;
}

void write_runs(const Tournament& t, Results& results) {
  const auto write = [&](const Dataset& dataset, const auto& value) {
    results.write(dataset, column(t, [&](std::size_t, const Run& run) { return value(run); }));
  };
  results.write(run_case, column(t, [](std::size_t c, const Run&) { return c; }));
  write(run_contestant, [](const Run& run) { return run.contestant; });
  write(run_cells, [](const Run& run) { return run.N; });
  write(run_steps, [](const Run& run) { return run.steps; });
  write(run_order, [](const Run& run) { return run.order; });
  write(run_rate, [](const Run& run) { return run.r; });
  write(run_one_window, [](const Run& run) { return run.one_window; });
  write(run_error, [](const Run& run) { return run.error; });
  write(run_predicted, [](const Run& run) { return run.predicted; });
  write(run_seconds, [](const Run& run) { return run.seconds; });
  write(run_updates, [](const Run& run) { return run.updates; });
  write(run_bytes, [](const Run& run) { return run.bytes; });
}

// What each contestant needs for each target of one case: (contestant target).
template <class Cost>
std::vector<std::vector<double>> costs(const Tournament& t, std::size_t c, const Cost& cost) {
  std::vector<std::vector<double>> table;
  for (std::size_t who = 0; who < contestants().size(); ++who) {
    std::vector<Outcome> outcomes;
    for (const Run& run : t.runs[c])
      if (run.contestant == who) outcomes.push_back({cost(run), run.error});
    const auto best = front(outcomes);
    table.emplace_back();
    for (const double target : t.ladder.targets) table.back().push_back(cost_at(best, target));
  }
  return table;
}

struct Best {
  double who = nothing, cost = nothing;
};
template <class Takes>
Best best_of(const std::vector<std::vector<double>>& table, std::size_t target, const Takes& takes_part) {
  Best best;
  for (std::size_t who = 0; who < table.size(); ++who)
    if (takes_part(who) && (table[who][target] < best.cost || std::isnan(best.cost)))
      if (std::isfinite(table[who][target])) best = {static_cast<double>(who), table[who][target]};
  return best;
}

bool classical(std::size_t who) { return who < classical_contestants(); }
bool learned(std::size_t who) { return !classical(who); }
bool steps_in_time(std::size_t who) { return classical(who) && who != transform_contestant(); }

// Infinite where only the other one gets there; NaN where that does not: a rival that was not given the updates it
// needs has not been beaten.
double ratio_of(const Best& learned, const Best& other) {
  if (std::isnan(other.cost)) return nothing;
  return std::isnan(learned.cost) ? std::numeric_limits<double>::infinity() : learned.cost / other.cost;
}

struct Verdicts {
  Array seconds, bytes, classical, stepper, learned, ratio, to_stepper, of_bytes;
};

void judge_case(const Tournament& t, std::size_t c, Verdicts& v) {
  const auto seconds = costs(t, c, [](const Run& run) { return run.seconds; });
  const auto bytes = costs(t, c, [](const Run& run) { return run.bytes; });
  for (std::size_t e = 0; e < t.ladder.targets.size(); ++e) {
    for (std::size_t who = 0; who < contestants().size(); ++who) {
      entry(v.seconds, {c, who, e}) = seconds[who][e];
      entry(v.bytes, {c, who, e}) = bytes[who][e];
    }
    const Best old = best_of(seconds, e, classical), stepper = best_of(seconds, e, steps_in_time);
    const Best fresh = best_of(seconds, e, learned);
    entry(v.classical, {c, e}) = old.who;
    entry(v.stepper, {c, e}) = stepper.who;
    entry(v.learned, {c, e}) = fresh.who;
    entry(v.ratio, {c, e}) = ratio_of(fresh, old);
    entry(v.to_stepper, {c, e}) = ratio_of(fresh, stepper);
    entry(v.of_bytes, {c, e}) = ratio_of(best_of(bytes, e, learned), best_of(bytes, e, classical));
  }
}

// The worst of the cases of D dimensions.
double worst(const Tournament& t, Array& ratio, int D, std::size_t target) {
  double most = nothing;
  for (std::size_t c = 0; c < t.cases.size(); ++c) {
    const double here = entry(ratio, {c, target});
    if (t.cases[c].dimensions == D && !(here <= most) && !std::isnan(here)) most = here;
  }
  return most;
}

void claim_winners(const Tournament& t, Verdicts& v, Results& results) {
  std::vector<int> dimensions;
  for (const Case& c : t.cases)
    if (std::find(dimensions.begin(), dimensions.end(), c.dimensions) == dimensions.end())
      dimensions.push_back(c.dimensions);
  for (const int D : dimensions)
    for (std::size_t e = 0; e < t.ladder.targets.size(); ++e) {
      std::string in = fmt::format("{}d_{:.3g}", D, t.ladder.targets[e]);
      for (char& letter : in)
        letter = letter == '-' ? 'm' : letter == '.' ? 'p' : letter == '+' ? '_' : letter;
      const auto claim = [&](const std::string& id, const std::string& over, Array& ratio) {
        const double most = worst(t, ratio, D, e);
        results.claim({id + in,
                       fmt::format("A learned stencil beats {} at error {:.3g} in {} dimension{}; worst case",
                                   over, t.ladder.targets[e], D, D > 1 ? "s" : ""),
                       most, Kind::at_most, 1, 0, "1", "E10; [mcgreivy2024]", Role::empirical, Scale::smoke,
                       std::isnan(most) ? "no such solver reaches this error within most_updates" : ""});
      };
      claim("learned_beats_all_", "the fastest classical solver", v.ratio);
      claim("learned_beats_steppers_", "the fastest classical time stepper", v.to_stepper);
    }
}

// How far measured errors are from the closed form, in parts of it, beyond what rounding may add.
struct Farthest {
  double direct = 0, iterative = 0, learned = 0, exact = 0;
};

Farthest farthest(const Tournament& t) {
  Farthest most;
  const auto& rows = classical_solvers<double>();
  for (const auto& runs : t.runs)
    for (const Run& run : runs) {
      if (run.contestant == transform_contestant()) {
        most.exact = std::max(most.exact, run.error);
        continue;
      }
      if (run.noise > run.predicted) continue;
      const double apart = std::max(0.0, std::abs(run.error - run.predicted) - run.noise) / run.predicted;
      double& place = learned(run.contestant)         ? most.learned
                      : rows[run.contestant].iterates ? most.iterative
                                                      : most.direct;
      place = std::max(place, apart);
    }
  return most;
}

void claim_predictions(const Tournament& t, double ulps, Results& results) {
  const Farthest far = farthest(t);
  const auto claim = [&](const char* id, const char* statement, double value, double tolerance, Role role) {
    results.claim({id, statement, value, Kind::at_most, 0, tolerance, "1", "T12", role});
  };
  claim("direct_errors_as_predicted",
        "Errors of explicit, super and alternating steps are those of their factors", far.direct, 1e-4,
        Role::convergence);
  claim("iterative_errors_as_predicted",
        "Errors of implicit steps are those of their factors, but for what solves may add", far.iterative,
        0.31, Role::convergence);
  claim("learned_errors_as_predicted", "Errors of learned stencils are those of their symbols", far.learned,
        1e-4, Role::convergence);
  claim("exponential_is_exact",
        "The exponential by FFT is the sum of decayed modes, in one step of any length", far.exact,
        64 * std::numeric_limits<double>::epsilon() * ulps, Role::identity);
}

}  // namespace

void write_tournament(const Tournament& t, const std::vector<LearnedLine>& lines, double ulps,
                      Results& results) {
  std::vector<std::string> words;
  std::vector<double> dimensions, kinds;
  for (const Case& c : t.cases) {
    words.push_back(fmt::format("{}-D {} {}", c.dimensions, c.boundary, c.start));
    dimensions.push_back(c.dimensions);
  }
  for (std::size_t who = 0; who < contestants().size(); ++who) kinds.push_back(learned(who) ? 1 : 0);
  results.labels(contestant, contestants());
  results.write(is_learned, kinds);
  results.labels(case_name_of, words);
  results.write(case_dimension, dimensions);
  results.axis(target_error, t.ladder.targets);
  write_runs(t, results);

  const std::size_t C = t.cases.size(), W = contestants().size(), E = t.ladder.targets.size();
  Verdicts v{tabulated({C, W, E}), tabulated({C, W, E}), tabulated({C, E}), tabulated({C, E}),
             tabulated({C, E}),    tabulated({C, E}),    tabulated({C, E}), tabulated({C, E})};
  for (std::size_t c = 0; c < C; ++c) judge_case(t, c, v);
  claim_winners(t, v, results);
  claim_predictions(t, ulps, results);
  for (Array* ratio : {&v.ratio, &v.to_stepper, &v.of_bytes})
    for (double& one : ratio->values)
      if (std::isinf(one)) one = nothing;
  results.write(seconds_to, v.seconds);
  results.write(bytes_to, v.bytes);
  results.write(best_classical, v.classical);
  results.write(best_stepper, v.stepper);
  results.write(best_learned, v.learned);
  results.write(time_ratio, v.ratio);
  results.write(stepper_ratio, v.to_stepper);
  results.write(byte_ratio, v.of_bytes);

  const auto of_lines = [&](const Dataset& dataset, const auto& value) {
    std::vector<double> all;
    for (const LearnedLine& line : lines) all.push_back(static_cast<double>(value(line)));
    results.write(dataset, all);
  };
  of_lines(line_kind, [](const LearnedLine& line) {
    return classical_contestants() + static_cast<std::size_t>(line.kind);
  });
  of_lines(line_points, [](const LearnedLine& line) { return line.points; });
  of_lines(line_reach, [](const LearnedLine& line) { return line.reach; });
  of_lines(line_rate, [](const LearnedLine& line) { return line.r; });
  of_lines(line_seconds, [](const LearnedLine& line) { return line.seconds; });
}

}  // namespace attune::experiments::heat::work_precision
