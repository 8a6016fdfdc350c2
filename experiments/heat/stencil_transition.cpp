// experiments/heat/stencil_transition.cpp
//
// Question   Up to which time step can one softmax head be an explicit heat step, and what does it cost
//            beyond?
// Equation   target  u' = (1 - 2 D r) u_i + r sum of the 2 D neighbours;   head  u' = sum_o p_o u_{i+o}, p =
//            softmax(bias)
// Exact      p > 0 and sum p = 1, so the head is the step iff 2 D r < 1; beyond, white noise leaves the
//            squared distance of the stencil from the simplex, (2 D r - 1)^2 (1 + 1 / 2D) with periodic axes
// Expect     loss zero to round-off below 2 D r = 1, equal to the projection's above; a kink of sqrt(loss) at
//            2 D r = 1
// Source     T1, T2, T12 of the heat theory; E2
// Builds on  attention/window, training, solvers/heat, solvers/heat/theory
// Figure     analysis/heat/stencil_transition.py
#include <cmath>
#include <numeric>

#include "core/core/progress.hpp"
#include "experiments/experiment.hpp"
#include "experiments/heat/parts/oracle.hpp"
#include "experiments/heat/parts/stencil_lesson.hpp"
#include "experiments/heat/parts/stencil_rollout.hpp"
#include "experiments/heat/parts/sweep.hpp"
#include "experiments/heat/parts/training_field.hpp"
#include "solvers/heat/ftcs.hpp"

namespace attune::experiments::heat {
namespace stencil_transition_parts {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;

struct Params {
  Sweep sweep;
  Cells cells{{131072}, {360, 360}, {50, 50, 50}};
  TrainingFields fields;
  std::string window = "star";
  Index reach = 1;
  std::vector<std::vector<Index>> offsets;
  bool tie_reflections = true;
  std::vector<double> ratios{0.5, 0.7, 0.9, 0.95, 1.05, 1.1, 1.2, 1.5, 2.0};
  training::Options training;
  RolloutParams rollout;
  std::vector<double> rollout_ratios{0.8, 1.5};

  Params() {
    training.iterations = 200;
    training.loss_tolerance = 1e-22;
    training.relative_decrease = 1e-11;
    training.patience = 3;
  }
};

void describe(auto& field, Params& p) {
  describe_sweep(field, p.sweep);
  describe_cells(field, p.cells, "cells of the training field, D = 1");
  describe_training_fields(field, p.fields);
  field("window", p.window, "1", "which offsets the head sees", one_of({"star", "box", "ball", "list"}));
  field("reach", p.reach, "cells", "half-width of star, box or ball", between(0, 64));
  field("offsets", p.offsets, "cells", "the offsets of \"list\", D numbers each", between(-64, 64),
        length(0, 4096));
  field("tie_reflections", p.tie_reflections, "1", "offsets that are mirror images share a logit");
  field("ratios", p.ratios, "1", "2 D r of the explicit step to learn", above(0), length(1, 256));
  training::describe_options(field, p.training);
  describe_rollout(field, p.rollout);
  field("rollout_ratios", p.rollout_ratios, "1", "2 D r of the stencils that are rolled out", above(0),
        length(1, 16));
}

constexpr Dataset ratio{"ratio", "1", "ratio", "2 D r of the explicit step"};
constexpr Dataset seed_number{"seed", "1", "seed", "seed of the training field"};
constexpr Dataset rollout_ratio{"rollout_ratio", "1", "rollout_ratio",
                                "2 D r of the stencil that is rolled out"};
constexpr Dataset start_kind{"start", "1", "start", "initial field of the rollout"};
constexpr Dataset record_step{"step", "1", "step", "time steps since the start"};
constexpr Dataset trained_loss{"loss", "1", "dimension boundary ratio seed",
                               "mean square error of the trained head",
                               "mean_i (sum_o p_o u_{i+o} - u'_i)^2"};
constexpr Dataset sample_floor{"sample_floor", "1", "dimension boundary ratio seed",
                               "least loss on the simplex for this very field",
                               "min_p p^T C p - 2 b^T p + c0"};
constexpr Dataset population_floor{
    "population_floor",         "1",
    "dimension boundary ratio", "least expected loss for white noise; NaN for another spectrum",
    "(p - t)^T C (p - t)",      true};
constexpr Dataset centre_weight{"centre_weight", "1", "dimension boundary ratio seed",
                                "trained weight of the cell itself"};
constexpr Dataset gradient_norm{"gradient_norm", "1", "dimension boundary ratio seed",
                                "gradient left at the end of training"};
constexpr Dataset iterations_taken{"training_iterations", "1", "dimension boundary ratio seed",
                                   "steps of the optimiser"};
constexpr Dataset kink{"kink",
                       "1",
                       "dimension boundary seed",
                       "2 D r at which the line through sqrt(loss) above the limit meets zero; NaN with "
                       "fewer than two ratios above",
                       "",
                       true};
constexpr Dataset rollout_measured{"rollout_error", "1", "dimension boundary rollout_ratio start step",
                                   "distance of the rollout from the heat equation, relative"};
constexpr Dataset rollout_predicted{"rollout_error_predicted",
                                    "1",
                                    "dimension boundary rollout_ratio start step",
                                    "the same in closed form; NaN where there is none",
                                    "",
                                    true};

bool contains_star(const std::vector<Triple>& offsets, int dimensions) {
  for (const Triple& needed : attention::window::star_offsets(dimensions, 1))
    if (std::none_of(offsets.begin(), offsets.end(), [&](const Triple& o) {
          return o[0] == needed[0] && o[1] == needed[1] && o[2] == needed[2];
        }))
      return false;
  return true;
}

std::vector<Triple> offsets_in(const Params& p, int dimensions) {
  return offsets_of(p.window, p.reach, p.offsets, dimensions);
}

void check(const Params& p, const Deck& deck) {
  check_sweep(p.sweep, deck);
  if (p.window == "list" && p.offsets.empty())
    deck.refuse("params.offsets", "must list the offsets of window = \"list\"");
  for (const auto& offset : p.offsets)
    for (const Index D : p.sweep.dimensions)
      if (p.window == "list" && static_cast<Index>(offset.size()) != D)
        deck.refuse("params.offsets",
                    "must have " + std::to_string(D) + " numbers each for D = " + std::to_string(D));
  for (const Index D : p.sweep.dimensions) {
    const int d = static_cast<int>(D);
    const auto& cells = p.cells.in(D);
    for (const Triple& o : offsets_in(p, d))
      for (int a = 0; a < d; ++a)
        if (std::abs(o[3 - d + a]) > cells[static_cast<std::size_t>(a)])
          deck.refuse("params.cells_" + std::to_string(D) + "d",
                      "must be at least as wide as the window reaches");
  }
}

double rate(double ratio, int dimensions) { return ratio / (2 * dimensions); }

// The explicit step of the same field.
template <class Scalar> Field<Scalar> advance(const Params& p, const Setting& s, Index seed, double r) {
  const auto target = s.domain.field<Scalar>("heat::lesson::target");
  solver::ftcs_step(training_field<Scalar>(p.fields, s, seed, s.halo(1)), solver::rates_of(r, s.dimensions),
                    target);
  return target;
}

// Where the least-squares line through (ratio, sqrt(loss)) meets zero.
double zero_of_line(const std::vector<double>& x, const std::vector<double>& loss) {
  const auto n = static_cast<double>(x.size());
  double sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double y = std::sqrt(loss[i]);
    sx += x[i], sy += y, sxx += x[i] * x[i], sxy += x[i] * y;
  }
  const double slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
  return sx / n - sy / n / slope;
}

struct Tables {
  Array loss, floor, population, centre, gradient, iterations, kink;
};

// One case: every ratio and seed of one grid.
template <class Scalar>
void measure_case(const Params& p, const Setting& s, std::size_t d, std::size_t b, Tables& tables,
                  Results& results, Progress& progress) {
  const auto offsets = offsets_in(p, s.dimensions);
  const LearnedStencil learned(s, offsets, p.tie_reflections);
  const std::size_t seeds = p.fields.seeds.size();
  const bool white = p.fields.spectrum == "white", whole_star = contains_star(offsets, s.dimensions);
  double worst_below = 0, worst_sample = 0, worst_population = 1;
  std::vector<double> above;
  std::vector<std::vector<double>> losses_above(seeds);

  for (std::size_t i = 0; i < p.ratios.size(); ++i) {
    const double r = rate(p.ratios[i], s.dimensions);
    double population = NAN, sum = 0;
    if (white)
      population =
          best_for_white_noise(s.grid(), offsets, p.tie_reflections, theory::ftcs(s.dimensions, r)).loss;
    entry(tables.population, {d, b, i}) = population;
    for (std::size_t k = 0; k < seeds; ++k) {
      const auto u = training_field<Scalar>(p.fields, s, p.fields.seeds[k], learned.halo());
      const auto y = advance<Scalar>(p, s, p.fields.seeds[k], r);
      StencilWeights weights = learned.equal_weights();
      const auto history = learn(StencilLesson<Scalar>(learned, s, u, y), weights, p.training);
      const double floor =
          best_for_sample(s.grid(), offsets, p.tie_reflections, {everywhere(u, s)}, {everywhere(y, s)}).loss;
      entry(tables.loss, {d, b, i, k}) = history.best_loss;
      entry(tables.floor, {d, b, i, k}) = floor;
      entry(tables.centre, {d, b, i, k}) = theory::weight_at(learned.stencil(weights), {0, 0, 0});
      entry(tables.gradient, {d, b, i, k}) = history.best_gradient_norm;
      entry(tables.iterations, {d, b, i, k}) = history.iteration.back();
      if (p.ratios[i] < 1) worst_below = std::max(worst_below, history.best_loss);
      if (p.ratios[i] > 1) {
        losses_above[k].push_back(history.best_loss);
        worst_sample = std::max(worst_sample, std::abs(history.best_loss / floor - 1));
        sum += history.best_loss / population;
      }
      progress.advance();
    }
    if (p.ratios[i] > 1) above.push_back(p.ratios[i]);
    const double mean = sum / static_cast<double>(seeds);
    if (p.ratios[i] > 1 && std::abs(mean - 1) >= std::abs(worst_population - 1)) worst_population = mean;
  }

  const auto name = case_name(s.dimensions, s.boundary);
  const std::string no_star = whole_star ? "" : "the window lacks an offset of the explicit step";
  const std::string none_above = above.empty() ? "no ratio above 1" : "";
  const bool any_below = *std::min_element(p.ratios.begin(), p.ratios.end()) < 1;
  results.claim({"loss_below_" + name,
                 "Below 2 D r = 1 the head learns the explicit step; largest loss of any ratio and seed",
                 worst_below, Kind::at_most, 0, 1e-10, "1", "T1", Role::convergence, Scale::smoke,
                 any_below ? no_star : "no ratio below 1"});
  results.claim({"floor_sample_" + name,
                 "Above it the loss is that of the projection on the simplex, for each field's own spectrum; "
                 "largest relative distance",
                 worst_sample, Kind::at_most, 0, 1e-6 * round_off_scale<Scalar>(), "1", "T2",
                 Role::convergence, Scale::smoke, none_above});
  results.claim({"floor_white_noise_" + name,
                 "Above it loss / floor is 1 in the mean over seeds, the floor being that of white noise; "
                 "farthest ratio",
                 worst_population, Kind::equal_abs, 1, 0.01, "1", "T2", Role::statistical, Scale::quick,
                 white ? none_above : "the spectrum is not white"});

  double farthest = 1;
  for (std::size_t k = 0; k < seeds; ++k) {
    const double at = above.size() > 1 ? zero_of_line(above, losses_above[k]) : NAN;
    entry(tables.kink, {d, b, k}) = at;
    if (!(std::abs(at - 1) < std::abs(farthest - 1))) farthest = at;
  }
  results.claim({"kink_" + name, "sqrt(loss) rises from zero at 2 D r = 1; farthest seed", farthest,
                 Kind::equal_abs, 1, 0.01, "1", "T1", Role::convergence, Scale::smoke,
                 above.size() > 1 ? no_star : "fewer than two ratios above 1"});
}

template <class Scalar>
void study_transition(const Params& p, const Domain& world, Results& results, Progress& progress) {
  const auto& [dimensions, boundaries] = p.sweep;
  const std::size_t D = dimensions.size(), B = boundaries.size(), R = p.ratios.size(),
                    S = p.fields.seeds.size();
  const std::vector<std::size_t> all{D, B, R, S};
  Tables tables{tabulated(all), tabulated(all), tabulated({D, B, R}), tabulated(all),
                tabulated(all), tabulated(all), tabulated({D, B, S})};
  for (std::size_t d = 0; d < D; ++d)
    for (std::size_t b = 0; b < B; ++b)
      measure_case<Scalar>(p, make_setting(world, p.cells.in(dimensions[d]), boundaries[b]), d, b, tables,
                           results, progress);
  results.write(trained_loss, tables.loss);
  results.write(sample_floor, tables.floor);
  results.write(population_floor, tables.population);
  results.write(centre_weight, tables.centre);
  results.write(gradient_norm, tables.gradient);
  results.write(iterations_taken, tables.iterations);
  results.write(kink, tables.kink);
}

// The stencil that the first seed learns at a ratio, on its training grid.
template <class Scalar>
StencilWeights learned_at(const Params& p, const Setting& s, const std::vector<Triple>& offsets, double r) {
  const LearnedStencil learned(s, offsets, p.tie_reflections);
  const auto u = training_field<Scalar>(p.fields, s, p.fields.seeds.front(), learned.halo());
  StencilWeights weights = learned.equal_weights();
  learn(StencilLesson<Scalar>(learned, s, u, advance<Scalar>(p, s, p.fields.seeds.front(), r)), weights,
        p.training);
  return weights;
}

template <class Scalar>
void study_rollouts(const Params& p, const Domain& world, Results& results, Progress& progress) {
  const auto& [dimensions, boundaries] = p.sweep;
  const auto records = record_steps(p.rollout.steps, p.rollout.records);
  const std::vector<std::size_t> shape{dimensions.size(), boundaries.size(), p.rollout_ratios.size(),
                                       p.rollout.starts.size(), records.size()};
  Array measured = tabulated(shape), predicted = tabulated(shape);
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    const int D = static_cast<int>(dimensions[d]);
    const auto offsets = offsets_in(p, D);
    const Map picture = read_map(p.rollout.picture, D, p.rollout.picture_crop, world.communicator());
    for (std::size_t b = 0; b < boundaries.size(); ++b) {
      const Setting school = make_setting(world, p.cells.in(dimensions[d]), boundaries[b]);
      const Setting field = make_setting(world, picture.cells, boundaries[b]);
      const LearnedStencil learned(field, offsets, p.tie_reflections);
      for (std::size_t i = 0; i < p.rollout_ratios.size(); ++i) {
        const double r = rate(p.rollout_ratios[i], D);
        const auto weights = learned_at<Scalar>(p, school, offsets, r);
        for (std::size_t k = 0; k < p.rollout.starts.size(); ++k) {
          const auto& start = p.rollout.starts[k];
          const auto audit = roll_out<Scalar>(p.rollout, field, picture, start, r, learned, weights,
                                              start_noise(p.fields.seeds.front(), p.fields.deck_seed));
          for (std::size_t n = 0; n < records.size(); ++n) {
            entry(measured, {d, b, i, k, n}) = audit.measured[n];
            if (!audit.predicted.empty()) entry(predicted, {d, b, i, k, n}) = audit.predicted[n];
          }
          claim_rollout(start + "_" + std::to_string(i) + "_" + case_name(D, boundaries[b]), audit, results);
          progress.advance();
        }
      }
    }
  }
  results.write(rollout_measured, measured);
  results.write(rollout_predicted, predicted);
}

template <class Scalar> void study(const Params& p, const Domain& world, Results& results) {
  const std::size_t cases = p.sweep.dimensions.size() * p.sweep.boundaries.size();
  const std::size_t steps =
      p.ratios.size() * p.fields.seeds.size() + p.rollout_ratios.size() * p.rollout.starts.size();
  Progress progress("heat/stencil_transition", static_cast<Index>(cases * steps), world.speaks());
  write_axes(p.sweep, results);
  results.axis(ratio, p.ratios);
  results.axis(seed_number, {p.fields.seeds.begin(), p.fields.seeds.end()});
  results.axis(rollout_ratio, p.rollout_ratios);
  results.labels(start_kind, p.rollout.starts);
  const auto records = record_steps(p.rollout.steps, p.rollout.records);
  results.axis(record_step, {records.begin(), records.end()});
  study_transition<Scalar>(p, world, results, progress);
  study_rollouts<Scalar>(p, world, results, progress);
}

template <class Scalar>
void run(const Params& params, const Deck& deck, const Domain& world, Results& results) {
  Params p = params;
  p.fields.deck_seed = deck.seed();
  study<Scalar>(p, world, results);
}

}  // namespace stencil_transition_parts

extern const Verbs stencil_transition =
    verbs<stencil_transition_parts::Params, stencil_transition_parts::check,
          stencil_transition_parts::run<double>, stencil_transition_parts::run<float>>();

}  // namespace attune::experiments::heat
