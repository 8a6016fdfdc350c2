// experiments/heat/stencil_propagator.cpp
//
// Question   Which heat kernel does an attention stencil become: the Gaussian, the lattice's, or the
//            band-limited one?
// Equation   head u' = sum_o p_o u_{i+o}, p = softmax(bias) on the offsets |o_a| <= reach
//            (a) untrained, bias -|o|^2 / (4 r);  from there (b) trained on exp(r laplace_h), (c) on exp(-r
//            theta^2)
// Exact      (a) its symbol is a theta function;  (b) bias log prod_a I_{o_a}(2 r) / I_0(2 r);
//            (c) the target has negative weights: the head is their projection on the simplex for the field's
//            own spectrum
// Expect     (a) sup |g - exp(-r theta^2)| as the theta function has it;  (b) biases to 1e-3 where the weight
//            exceeds 1e-4; (c) weights and symbol of the projection, which is not the Gaussian
// Source     T7, T12 of the heat theory; E5
// Builds on  attention/window, training, solvers/heat, solvers/heat/theory
// Figure     analysis/heat/stencil_propagator.py
#include <cmath>

#include "core/core/progress.hpp"
#include "experiments/experiment.hpp"
#include "experiments/heat/parts/lattice_bias.hpp"
#include "experiments/heat/parts/mode_symbols.hpp"
#include "experiments/heat/parts/oracle.hpp"
#include "experiments/heat/parts/rate_cases.hpp"
#include "experiments/heat/parts/stencil_lesson.hpp"
#include "experiments/heat/parts/stencil_rollout.hpp"
#include "experiments/heat/parts/sweep.hpp"
#include "experiments/heat/parts/training_field.hpp"
#include "solvers/heat/spectral.hpp"
#include "solvers/heat/theory/theta_function.hpp"

namespace attune::experiments::heat {
namespace stencil_propagator_parts {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;

struct Params {
  Sweep sweep;
  Cells cells{{32768}, {96, 96}, {20, 20, 20}};
  Cells symbol_cells{{64}, {32, 32}, {16, 16, 16}};
  RateCases cases{{0.25, 1}, {0.25, 1}, {0.08}, {5, 8}, {5, 8}, {3}};
  TrainingFields fields;
  bool tie_reflections = true;
  double least_weight = 1e-4, least_logit = -12;
  training::Options training;
  RolloutParams rollout;

  Params() {
    fields.smooth_width = 1;
    training.iterations = 400;
    training.loss_tolerance = 1e-26;
    training.relative_decrease = 1e-8;
    training.patience = 10;
    rollout.picture_crop = 96;
  }
};

void describe(auto& field, Params& p) {
  describe_sweep(field, p.sweep);
  describe_cells(field, p.cells, "cells of the training field, D = 1");
  field("symbol_cells_1d", p.symbol_cells.in_1d, "1", "cells of the grid whose modes measure (a), D = 1",
        between(1, 1 << 20), length(1));
  field("symbol_cells_2d", p.symbol_cells.in_2d, "1", "the same, D = 2", between(1, 4096), length(2));
  field("symbol_cells_3d", p.symbol_cells.in_3d, "1", "the same, D = 3", between(1, 256), length(3));
  describe_rate_cases(field, p.cases, {16, {64, 16, 6}});
  describe_training_fields(field, p.fields);
  field("tie_reflections", p.tie_reflections, "1", "offsets that are mirror images share a logit");
  field("least_weight", p.least_weight, "1", "(b) judges the biases of offsets with at least this weight",
        above(0), below(1));
  field("least_logit", p.least_logit, "1", "training starts from the Gaussian of (a), no logit below this",
        at_most(0));
  training::describe_options(field, p.training);
  describe_rollout(field, p.rollout);
}

constexpr Dataset boundary_name{"boundary", "1", "boundary", "boundary condition on every axis"};
constexpr Dataset seed_number{"seed", "1", "seed", "seed of the training field"};
constexpr Dataset offset_number{"offset", "cells", "offset", "distance from the cell along x"};
constexpr Dataset start_kind{"start", "1", "start", "initial field of the rollout"};
constexpr Dataset record_step{"step", "1", "step", "time steps since the start"};
constexpr Dataset gaussian_sup{"gaussian_sup", "1", "case boundary",
                               "(a) largest symbol error of the untrained Gaussian head, measured",
                               "max over modes |g - exp(-r |theta|^2)|"};
constexpr Dataset gaussian_sup_theory{"gaussian_sup_theory", "1", "case boundary",
                                      "(a) the same from the theta function"};
constexpr Dataset lattice_loss{"lattice_loss", "1", "case boundary seed",
                               "(b) mean square error of the head trained on exp(r laplace_h)"};
constexpr Dataset lattice_bias_error{
    "lattice_bias_error", "1", "case boundary seed",
    "(b) largest error of a bias against log prod I_d(2r)/I_0(2r), weights above least_weight"};
constexpr Dataset band_loss{"band_loss", "1", "case boundary seed",
                            "(c) mean square error of the head trained on exp(-r theta^2)"};
constexpr Dataset band_floor{"band_floor", "1", "case boundary seed",
                             "(c) least loss on the simplex for this very field"};
constexpr Dataset band_weight_error{"band_weight_error", "1", "case boundary seed",
                                    "(c) largest distance of a weight from the projection's"};
constexpr Dataset band_symbol_error{
    "band_symbol_error",
    "1",
    "case boundary seed",
    "(c) largest distance of the symbol from the projection's; NaN where the grid's modes are not the head's",
    "",
    true};
constexpr Dataset band_sup{
    "band_sup", "1", "case boundary seed", "(c) largest symbol error of the trained head; NaN likewise",
    "",         true};
constexpr Dataset band_sup_theory{
    "band_sup_theory", "1", "case boundary seed", "(c) the same of the projection; NaN likewise", "", true};
constexpr Dataset profile_lattice{
    "profile_lattice",
    "1",
    "case offset",
    "(b) trained weights along x, first seed and boundary; NaN outside the window",
    "",
    true};
constexpr Dataset profile_bessel{
    "profile_bessel", "1", "case offset", "(b) exp(-2 D r) prod I_d(2 r) along x; NaN likewise", "", true};
constexpr Dataset profile_band{
    "profile_band", "1", "case offset", "(c) trained weights along x; NaN likewise", "", true};
constexpr Dataset profile_projection{"profile_projection",
                                     "1",
                                     "case offset",
                                     "(c) weights of the projection along x; NaN likewise",
                                     "",
                                     true};
constexpr Dataset rollout_measured{
    "rollout_error", "1", "case boundary start step",
    "distance of the rollout of the head of (c) from the heat equation, relative"};
constexpr Dataset rollout_predicted{"rollout_error_predicted",
                                    "1",
                                    "case boundary start step",
                                    "the same in closed form; NaN where there is none",
                                    "",
                                    true};

std::string name_of(const RateCase& c, const std::string& boundary) { return c.name + "_" + boundary; }

// Beyond this distance the weights of the Gaussian head are below 1e-18 of the centre's.
Index gaussian_reach(double r) { return static_cast<Index>(std::ceil(std::sqrt(4 * r * 41.5))); }

void check(const Params& p, const Deck& deck) {
  check_sweep(p.sweep, deck);
  for (const Index D : p.sweep.dimensions) {
    const std::string suffix = "_" + std::to_string(D) + "d";
    const auto& r = p.cases.fourier(D);
    const auto& reach = p.cases.reach(D);
    check_rate_cases(p.cases, D, deck);
    for (std::size_t i = 0; i < r.size(); ++i) {
      for (const Index n : p.cells.in(D))
        if (n <= 2 * reach[i])
          deck.refuse("params.cells" + suffix, "must exceed twice the reach of the window along every axis");
      for (const Index n : p.symbol_cells.in(D))
        if (n < gaussian_reach(r[i]))
          deck.refuse("params.symbol_cells" + suffix, "must be at least " +
                                                          std::to_string(gaussian_reach(r[i])) +
                                                          ", the reach of the Gaussian for the largest r");
    }
  }
}

Kokkos::Array<double, 3> per_axis(double r) { return {r, r, r}; }

// The same field after one exact step.
template <class Scalar>
Field<Scalar> advance(const Params& p, const Setting& s, Index seed, const solver::Symbol& propagator) {
  const auto target = training_field<Scalar>(p.fields, s, seed, s.halo(1));
  solver::apply_symbol(target, s.domain, s.boundaries, propagator);
  return target;
}

// (a): the kernel's answer to a spike in the first cell holds every mode.
template <class Scalar> double measure_gaussian(const RateCase& c, const Setting& s) {
  const auto offsets = attention::window::box_offsets(c.dimensions, gaussian_reach(c.r));
  const LearnedStencil head(s, offsets, false);
  const StencilWeights weights = head.gaussian_weights(c.r, -INFINITY);
  const auto u = s.domain.field<Scalar>("heat::impulse", head.halo());
  const auto response = s.domain.field<Scalar>("heat::response");
  std::vector<double> spike(static_cast<std::size_t>(u.box.cells()), 0.0);
  if (s.domain.communicator().rank == 0) spike.front() = 1;
  solver::assign(u, spike);
  const auto impulse = everywhere(u, s);
  solver::fill_ghosts(u, s.domain, s.boundaries);
  head.apply(u, weights, response);
  return largest_symbol_error(s.grid(), impulse, everywhere(response, s), c.r);
}

double expected_gaussian(const RateCase& c, const Setting& s) {
  std::array<std::vector<double>, 3> thetas;
  for (int a = 0; a < 3; ++a)
    thetas[a] = a < 3 - c.dimensions ? std::vector<double>{0.0} : theory::grid_angles(s.grid(), a);
  return theory::gaussian_head_supremum(c.r, thetas).value;
}

// A weight of a stencil by its place on the x axis.
double on_axis(const theory::Stencil& stencil, Index x) { return theory::weight_at(stencil, {0, 0, x}); }

template <class Scalar> struct Lesson {
  theory::Stencil trained;
  StencilWeights weights;
  training::History history;
  std::vector<double> field, target;
};

template <class Scalar>
Lesson<Scalar> teach(const Params& p, const RateCase& c, const Setting& s, Index seed,
                     const solver::Symbol& propagator) {
  const LearnedStencil learned(s, attention::window::box_offsets(c.dimensions, c.reach), p.tie_reflections);
  const auto u = training_field<Scalar>(p.fields, s, seed, learned.halo());
  const auto y = advance<Scalar>(p, s, seed, propagator);
  Lesson<Scalar> lesson;
  lesson.weights = learned.gaussian_weights(c.r, p.least_logit);
  lesson.history = learn(StencilLesson<Scalar>(learned, s, u, y), lesson.weights, p.training);
  lesson.trained = learned.stencil(lesson.weights);
  lesson.field = everywhere(u, s);
  lesson.target = everywhere(y, s);
  return lesson;
}

struct Tables {
  Array gaussian, gaussian_theory, lattice_loss, bias_error, band_loss, floor, weight_error, symbol_error,
      sup, sup_theory;
  Array on_lattice, on_bessel, on_band, on_projection;
};

void fill_profile(Array& table, std::size_t c, Index reach, Index widest, const auto& weight) {
  for (Index x = -reach; x <= reach; ++x) entry(table, {c, static_cast<std::size_t>(x + widest)}) = weight(x);
}

template <class Scalar>
void study_gaussian(const Params& p, const RateCase& c, std::size_t at, std::size_t b, const Domain& world,
                    Tables& tables, Results& results) {
  const Setting s = make_setting(world, p.symbol_cells.in(c.dimensions), p.sweep.boundaries[b]);
  const double measured = measure_gaussian<Scalar>(c, s), expected = expected_gaussian(c, s);
  entry(tables.gaussian, {at, b}) = measured;
  entry(tables.gaussian_theory, {at, b}) = expected;
  results.claim({"gaussian_symbol_" + name_of(c, s.boundary),
                 "(a) The symbol error of the untrained Gaussian head is that of the theta function",
                 measured, Kind::equal_abs, expected, 1e-10 * round_off_scale<Scalar>(), "1", "T7",
                 Role::identity});
}

template <class Scalar>
void study_lattice(const Params& p, const RateCase& c, std::size_t at, std::size_t b, Index widest,
                   const Setting& s, Tables& tables, Results& results, Progress& progress) {
  double worst = 0;
  for (std::size_t k = 0; k < p.fields.seeds.size(); ++k) {
    const auto lesson = teach<Scalar>(p, c, s, p.fields.seeds[k], solver::lattice_propagator(per_axis(c.r)));
    const double error = largest_bias_error(c.dimensions, c.r, lesson.trained, p.least_weight);
    entry(tables.lattice_loss, {at, b, k}) = lesson.history.best_loss;
    entry(tables.bias_error, {at, b, k}) = error;
    worst = std::max(worst, error);
    if (b == 0 && k == 0) {
      fill_profile(tables.on_lattice, at, c.reach, widest,
                   [&](Index x) { return on_axis(lesson.trained, x); });
      fill_profile(tables.on_bessel, at, c.reach, widest, [&](Index x) {
        return bessel_weight(c.dimensions, c.r, {0, 0, x});
      });
    }
    progress.advance();
  }
  results.claim({"lattice_bias_" + name_of(c, s.boundary),
                 "(b) The head trained on the lattice propagator has the biases log prod I_d(2r)/I_0(2r); "
                 "largest error of any seed",
                 worst, Kind::at_most, 0, 1e-3, "1", "T7", Role::convergence});
}

// Returns the logits of the first seed, for rollouts.
template <class Scalar>
StencilWeights study_band(const Params& p, const RateCase& c, std::size_t at, std::size_t b, Index widest,
                          const Setting& s, Tables& tables, Results& results, Progress& progress) {
  StencilWeights first;
  double worst_weight = 0, worst_symbol = 0, worst_sup = 0, largest_sup = 0;
  bool has_symbol = true;
  for (std::size_t k = 0; k < p.fields.seeds.size(); ++k) {
    const auto lesson =
        teach<Scalar>(p, c, s, p.fields.seeds[k], solver::band_limited_propagator(per_axis(c.r)));
    const auto best =
        best_for_sample(s.grid(), lesson.trained.offsets, p.tie_reflections, {lesson.field}, {lesson.target});
    double weight_error = 0;
    for (std::size_t o = 0; o < lesson.trained.weights.size(); ++o)
      weight_error = std::max(weight_error, std::abs(lesson.trained.weights[o] - best.stencil.weights[o]));
    const auto symbols = symbol_errors(s.grid(), c.r, lesson.trained, best.stencil);
    entry(tables.band_loss, {at, b, k}) = lesson.history.best_loss;
    entry(tables.floor, {at, b, k}) = best.loss;
    entry(tables.weight_error, {at, b, k}) = weight_error;
    entry(tables.symbol_error, {at, b, k}) = symbols.between;
    entry(tables.sup, {at, b, k}) = symbols.trained;
    entry(tables.sup_theory, {at, b, k}) = symbols.projection;
    has_symbol = has_symbol && std::isfinite(symbols.between);
    worst_weight = std::max(worst_weight, weight_error);
    worst_symbol = std::max(worst_symbol, symbols.between);
    worst_sup = std::max(worst_sup, std::abs(symbols.trained / symbols.projection - 1));
    largest_sup = std::max(largest_sup, symbols.trained);
    if (k == 0) first = lesson.weights;
    if (b == 0 && k == 0) {
      fill_profile(tables.on_band, at, c.reach, widest, [&](Index x) { return on_axis(lesson.trained, x); });
      fill_profile(tables.on_projection, at, c.reach, widest,
                   [&](Index x) { return on_axis(best.stencil, x); });
    }
    progress.advance();
  }
  const auto name = name_of(c, s.boundary);
  const std::string absent = has_symbol ? "" : "the stencil is not symmetric and the grid has walls";
  results.claim(
      {"band_weights_" + name,
       "(c) The head trained on the band-limited propagator has the weights of the projection; any seed",
       worst_weight, Kind::at_most, 0, 1e-3, "1", "T3, T7", Role::convergence});
  results.claim({"band_symbol_" + name, "(c) and its symbol, over all modes of the grid", worst_symbol,
                 Kind::at_most, 0, 1e-3, "1", "T3, T7", Role::convergence, Scale::smoke, absent});
  results.claim({"band_sup_" + name, "(c) Its largest symbol error is that of the projection, relative",
                 worst_sup, Kind::at_most, 0, 1e-2, "1", "T3, T7", Role::convergence, Scale::quick, absent});
  results.claim({"band_beats_gaussian_" + name, "(c) and smaller than the untrained Gaussian's", largest_sup,
                 Kind::at_most, theory::gaussian_head_supremum(c.r, c.dimensions).value, 0, "1", "T7",
                 Role::empirical, Scale::quick, absent});
  return first;
}

template <class Scalar>
void study_rollout(const Params& p, const RateCase& c, std::size_t at, std::size_t b, const Domain& world,
                   const StencilWeights& weights, Array& measured, Array& predicted, Results& results,
                   Progress& progress) {
  const Map picture = read_map(p.rollout.picture, c.dimensions, p.rollout.picture_crop, world.communicator());
  const Setting s = make_setting(world, picture.cells, p.sweep.boundaries[b]);
  const LearnedStencil learned(s, attention::window::box_offsets(c.dimensions, c.reach), p.tie_reflections);
  for (std::size_t k = 0; k < p.rollout.starts.size(); ++k) {
    const auto audit = roll_out<Scalar>(p.rollout, s, picture, p.rollout.starts[k], c.r, learned, weights,
                                        start_noise(p.fields.seeds.front(), p.fields.deck_seed));
    for (std::size_t n = 0; n < audit.measured.size(); ++n) {
      entry(measured, {at, b, k, n}) = audit.measured[n];
      if (!audit.predicted.empty()) entry(predicted, {at, b, k, n}) = audit.predicted[n];
    }
    claim_rollout(p.rollout.starts[k] + "_" + name_of(c, s.boundary), audit, results);
    progress.advance();
  }
}

void write_coordinates(const Params& p, const std::vector<RateCase>& cases, Index widest,
                       const std::vector<Index>& records, Results& results) {
  std::vector<double> offsets;
  for (Index x = -widest; x <= widest; ++x) offsets.push_back(static_cast<double>(x));
  write_cases(cases, results);
  results.labels(boundary_name, p.sweep.boundaries);
  results.axis(seed_number, {p.fields.seeds.begin(), p.fields.seeds.end()});
  results.axis(offset_number, offsets);
  results.labels(start_kind, p.rollout.starts);
  results.axis(record_step, {records.begin(), records.end()});
}

void write_tables(const Tables& t, Results& results) {
  results.write(gaussian_sup, t.gaussian);
  results.write(gaussian_sup_theory, t.gaussian_theory);
  results.write(lattice_loss, t.lattice_loss);
  results.write(lattice_bias_error, t.bias_error);
  results.write(band_loss, t.band_loss);
  results.write(band_floor, t.floor);
  results.write(band_weight_error, t.weight_error);
  results.write(band_symbol_error, t.symbol_error);
  results.write(band_sup, t.sup);
  results.write(band_sup_theory, t.sup_theory);
  results.write(profile_lattice, t.on_lattice);
  results.write(profile_bessel, t.on_bessel);
  results.write(profile_band, t.on_band);
  results.write(profile_projection, t.on_projection);
}

template <class Scalar> void study(const Params& p, const Domain& world, Results& results) {
  const auto cases = cases_of(p.cases, p.sweep.dimensions);
  const auto records = record_steps(p.rollout.steps, p.rollout.records);
  const std::size_t C = cases.size(), B = p.sweep.boundaries.size(), S = p.fields.seeds.size(),
                    K = p.rollout.starts.size();
  Index widest = 0;
  for (const RateCase& c : cases) widest = std::max(widest, c.reach);
  write_coordinates(p, cases, widest, records, results);

  Progress progress("heat/stencil_propagator", static_cast<Index>(C * B * (1 + 2 * S + K)), world.speaks());
  const Array per_grid = tabulated({C, B}), per_seed = tabulated({C, B, S}),
              profile = tabulated({C, static_cast<std::size_t>(2 * widest + 1)});
  Tables tables{per_grid, per_grid, per_seed, per_seed, per_seed, per_seed, per_seed,
                per_seed, per_seed, per_seed, profile,  profile,  profile,  profile};
  Array measured = tabulated({C, B, K, records.size()}), predicted = measured;
  for (std::size_t at = 0; at < C; ++at)
    for (std::size_t b = 0; b < B; ++b) {
      const RateCase& c = cases[at];
      study_gaussian<Scalar>(p, c, at, b, world, tables, results);
      progress.advance();
      const Setting s = make_setting(world, p.cells.in(c.dimensions), p.sweep.boundaries[b]);
      study_lattice<Scalar>(p, c, at, b, widest, s, tables, results, progress);
      const auto weights = study_band<Scalar>(p, c, at, b, widest, s, tables, results, progress);
      study_rollout<Scalar>(p, c, at, b, world, weights, measured, predicted, results, progress);
    }
  write_tables(tables, results);
  results.write(rollout_measured, measured);
  results.write(rollout_predicted, predicted);
}

template <class Scalar>
void run(const Params& params, const Deck& deck, const Domain& world, Results& results) {
  Params p = params;
  p.fields.deck_seed = deck.seed();
  study<Scalar>(p, world, results);
}

}  // namespace stencil_propagator_parts

extern const Verbs stencil_propagator =
    verbs<stencil_propagator_parts::Params, stencil_propagator_parts::check,
          stencil_propagator_parts::run<double>, stencil_propagator_parts::run<float>>();

}  // namespace attune::experiments::heat
