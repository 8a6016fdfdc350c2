// experiments/heat/parts/work_precision/tournament.cpp
#include "experiments/heat/parts/work_precision/tournament.hpp"

#include <Kokkos_Timer.hpp>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/core/measure.hpp"
#include "core/core/require.hpp"
#include "core/domain/division.hpp"
#include "solvers/heat/combine.hpp"
#include "solvers/heat/initial.hpp"

namespace attune::experiments::heat::work_precision {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;

namespace {

constexpr double latency = 3000;  // cells that could be moved while a pass over a field starts
constexpr std::array kinds{LearnedKind::softmax, LearnedKind::signed_heads, LearnedKind::gaussian,
                           LearnedKind::free, LearnedKind::sparsemax};

Index cells_of(const ModeProblem& problem, Index points) {
  return points * problem.start.highest / (problem.start.boundary == theory::Boundary::periodic ? 1 : 2);
}

Setting setting_of(const Domain& world, const ModeProblem& problem, const std::string& boundary, Index N) {
  return make_setting(world, std::vector<Index>(static_cast<std::size_t>(problem.start.dimensions), N),
                      boundary);
}

double cells_in(const ModeProblem& problem, Index N) {
  return std::pow(static_cast<double>(N), problem.start.dimensions);
}

// Whether a grid has a cell for each rank.
bool dealt(const Domain& world, const ModeProblem& problem, Index N) {
  const Box box = grid_box(std::vector<Index>(static_cast<std::size_t>(problem.start.dimensions), N));
  const Triple ranks = rank_grid(box, world.communicator().size);
  return ranks[0] * ranks[1] * ranks[2] > 0;
}

// Steps to try: multiples of the fewest that are stable, or a ladder from 1.
std::vector<Index> steps_to_try(double total, double largest_r, double least_r, bool exact) {
  if (exact) return {1};
  std::vector<Index> steps;
  if (std::isfinite(largest_r)) {
    const double fewest = std::ceil(total / largest_r * (1 - 1e-12));
    for (const double times : {1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 16.0, 32.0, 64.0})
      steps.push_back(std::max<Index>(1, std::llround(std::ceil(times * fewest))));
  } else {
    for (double n = 1; n < 5000; n *= 1.42) steps.push_back(std::llround(n));
  }
  std::erase_if(steps, [&](Index n) { return total / static_cast<double>(n) < least_r; });
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

// By a, I - a L is inverted.
double implicit_part(Scheme scheme) {
  return scheme == Scheme::backward_euler ? 1 : scheme == Scheme::crank_nicolson ? 0.5 : 0.293;
}

// Passes over a field in a step, of how many fields each, from what a solver of this kind usually needs.
struct Traffic {
  double passes, fields;
};
Traffic traffic_of(const std::string& name, const Run& run, Scheme scheme, double rho, int stages, int D) {
  const double solves = scheme == Scheme::tr_bdf2 ? 2 : 1, digits = -std::log(run.tolerance);
  if (name.find("CG") != std::string::npos)
    return {solves * (2 + 0.5 * std::sqrt(1 + implicit_part(scheme) * rho) * std::min(digits, 20.0)), 17};
  if (name.find("multigrid") != std::string::npos) return {solves * 20 * std::ceil(digits / 2.3), 5};
  if (name.find("blocked") != std::string::npos) return {0.3, 2.5};
  if (scheme == Scheme::heun) return {2, 5.5};
  if (scheme == Scheme::runge_kutta_4) return {4, 7.25};
  if (scheme == Scheme::alternating || scheme == Scheme::exact) return {2.0 * D, 6};
  return {static_cast<double>(stages), scheme == Scheme::rkl1 ? 6.0 : stages > 1 ? 8.0 : 2.0};
}

// Solves may together add three tenths of the error that the step makes anyway.
template <class Scalar>
void set_tolerance(Run& run, const ClassicalSolver<Scalar>& row, double rho, double shrinking) {
  if (!row.iterates) return;
  const double solves = static_cast<double>(run.steps) * (row.scheme == Scheme::tr_bdf2 ? 2 : 1) * shrinking;
  const double least = 32 * std::numeric_limits<Scalar>::epsilon() * (1 + rho);
  run.tolerance = std::clamp(0.3 * run.predicted / solves, least, 1e-2);
  if (run.tolerance == least) run.noise = solves * least;
}

template <class Scalar>
void propose_classical(const Domain& world, const std::string& boundary, const ModeProblem& problem,
                       const Ladder& ladder, std::size_t contestant, std::vector<Run>& proposals) {
  const auto& row = classical_solvers<Scalar>()[contestant];
  const double shrinking = problem.shrinking();
  for (const Index points : ladder.points) {
    const Index N = cells_of(problem, points);
    const double cells = cells_in(problem, N), total = problem.total_r(N);
    if (cells > ladder.most_updates || cells > 3e8) break;
    if (!dealt(world, problem, N)) continue;
    const Setting s = setting_of(world, problem, boundary, N);
    for (const int order : row.orders_in_space) {
      if (order / 2 > N) continue;  // ghosts of walls mirror own cells
      const double largest = row.largest_r(s, std::max(order, 2));
      for (const Index steps : steps_to_try(total, largest, row.least_r(), row.scheme == Scheme::exact)) {
        Run run{contestant, points, N, steps, order, total / static_cast<double>(steps)};
        if (run.r > largest || cells * static_cast<double>(steps) > ladder.most_updates) continue;
        const int stages = stages_of(row.scheme, s, {run.r, std::max(order, 2)});
        if (stages > 400) continue;
        run.predicted = predicted_error(
            problem, factor_of(problem, N, {row.scheme, run.r, std::max(order, 2), stages}), steps);
        const double rho = 6.6 * run.r * problem.start.dimensions;
        set_tolerance<Scalar>(run, row, rho, shrinking);
        const auto [passes, fields] =
            traffic_of(row.name, run, row.scheme, rho, stages, problem.start.dimensions);
        if (cells * static_cast<double>(steps) * passes > ladder.most_updates) continue;
        run.modelled = static_cast<double>(steps) * passes * (fields * cells + latency);
        proposals.push_back(run);
      }
    }
  }
}

double largest_growth(const std::vector<double>& weights) {
  double most = 0;
  for (int n = 0; n <= 256; ++n)
    most = std::max(most, std::abs(line_symbol(weights, std::numbers::pi * n / 256)));
  return most;
}

template <class Scalar>
void propose_learned(const Domain& world, const ModeProblem& problem, const Ladder& ladder,
                     std::size_t contestant, const std::vector<LearnedLine>& lines,
                     std::vector<Run>& proposals) {
  const int D = problem.start.dimensions;
  for (const LearnedLine& line : lines) {
    if (line.kind != kinds[contestant - classical_contestants()]) continue;
    const Index N = cells_of(problem, line.points);
    const double cells = cells_in(problem, N);
    const auto steps = static_cast<double>(line.steps);
    if (!dealt(world, problem, N) || line.reach > N || cells * steps > ladder.most_updates) continue;
    std::vector<double> factor;
    for (Index m = 0; m <= problem.start.highest; ++m)
      factor.push_back(line_symbol(line.weights, problem.angle(m, N)));
    Run run{contestant, line.points, N, line.steps, static_cast<int>(line.reach), line.r};
    run.line = &line;
    run.predicted = predicted_error(problem, product_of(factor, D), line.steps);
    run.noise = std::pow(largest_growth(line.weights), D * steps) * std::numeric_limits<Scalar>::epsilon() *
                problem.shrinking();
    const double taps = 2 * static_cast<double>(line.reach) + 1;
    run.modelled = steps * D * ((2 + 0.25 * taps) * cells + latency);
    proposals.push_back(run);
    if (D == 1 || line.reach > (D == 2 ? 3 : 1)) continue;
    run.one_window = true;
    run.modelled = steps * ((2 + 0.25 * std::pow(taps, D)) * cells + latency);
    proposals.push_back(run);
  }
}

// Of the proposals of one contestant, those that reach a target for the least traffic.
void choose(const std::vector<Run>& proposals, const Ladder& ladder, std::vector<Run>& chosen) {
  std::vector<std::size_t> order(proposals.size()), taken;
  for (std::size_t n = 0; n < order.size(); ++n) order[n] = n;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return proposals[a].modelled < proposals[b].modelled;
  });
  for (const double target : ladder.targets) {
    Index left = ladder.tried;
    for (const std::size_t n : order) {
      if (!(proposals[n].predicted + proposals[n].noise <= target)) continue;
      if (left-- == 0) break;
      if (std::find(taken.begin(), taken.end(), n) == taken.end()) taken.push_back(n);
    }
  }
  for (const std::size_t n : taken) chosen.push_back(proposals[n]);
}

template <class Scalar> struct Misfit {
  Field<Scalar> u;
  Field<double> exact;
  KOKKOS_FUNCTION void operator()(const Block& block, double* x) const {
    const Scalar* const row = &u(block.k, block.j, block.i);
    const double* const truth = &exact(block.k, block.j, block.i);
    for (int c = 0; c < block.cells; ++c) x[c] = (double(row[c]) - truth[c]) * (double(row[c]) - truth[c]);
  }
};

// The start and the end of a problem on one grid.
template <class Scalar> struct Ends {
  Setting setting;
  Field<Scalar> start;
  Field<double> exact;
  double size = 0;

  Ends(const Domain& world, const std::string& boundary, const ModeProblem& problem, Index N)
      : setting(setting_of(world, problem, boundary, N)),
        start(setting.domain.field<Scalar>("heat::tournament::start")),
        exact(setting.domain.field<double>("heat::tournament::exact")) {
    solver::assign(start, theory::evaluate(problem.start, 0, N, setting.domain.mine()));
    solver::assign(exact, theory::evaluate(problem.start, problem.decay, N, setting.domain.mine()));
    size = std::sqrt(solver::inner(exact, exact, setting.domain.communicator()));
  }
  double error(const Field<Scalar>& u) const {
    return std::sqrt(sum::over_cells("heat::tournament::misfit", u.box, Misfit<Scalar>{u, exact},
                                     setting.domain.communicator())) /
           size;
  }
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// The same number of repeats on all ranks: the slowest says how many.
template <class Body> double seconds_of(const Domain& world, const Ladder& ladder, const Body& body) {
  constexpr double for_ever = std::numeric_limits<double>::infinity();
  const double once = world.max(measure({}, body, for_ever, 1).seconds.front());
  const auto samples = static_cast<int>(
      std::clamp(std::ceil(ladder.least_seconds / once), 1.0, static_cast<double>(ladder.most_samples)));
  if (samples == 1) return once;
  return world.max(median(measure({}, body, for_ever, samples).seconds));
}

template <class Scalar> TimeStepper<Scalar> stepper_of(const Setting& s, const Run& run) {
  if (run.line != nullptr) return weighted_steps<Scalar>(s, run.line->weights, run.one_window);
  const int depth = s.dimensions == 1 ? 32 : s.dimensions == 2 ? 8 : 4;
  return classical_solvers<Scalar>()[run.contestant].prepare(
      s, {run.r, std::max(run.order, 2), run.tolerance, depth});
}

template <class Scalar> void race(const Ends<Scalar>& ends, const Ladder& ladder, Run& run) {
  const TimeStepper<Scalar> stepper = stepper_of<Scalar>(ends.setting, run);
  auto u = ends.setting.domain.template field<Scalar>("heat::tournament::u", stepper.halo);
  StepWork work;
  const auto body = [&] {
    solver::combine<Scalar>(u, {{1, ends.start}});
    work = stepper.advance(u, run.steps);
  };
  run.seconds = seconds_of(ends.setting.domain, ladder, body);
  run.error = ends.error(u);
  run.updates = work.updates;
  run.bytes = work.bytes;
}

}  // namespace

const std::vector<std::string>& contestants() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& row : classical_solvers<double>()) all.push_back(row.name);
    for (const char* learned :
         {"softmax head", "two signed heads", "Gaussian head", "free convolution", "sparsemax head"})
      all.push_back(learned);
    return all;
  }();
  return names;
}

std::size_t classical_contestants() { return classical_solvers<double>().size(); }

std::size_t transform_contestant() {
  const auto& rows = classical_solvers<double>();
  return static_cast<std::size_t>(
      std::find_if(rows.begin(), rows.end(), [](const auto& row) { return row.scheme == Scheme::exact; }) -
      rows.begin());
}

std::vector<LearnedLine> learn_lines(const Ladder& ladder, double decay, const LineLesson& lesson,
                                     const training::Options& options) {
  std::vector<LearnedLine> lines;
  for (const LearnedKind kind : kinds)
    for (const Index points : ladder.learned_points)
      for (const Index steps : ladder.learned_steps)
        for (const Index reach : ladder.reaches) {
          LineLesson here = lesson;
          here.points = static_cast<double>(points);
          here.r = decay * std::pow(here.points / (2 * std::numbers::pi), 2) / static_cast<double>(steps);
          here.reach = reach;
          const Kokkos::Timer timer;
          auto weights = learn_line(kind, here, options);
          lines.push_back({kind, points, steps, reach, here.r, std::move(weights), timer.seconds()});
        }
  return lines;
}

// What evaluations of a stencil may add by rounding, relative to the end.
template <class Scalar> double rounding_of(const ModeProblem& problem, const Run& run) {
  return 4 * std::numeric_limits<Scalar>::epsilon() * problem.shrinking() * run.updates /
         cells_in(problem, run.N);
}

template <class Scalar>
std::vector<Run> compete(const Domain& world, const std::string& boundary, const ModeProblem& problem,
                         const Ladder& ladder, const std::vector<LearnedLine>& lines) {
  std::vector<Run> chosen;
  for (std::size_t c = 0; c < contestants().size(); ++c) {
    std::vector<Run> proposals;
    if (c < classical_contestants())
      propose_classical<Scalar>(world, boundary, problem, ladder, c, proposals);
    else
      propose_learned<Scalar>(world, problem, ladder, c, lines, proposals);
    choose(proposals, ladder, chosen);
  }
  std::stable_sort(chosen.begin(), chosen.end(), [](const Run& a, const Run& b) { return a.N < b.N; });
  std::vector<Run> finished;
  for (std::size_t n = 0; n < chosen.size();) {
    const Ends<Scalar> ends(world, boundary, problem, chosen[n].N);
    for (const Index N = chosen[n].N; n < chosen.size() && chosen[n].N == N; ++n) {
      try {
        race(ends, ladder, chosen[n]);
        chosen[n].noise += rounding_of<Scalar>(problem, chosen[n]);
        finished.push_back(chosen[n]);
      } catch (const InputError&) {  // an iteration that rounding stopped: the choice reaches nothing
      }
    }
  }
  return finished;
}

template std::vector<Run> compete<float>(const Domain&, const std::string&, const ModeProblem&, const Ladder&,
                                         const std::vector<LearnedLine>&);
template std::vector<Run> compete<double>(const Domain&, const std::string&, const ModeProblem&,
                                          const Ladder&, const std::vector<LearnedLine>&);

}  // namespace attune::experiments::heat::work_precision
