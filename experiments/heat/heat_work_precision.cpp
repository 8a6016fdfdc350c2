// experiments/heat/heat_work_precision.cpp
//
// Question   At equal error, who is fastest: learned stencils or tuned classical solvers?
// Equation   u_t = laplace u on a box of side 1, periodic or between walls, until the shortest wave of the
//            start has decayed by exp(-decay)
// Exact      the start is a sum of modes, so the end is one: u = sum_n c_n f_n(x) exp(-k_n^2 t)
// Expect     errors as the closed form of each solver's factor says, so that each can be tuned for each error
//            by theory; cell updates of multigrid linear in the unknowns; the explicit step and small windows
//            as fast as memory. Who wins is what is asked
// Source     E10 and T12 of the heat theory; rules of comparison [mcgreivy2024]
// Builds on  attention/window, training, solvers/heat, solvers/heat/theory, bench
// Figure     analysis/heat/heat_work_precision.py
#include <cmath>

#include "core/core/measure.hpp"
#include "core/core/progress.hpp"
#include "core/core/require.hpp"
#include "experiments/experiment.hpp"
#include "experiments/heat/parts/start_field.hpp"
#include "experiments/heat/parts/sweep.hpp"
#include "experiments/heat/parts/work_precision/pareto.hpp"
#include "experiments/heat/parts/work_precision/streaming_speed.hpp"
#include "experiments/heat/parts/work_precision/tables.hpp"
#include "experiments/heat/parts/work_precision/tournament.hpp"
#include "solvers/heat/combine.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/multigrid.hpp"

namespace attune::experiments::heat {
namespace heat_work_precision_parts {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;
using namespace work_precision;

struct Params {
  Sweep sweep;
  std::vector<std::string> starts{"fourier"};
  std::string picture = "brick.png";
  Index picture_crop = 128;
  Index highest_1d = 256, highest_2d = 16, highest_3d = 4;
  double decay = 3;
  Ladder ladder;
  LineLesson lesson;
  training::Options training;
  SpeedChoice speed;
  double megabytes = 400;
  Index linear_least_1d = 1000, linear_least_2d = 32, linear_least_3d = 10;
  double linear_decades = 3;
  double linear_time = 1, linear_residual = 1e-6;
  Index seed = 1;
  std::uint32_t deck_seed = 1;

  Params() {
    training.iterations = 200;
    training.loss_tolerance = 1e-28;
    training.relative_decrease = 1e-3;
    training.patience = 10;
  }
  Index highest(Index D) const { return D == 1 ? highest_1d : D == 2 ? highest_2d : highest_3d; }
  Index linear_least(Index D) const {
    return D == 1 ? linear_least_1d : D == 2 ? linear_least_2d : linear_least_3d;
  }
};

void describe_problem(auto& field, Params& p) {
  describe_sweep(field, p.sweep);
  field("starts", p.starts, "1",
        "initial fields: modes of random size, or a photograph without its mean, cut off "
        "at the highest mode or half its own",
        one_of({"fourier", "picture"}), length(1, 2));
  field("picture", p.picture, "1", "photograph or map: PNG, PGM or FILE.h5:/dataset");
  field("picture_crop", p.picture_crop, "1", "side of the centred square that is used; 0: all of it",
        at_least(0));
  field("highest_1d", p.highest_1d, "1", "highest mode number along an axis, even, D = 1",
        between(2, 1 << 16));
  field("highest_2d", p.highest_2d, "1", "the same, D = 2", between(2, 1 << 9));
  field("highest_3d", p.highest_3d, "1", "the same, D = 3", between(2, 1 << 6));
  field("decay", p.decay, "1", "k^2 t of the highest mode along an axis at the end", above(0), at_most(30));
  field("seed", p.seed, "1", "of the modes", between(0, 4294967295.0));
}

void describe_ladder(auto& field, Params& p) {
  Ladder& l = p.ladder;
  field("targets", l.targets, "1", "relative errors to reach", above(0), below(1), length(1, 16));
  field("points", l.points, "1", "cells in the shortest wave, what classical solvers may choose from",
        between(3, 4096), length(1, 64));
  field("tried", l.tried, "1", "choices that are run for each solver and target", between(1, 100));
  field("most_updates", l.most_updates, "1", "cell updates of a run, by the model", at_least(1));
  field("least_seconds", l.least_seconds, "s", "of the repeats of a run", at_least(0));
  field("most_samples", l.most_samples, "1", "repeats of a run at most", between(1, 1000));
  field("learned_points", l.learned_points, "1", "cells in the shortest wave, learned stencils",
        between(3, 64), length(1, 16));
  field("learned_steps", l.learned_steps, "1", "steps of learned stencils till the end", between(1, 1e4),
        length(1, 16));
  field("reaches", l.reaches, "cells", "half-widths of learned stencils", between(1, 32), length(1, 16));
  field("lesson_cells", p.lesson.cells, "1", "cells of the line that stencils learn from",
        between(64, 1 << 16));
  field("second_head", p.lesson.second_head, "1", "a of the two signed heads", above(0));
  field("lesson_seed", p.lesson.seed, "1", "of the line", between(0, 4294967295.0));
  training::describe_options(field, p.training);
}

void describe(auto& field, Params& p) {
  describe_problem(field, p);
  describe_ladder(field, p);
  field("megabytes", p.megabytes, "MB", "of a field whose kernels are timed", between(1, 1e6));
  field("rounds", p.speed.rounds, "1", "looks at each of those kernels", between(1, 100));
  field("largest_window_2d", p.speed.largest_window_2d, "cells",
        "half-width of the widest window that is timed, D = 2", between(1, 8));
  field("largest_window_3d", p.speed.largest_window_3d, "cells", "the same, D = 3", between(1, 4));
  field("depth_2d", p.speed.depth_2d, "1", "steps in one pass of the blocked explicit step, D = 2",
        between(2, 64));
  field("depth_3d", p.speed.depth_3d, "1", "the same, D = 3", between(2, 64));
  field("linear_least_1d", p.linear_least_1d, "1",
        "cells along each axis of multigrid's coarsest problem, D = 1", between(4, 1 << 20));
  field("linear_least_2d", p.linear_least_2d, "1", "the same, D = 2", between(4, 4096));
  field("linear_least_3d", p.linear_least_3d, "1", "the same, D = 3", between(4, 256));
  field("linear_decades", p.linear_decades, "1", "of unknowns up to the finest", above(0.3), at_most(6));
  field(
      "linear_time", p.linear_time, "1",
      "kappa dt of its backward Euler step, box of side 1; at 1 the coarsest grid is as stiff as the finest",
      above(0));
  field("linear_residual", p.linear_residual, "1", "of its solve, relative to the right side", above(0),
        below(1));
}

void check(const Params& p, const Deck& deck) {
  check_sweep(p.sweep, deck);
  for (const Index D : p.sweep.dimensions)
    if (p.highest(D) % 2 != 0) deck.refuse("params.highest_" + std::to_string(D) + "d", "must be even");
  for (std::size_t n = 1; n < p.ladder.targets.size(); ++n)
    if (p.ladder.targets[n] >= p.ladder.targets[n - 1]) deck.refuse("params.targets", "must fall");
  for (std::size_t n = 1; n < p.ladder.points.size(); ++n)
    if (p.ladder.points[n] <= p.ladder.points[n - 1]) deck.refuse("params.points", "must rise");
  for (const Index reach : p.ladder.reaches)
    if (2 * reach >= p.lesson.cells) deck.refuse("params.reaches", "must be below half of lesson_cells");
  for (const Index D : p.sweep.dimensions) {
    const double finest =
        static_cast<double>(p.linear_least(D)) * std::pow(10, p.linear_decades / static_cast<double>(D));
    if (p.linear_residual < 1e-19 * p.linear_time * finest * finest)
      deck.refuse("params.linear_residual",
                  "must be at least 1e-19 linear_time N^2 of the finest grid: rounding");
  }
  if (p.starts.size() == 2 && p.starts[0] == p.starts[1])
    deck.refuse("params.starts", "must not repeat an entry");
}

theory::ModeSum picture_modes(const Params& p, int D, theory::Boundary boundary, const Domain& world) {
  Map map = read_map(p.picture, D, p.picture_crop, world.communicator());
  double mean = 0;
  for (const double value : map.values) mean += value / static_cast<double>(map.values.size());
  for (double& value : map.values) value -= mean;
  Triple cells{1, 1, 1};
  Index highest = p.highest(D);
  for (int a = 3 - D; a < 3; ++a) {
    cells[a] = map.cells[static_cast<std::size_t>(a - 3 + D)];
    highest = std::min(highest, (cells[a] - 1) / 4 * 2);
  }
  if (highest < 2) throw InputError(Exit::input, p.picture + ": must have 5 pixels along each axis");
  return theory::project(D, boundary, highest, cells, map.values);
}

ModeProblem setup(const Params& p, const Case& c, const Domain& world) {
  const auto boundary =
      make_setting(Domain::alone(), std::vector<Index>(c.dimensions, 4), c.boundary).grid().boundary[2];
  theory::ModeSum start{c.dimensions, boundary, p.highest(c.dimensions), {}};
  if (c.start == "picture") {
    start = picture_modes(p, c.dimensions, boundary, world);
  } else {
    const Random random = start_noise(p.seed, p.deck_seed);
    const auto count = std::llround(std::pow(static_cast<double>(start.waves()), c.dimensions));
    for (long long n = 0; n < count; ++n)
      start.coefficients.push_back(random.normal(static_cast<std::uint64_t>(n)));
  }
  return {start, theory::energies(start), p.decay};
}

std::vector<Case> cases(const Params& p) {
  std::vector<Case> all;
  for (const Index D : p.sweep.dimensions)
    for (const std::string& boundary : p.sweep.boundaries)
      for (const std::string& start : p.starts) all.push_back({static_cast<int>(D), boundary, start});
  return all;
}

// Backward Euler over a fixed time from noise, on finer and finer grids: how much work a residual takes.
LinearWork advance(const Params& p, int D, const Domain& world) {
  LinearWork work{D, {}, {}, {}};
  const Index least = p.linear_least(D);
  for (double share = 0; share < 1 + 1e-9; share += 1 / std::ceil(2 * p.linear_decades)) {
    const double times = std::pow(10, share * p.linear_decades / D);
    const Setting s =
        make_setting(world, std::vector<Index>(D, std::llround(static_cast<double>(least) * times)),
                     p.sweep.boundaries.front());
    const auto N = static_cast<double>(s.domain.whole().extent(2));
    const auto b = s.domain.field<double>("heat::work::b"), x = s.domain.field<double>("heat::work::x");
    solver::white_noise(b, s.domain.whole(), start_noise(p.seed, p.deck_seed));
    const solver::Multigrid<double> cycles(s.domain, s.boundaries, solver::rates_of(p.linear_time * N * N, D),
                                           {{p.linear_residual, 50}, 4096});
    solver::Solved solved;
    const auto seconds = measure(
                             {},
                             [&] {
                               solver::combine<double>(x, {});
                               solved = cycles.solve(1, b, x);
                             },
                             0, 1)
                             .seconds.front();
    const auto cells = static_cast<double>(s.cells());
    work.unknowns.push_back(cells);
    work.updates.push_back(solved.work * cells);
    work.seconds.push_back(world.max(seconds));
  }
  return work;
}

template <class Scalar>
void run(const Params& params, const Deck& deck, const Domain& world, Results& results) {
  Params p = params;
  p.deck_seed = p.lesson.deck_seed = deck.seed();
  p.speed.bytes = 1e6 * p.megabytes;
  p.speed.dimensions.clear();
  for (const Index D : p.sweep.dimensions)
    if (D > 1) p.speed.dimensions.push_back(static_cast<int>(D));
  const auto all = cases(p);
  Progress progress("heat/heat_work_precision", static_cast<Index>(all.size()) + 3, world.speaks());

  auto lines = learn_lines(p.ladder, p.decay, p.lesson, p.training);
  for (auto& line : lines) line.seconds = world.max(line.seconds);
  progress.advance();
  Tournament tournament{p.ladder, all, {}};
  for (const Case& c : all) {
    tournament.runs.push_back(compete<Scalar>(world, c.boundary, setup(p, c, world), p.ladder, lines));
    progress.advance();
  }
  write_tournament(tournament, lines, round_off_scale<Scalar>(), results);
  if (!p.speed.dimensions.empty()) write_speeds(stream(p.speed, world), results);
  progress.advance();
  std::vector<LinearWork> linear;
  for (const Index D : p.sweep.dimensions) linear.push_back(advance(p, static_cast<int>(D), world));
  write_linear_work(linear, p.linear_decades, results);
  write_machine(world, results);
  progress.advance();
}

}  // namespace heat_work_precision_parts

extern const Verbs heat_work_precision =
    verbs<heat_work_precision_parts::Params, heat_work_precision_parts::check,
          heat_work_precision_parts::run<double>, heat_work_precision_parts::run<float>>();

}  // namespace attune::experiments::heat
