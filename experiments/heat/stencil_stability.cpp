// experiments/heat/stencil_stability.cpp
//
// Question   Is a stencil that was fitted to smooth data stable on data it has never seen?
// Equation   all learn exp(-r theta^2) on one box window from fields of waves |theta_a| <= band, rows of total 1:
//            softmax, a Gaussian of one parameter, (1 + a) P u - a Q u, and the convolution of any sign by least
//            squares
// Exact      a step multiplies a wave by g(theta) = sum_o w_o cos(o . theta): noise grows at last by max |g| a step;
//            softmax: |g| <= 1, and no value leaves the range of the data; two heads: |g| <= 1 + 2 a
// Expect     D = 1, band pi / 4: the convolution errs least on its band and grows by 2.67 (r = 1, W = 2) and 28.6
//            (r = 2, W = 4) a step beyond it; it is stable at r = 1/4. Softmax never grows
// Data       one change at a time from white noise on a periodic grid: spectra and photographs, walls, grid sizes,
//            other r (a stencil knows its own r alone, so r' is met by round(n r' / r) steps for n), long times
// Source     T8, T12 of the heat theory; E7
// Builds on  attention/window, training, solvers/heat, solvers/heat/theory
// Figure     analysis/heat/stencil_stability.py
#include <cmath>
#include <numeric>

#include "core/core/progress.hpp"
#include "experiments/experiment.hpp"
#include "experiments/heat/parts/rate_cases.hpp"
#include "experiments/heat/parts/rollout.hpp"
#include "experiments/heat/parts/stability/band_oracle.hpp"
#include "experiments/heat/parts/stability/contestant.hpp"
#include "experiments/heat/parts/stability/fit_audit.hpp"
#include "experiments/heat/parts/stability/march_claims.hpp"
#include "experiments/heat/parts/stability/variants.hpp"
#include "experiments/heat/parts/training_field.hpp"
#include "solvers/heat/theory/rollout.hpp"
#include "solvers/heat/theory/symbol_maximum.hpp"

namespace attune::experiments::heat {
namespace stencil_stability_parts {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;
using namespace stability;

struct Params {
  std::vector<Index> dimensions{1, 2, 3};
  double band = std::numbers::pi / 4;
  Cells cells{{2048}, {40, 42}, {24, 24, 24}};
  RateCases cases{{0.25, 1, 2}, {0.25, 1, 2}, {0.25, 1}, {2, 2, 4}, {2, 2, 4}, {1, 2}};
  double amount = 1, least_logit = -12;
  std::vector<Index> seeds{1, 2, 3};
  training::Options training;
  OtherData other;
  Index steps = 200, growth_steps = 200;
  int records = 16, angles = 65;
  double stop = 1e12, leave = 10;
  std::uint32_t deck_seed = 1;

  Params() {
    training.iterations = 200;
    training.relative_decrease = 1e-9;
    training.patience = 30;
  }
};

void describe(auto& field, Params& p) {
  field("dimensions", p.dimensions, "1", "space dimensions D to visit", between(1, 3), length(1, 3));
  field("band", p.band, "1", "largest angle theta = k h along an axis of the training fields", above(0),
        at_most(std::numbers::pi));
  field("cells_1d", p.cells.in_1d, "1", "cells of the training fields, D = 1", between(1, 1 << 22),
        length(1));
  field("cells_2d", p.cells.in_2d, "1", "the same, D = 2, (y, x)", between(1, 2048), length(2));
  field("cells_3d", p.cells.in_3d, "1", "the same, D = 3, (z, y, x)", between(1, 256), length(3));
  describe_rate_cases(field, p.cases, {64, {12, 5, 2}});
  field("amount", p.amount, "1", "a of the two heads of opposite sign", above(0), at_most(1000));
  field("least_logit", p.least_logit, "1", "heads start from the Gaussian of r, no logit below this",
        at_most(0));
  field("seeds", p.seeds, "1", "one training field each", between(0, 4294967295.0), length(1, 1000));
  training::describe_options(field, p.training);
  describe_other_data(field, p.other);
  field("steps", p.steps, "1", "steps of a rollout at the r of training", between(1, 1e7));
  field("growth_steps", p.growth_steps, "1", "steps of the power iteration for max |g|", between(1, 1e7));
  field("records", p.records, "1", "steps at which a rollout is compared", between(1, 1000));
  field("angles", p.angles, "1", "angles at which symbols are stored", between(2, 100000));
  field("stop", p.stop, "1", "a rollout ends once max |u| is so many times its start", above(1),
        at_most(1e30));
  field("leave", p.leave, "1", "it has left its data once max |u| is so many times its start", above(1),
        at_most(1e30));
}

constexpr Dataset contestant_name{"contestant", "1", "contestant", "what was fitted"};
constexpr Dataset seed_number{"seed", "1", "seed", "seed of the training field"};
constexpr Dataset angle_value{"angle", "1", "angle", "theta along every axis at once: the diagonal"};
constexpr Dataset variant_name{"variant", "1", "variant", "what the stencil meets"};
constexpr Dataset variant_axis{"variant_axis", "1", "variant", "how that differs from training"};
constexpr Dataset record_step{"step", "1", "step", "steps at the r asked for"};
constexpr Dataset train_error{"train_rms", "1", "case contestant seed",
                              "root mean square error on the training field, whose mean square is 1"};
constexpr Dataset positive_optimum{"positive_optimum", "1", "case seed",
                                   "the least that weights >= 0 reach on that field, by theory"};
constexpr Dataset signed_optimum{"signed_optimum", "1", "case seed", "the least that any weights reach"};
constexpr Dataset certificate{"growth_certificate", "1", "case contestant seed",
                              "von Neumann: growth a step of the worst wave of all angles, before any step",
                              "max |g(theta)|"};
constexpr Dataset band_growth{"growth_of_best_on_band", "1", "case",
                              "the same for the best weights of any sign on the whole band, by theory"};
constexpr Dataset waves_growth{"growth_of_best_on_waves", "1", "case",
                               "the same for equal shares of the training grid's own waves in the band"};
constexpr Dataset grid_growth{"growth_on_grid", "1", "case contestant",
                              "max |g| over the waves of the test grid, first seed"};
constexpr Dataset growth_measured{"growth_measured", "1", "case contestant",
                                  "|A u| / |u| of white noise after growth_steps steps, first seed"};
constexpr Dataset growth_predicted{"growth_predicted", "1", "case contestant", "the same in closed form"};
constexpr Dataset symbols{"symbol", "1", "case contestant angle", "g on the diagonal, first seed",
                          "sum_o w_o cos(o . theta)"};
constexpr Dataset rollout_measured{
    "rollout_error",
    "1",
    "case variant contestant step",
    "distance from the heat equation, relative; NaN once the field has blown up",
    "|A^m u0 - T^n u0| / |T^n u0|",
    true};
constexpr Dataset rollout_predicted{"rollout_error_predicted",
                                    "1",
                                    "case variant contestant step",
                                    "the same in closed form",
                                    "|(g_A^m - g_T^n) u0^| / |g_T^n u0^|",
                                    true};
constexpr Dataset largest{
    "largest", "1", "case variant contestant step", "max |u| over that of the start; NaN likewise", "", true};
constexpr Dataset left_at{"left_at", "1", "case contestant",
                          "first step at which white noise exceeds leave times its start; 0: none"};
constexpr Dataset left_predicted{"left_at_predicted", "1", "case contestant", "the same in closed form"};

constexpr std::size_t contestants = 4;

void check_dimension(const Params& p, Index D, const Deck& deck) {
  const std::string suffix = "_" + std::to_string(D) + "d";
  check_rate_cases(p.cases, D, deck);
  for (const Index reach : p.cases.reach(D)) {
    for (const Index n : p.cells.in(D))
      if (waves_in_band(n, p.band) <= reach)
        deck.refuse("params.cells" + suffix,
                    "must have more waves up to the band along every axis than the "
                    "window has cells on one side: nothing is left to learn else");
    std::vector<double> sizes = p.other.sizes;
    sizes.push_back(1);
    for (const double size : sizes)
      for (const Index n : scaled(p.other.cells.in(D), size))
        if (n <= 2 * reach)
          deck.refuse("params.test_cells" + suffix,
                      "must exceed twice the reach of every window, times the smallest of sizes too");
  }
}

void check(const Params& p, const Deck& deck) {
  for (std::size_t n = 0; n < p.dimensions.size(); ++n) {
    for (std::size_t m = 0; m < n; ++m)
      if (p.dimensions[n] == p.dimensions[m]) deck.refuse("params.dimensions", "must not repeat an entry");
    check_dimension(p, p.dimensions[n], deck);
  }
  if (p.stop <= p.leave) deck.refuse("params.stop", "must exceed leave");
}

template <class Scalar>
BandTask<Scalar> task_of(const Params& p, const RateCase& c, Index seed, const Domain& world) {
  const Setting s = make_setting(world, p.cells.in(c.dimensions), "periodic");
  const auto u = s.domain.field<double>("heat::task::u", s.halo(c.reach));
  const auto y = s.domain.field<double>("heat::task::y");
  fill_band(u, s, p.band, field_noise(seed, p.deck_seed, c.dimensions));
  solver::combine(y, {{1.0, u}});
  solver::apply_symbol(y, s.domain, s.boundaries, solver::band_limited_propagator({c.r, c.r, c.r}));
  BandTask<Scalar> task{s,
                        c.reach,
                        c.r,
                        p.amount,
                        s.domain.field<Scalar>("heat::task::input", s.halo(c.reach)),
                        s.domain.field<Scalar>("heat::task::target"),
                        s.domain.gather(u),
                        s.domain.gather(y),
                        p.training,
                        p.least_logit};
  Kokkos::deep_copy(task.u.values, u.values);
  Kokkos::deep_copy(task.y.values, y.values);
  solver::fill_ghosts(task.u, s.domain, s.boundaries);
  return task;
}

struct Tables {
  Array train, positive, any_sign, certificate, band, waves, grid, measured, expected, symbol;
  Array error, predicted, largest, left, left_predicted;
};

std::vector<double> diagonal(const Params& p) {
  std::vector<double> angles;
  for (int n = 0; n < p.angles; ++n) angles.push_back(std::numbers::pi * n / (p.angles - 1));
  return angles;
}

// Trains on every seed; returns the contestants of the first.
template <class Scalar>
std::vector<Contestant> study_training(const Params& p, const RateCase& c, std::size_t at,
                                       const Domain& world, Tables& t, Results& results, Progress& progress) {
  const auto window = attention::window::box_offsets(c.dimensions, c.reach);
  std::vector<Contestant> first;
  FitAudit audit;
  for (std::size_t k = 0; k < p.seeds.size(); ++k) {
    const auto task = task_of<Scalar>(p, c, p.seeds[k], world);
    const auto spectrum = spectrum_of(task.setting.grid(), task.field, p.band);
    const Optima best{theory::fit_positive(window, spectrum, heat_target(c.r)),
                      theory::fit_signed(window, spectrum, heat_target(c.r))};
    entry(t.positive, {at, k}) = best.positive.rms;
    entry(t.any_sign, {at, k}) = best.any_sign.rms;
    std::vector<Contestant> all;
    for (std::size_t n = 0; n < contestants; ++n) {
      all.push_back(trained(static_cast<Learner>(n), task));
      entry(t.train, {at, n, k}) = all[n].train_rms;
      entry(t.certificate, {at, n, k}) = all[n].growth;
    }
    audit_fits(all, best, std::numeric_limits<Scalar>::epsilon(), audit);
    if (k == 0) first = all;
    progress.advance();
  }
  const auto nodes = static_cast<int>(10 + 2 * c.reach);
  const auto best =
      theory::fit_signed(window, theory::uniform_band(p.band, c.dimensions, nodes), heat_target(c.r));
  entry(t.band, {at}) = theory::largest_symbol(best.stencil).size;
  const auto expected =
      theory::fit_signed(window, white_band(p.cells.in(c.dimensions), p.band), heat_target(c.r));
  entry(t.waves, {at}) = theory::largest_symbol(expected.stencil).size;
  claim_fits(c.name, audit, entry(t.waves, {at}), p.amount, results);
  return first;
}

// White noise on the grid of rollouts: does it grow as certified, and leave its range when predicted?
template <class Scalar>
void study_growth(const Params& p, std::size_t at, std::size_t n, const Contestant& one, const Setting& s,
                  const Field<Scalar>& start, const LearnedStep<Scalar>& step, const MarchPlan& plan,
                  Index left, Tables& t, MarchVerdicts& verdicts) {
  std::vector<Index> candidates = plan.records;
  if (left > 0) {
    candidates.resize(static_cast<std::size_t>(left) + 1);
    std::iota(candidates.begin(), candidates.end(), 1);
  }
  const auto field = everywhere(start, s);
  const Index predicted = predicted_leave(s, field, plan, candidates);
  entry(t.left, {at, n}) = static_cast<double>(left);
  entry(t.left_predicted, {at, n}) = static_cast<double>(predicted);
  verdicts.left_apart = std::max(verdicts.left_apart, std::abs(static_cast<double>(left - predicted)));

  const double on_grid = entry(t.grid, {at, n}) = *theory::growth(s.grid(), one.stencil);
  const double seen = entry(t.measured, {at, n}) = measured_growth<Scalar>(s, start, p.growth_steps, step);
  const double predicted_seen = entry(t.expected, {at, n}) =
      predicted_growth(s, field, one.stencil, p.growth_steps);
  const double round_off = static_cast<double>(p.growth_steps) * one.points() * one.size() *
                           std::numeric_limits<Scalar>::epsilon() * std::sqrt(static_cast<double>(s.cells()));
  verdicts.growth_apart = std::max(verdicts.growth_apart, std::abs(seen / predicted_seen - 1) / round_off);
  verdicts.grid_bound = std::max(verdicts.grid_bound, seen / on_grid - 1);
  verdicts.grid_distance = std::max(verdicts.grid_distance, std::abs(seen / on_grid - 1));
}

template <class Scalar>
void study_variant(const Params& p, const RateCase& c, std::size_t at, std::size_t v, const Variant& variant,
                   const std::vector<Contestant>& all, const Domain& world, Tables& t,
                   MarchVerdicts& verdicts) {
  const Stage stage = stage_of(p.other, variant, c.dimensions, world);
  const auto records = record_steps(p.steps, p.records);
  for (std::size_t n = 0; n < contestants; ++n) {
    const Contestant& one = all[n];
    const LearnedStep<Scalar> step(one, stage.setting, c.reach);
    const auto start =
        start_of<Scalar>(variant, stage, p.band, step.halo(), start_noise(p.seeds.front(), p.deck_seed));
    const MarchPlan plan{one.stencil, c.r,        c.r * variant.conductivity,
                         records,     one.growth, one.points(),
                         one.size(),  p.stop,     p.leave};
    const MarchAudit audit = march<Scalar>(stage.setting, start, plan, step);
    for (std::size_t i = 0; i < records.size(); ++i) {
      entry(t.error, {at, v, n, i}) = audit.measured[i];
      entry(t.predicted, {at, v, n, i}) = audit.predicted[i];
      entry(t.largest, {at, v, n, i}) = audit.largest[i];
    }
    verdicts.disagreement = std::max(verdicts.disagreement, audit.disagreement);
    if (one.convex()) verdicts.excess = std::max(verdicts.excess, audit.excess / audit.excess_bound);
    if (v == 0) study_growth(p, at, n, one, stage.setting, start, step, plan, audit.left, t, verdicts);
  }
}

// Softmax over the free convolution: error at the last step from white noise; 0 where the latter has blown up.
double softmax_over_free(const Params& p, std::size_t at, Tables& t) {
  const std::size_t last = record_steps(p.steps, p.records).size() - 1;
  const double free = entry(t.error, {at, 0, contestants - 1, last});
  return std::isfinite(free) ? entry(t.error, {at, 0, 0, last}) / free : 0;
}

void write_coordinates(const Params& p, const std::vector<RateCase>& cases,
                       const std::vector<Variant>& variants, Results& results) {
  std::vector<std::string> names, axes;
  for (const Variant& v : variants) {
    names.push_back(v.name);
    axes.push_back(v.axis);
  }
  const auto records = record_steps(p.steps, p.records);
  write_cases(cases, results);
  results.labels(contestant_name, contestant_names);
  results.axis(seed_number, {p.seeds.begin(), p.seeds.end()});
  results.axis(angle_value, diagonal(p));
  results.labels(variant_name, names);
  results.text(variant_axis, axes);
  results.axis(record_step, {records.begin(), records.end()});
}

void write_tables(const Tables& t, Results& results) {
  results.write(train_error, t.train);
  results.write(positive_optimum, t.positive);
  results.write(signed_optimum, t.any_sign);
  results.write(certificate, t.certificate);
  results.write(band_growth, t.band);
  results.write(waves_growth, t.waves);
  results.write(grid_growth, t.grid);
  results.write(growth_measured, t.measured);
  results.write(growth_predicted, t.expected);
  results.write(symbols, t.symbol);
  results.write(rollout_measured, t.error);
  results.write(rollout_predicted, t.predicted);
  results.write(largest, t.largest);
  results.write(left_at, t.left);
  results.write(left_predicted, t.left_predicted);
}

void tabulate_symbols(const Params& p, const RateCase& c, std::size_t at, const std::vector<Contestant>& all,
                      Tables& t) {
  const auto angles = diagonal(p);
  for (std::size_t n = 0; n < contestants; ++n)
    for (std::size_t i = 0; i < angles.size(); ++i) {
      theory::PerAxis theta{0, 0, 0};
      for (int a = 3 - c.dimensions; a < 3; ++a) theta[a] = angles[i];
      entry(t.symbol, {at, n, i}) = theory::symbol(all[n].stencil, theta).real();
    }
}

template <class Scalar>
void run(const Params& params, const Deck& deck, const Domain& world, Results& results) {
  Params p = params;
  p.deck_seed = deck.seed();
  const auto cases = cases_of(p.cases, p.dimensions);
  const auto variants = variants_of(p.other);
  const std::size_t C = cases.size(), V = variants.size(), S = p.seeds.size(), N = contestants,
                    A = static_cast<std::size_t>(p.angles), R = record_steps(p.steps, p.records).size();
  write_coordinates(p, cases, variants, results);
  const Array seeds = tabulated({C, S}), fits = tabulated({C, N, S}), each = tabulated({C, N}),
              steps = tabulated({C, V, N, R});
  Tables t{fits,           seeds, seeds, fits, tabulated({C}),
           tabulated({C}), each,  each,  each, tabulated({C, N, A}),
           steps,          steps, steps, each, each};
  Progress progress("heat/stencil_stability", static_cast<Index>(C * (S + V)), world.speaks());
  for (std::size_t at = 0; at < C; ++at) {
    const auto all = study_training<Scalar>(p, cases[at], at, world, t, results, progress);
    tabulate_symbols(p, cases[at], at, all, t);
    MarchVerdicts verdicts;
    verdicts.growth_round_off *= round_off_scale<Scalar>();
    verdicts.growth_slack = 2.0 * cases[at].dimensions / static_cast<double>(p.growth_steps);
    for (std::size_t v = 0; v < V; ++v) {
      study_variant<Scalar>(p, cases[at], at, v, variants[v], all, world, t, verdicts);
      progress.advance();
    }
    claim_marches(cases[at].name, verdicts, softmax_over_free(p, at, t), results);
  }
  write_tables(t, results);
}

}  // namespace stencil_stability_parts

extern const Verbs stencil_stability =
    verbs<stencil_stability_parts::Params, stencil_stability_parts::check,
          stencil_stability_parts::run<double>, stencil_stability_parts::run<float>>();

}  // namespace attune::experiments::heat
