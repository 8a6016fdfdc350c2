// experiments/heat/stencil_zero_tail.cpp
//
// Question   How fast does a softmax head forget the keys that the heat step does not read?
// Equation   target  u' = (1 - 2 D r) u_i + r sum of the 2 D neighbours, 2 D r < 1;  plain gradient descent of rate
//            eta on mean (sum_o p_o u_{i+o} - u'_i)^2 for
//            fitting  p = softmax(b) on the step's own offsets,   wide  p = softmax(b) on a wider star,
//            sparse   p = sparsemax(b) on the wider star
// Exact      a weight that should be zero falls as t^{-1/2}, the loss as 1 / t; an interior optimum is approached
//            as (1 - eta lambda)^{2 t}, lambda the least curvature 2 J C J of the loss on the tangent of the simplex,
//            J = diag p - p p^T
// Expect     slope -1 of log loss over log t for the wide head; the rate of the curvature for the fitting one;
//            round-off for the sparse one, in weights too
// Source     T4 of the heat theory; E4
// Builds on  attention/window, attention/sparsemax, training, solvers/heat, solvers/heat/theory
// Figure     analysis/heat/stencil_zero_tail.py
#include <cmath>

#include "core/core/progress.hpp"
#include "experiments/experiment.hpp"
#include "experiments/heat/parts/oracle.hpp"
#include "experiments/heat/parts/sparse_head.hpp"
#include "experiments/heat/parts/sweep.hpp"
#include "experiments/heat/parts/training_field.hpp"
#include "solvers/heat/ftcs.hpp"

namespace attune::experiments::heat {
namespace stencil_zero_tail_parts {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;

struct Params {
  Sweep sweep;
  Cells cells{{1024}, {32, 32}, {12, 12, 12}};
  TrainingFields fields;
  double ratio = 0.5;
  Index reach = 2;
  Index iterations = 4000;
  double rate = 2, sparse_rate = 0.1;
  double loss_tolerance = 1e-29;
  int records = 60;
  bool tie_reflections = true;

  Params() { fields.seeds = {1, 2, 3}; }
};

void describe(auto& field, Params& p) {
  describe_sweep(field, p.sweep);
  describe_cells(field, p.cells, "cells of the training field, D = 1");
  describe_training_fields(field, p.fields);
  field("ratio", p.ratio, "1", "2 D r of the step to learn", above(0), below(1));
  field("reach", p.reach, "cells", "half-width of the wide star", between(2, 16));
  field("iterations", p.iterations, "1", "steps of gradient descent", between(100, 1e8));
  field("rate", p.rate, "1", "eta, the step size of gradient descent of the softmax heads", above(0));
  field("sparse_rate", p.sparse_rate, "1",
        "that of the sparsemax head; a step too long drops keys that no gradient brings back", above(0));
  field("loss_tolerance", p.loss_tolerance, "1", "stop when the loss is at most this", at_least(0));
  field("records", p.records, "1", "steps, evenly spread in log t, at which the loss is stored",
        between(10, 10000));
  field("tie_reflections", p.tie_reflections, "1", "offsets that are mirror images share a bias");
}

constexpr Dataset head_name{"head", "1", "head", "fitting softmax, wide softmax or wide sparsemax"};
constexpr Dataset seed_number{"seed", "1", "seed", "seed of the training field"};
constexpr Dataset record_step{"iteration", "1", "iteration", "steps of gradient descent"};
constexpr Dataset loss_course{"loss",
                              "1",
                              "dimension boundary head seed iteration",
                              "mean square error; NaN once training has stopped",
                              "mean_i (sum_o p_o u_{i+o} - u'_i)^2",
                              true};
constexpr Dataset tail_slope{
    "tail_slope",
    "1",
    "dimension boundary seed",
    "slope of log loss over log t, last decade of the wide softmax; NaN where training stopped",
    "",
    true};
constexpr Dataset measured_rate{
    "rate_measured",
    "1",
    "dimension boundary seed",
    "fall of log loss a step, fitting softmax, over its last six decades; NaN if the loss does not fall",
    "",
    true};
constexpr Dataset predicted_rate{"rate_predicted", "1", "dimension boundary seed",
                                 "the same from the curvature", "-2 log(1 - eta lambda)"};
constexpr Dataset outside{"weight_outside", "1", "dimension boundary head seed",
                          "sum of the weights beyond the step's own offsets at the end"};

const std::vector<std::string> heads{"fitting", "wide", "sparse"};

void check(const Params& p, const Deck& deck) {
  check_sweep(p.sweep, deck);
  for (const Index D : p.sweep.dimensions)
    for (const Index n : p.cells.in(D))
      if (n <= 2 * p.reach)
        deck.refuse("params.cells_" + std::to_string(D) + "d",
                    "must exceed twice the reach of the wide star");
}

std::vector<Index> records_of(const Params& p) {
  std::vector<Index> steps{0};
  for (int n = 0; n < p.records; ++n) {
    const double at = std::pow(static_cast<double>(p.iterations), n / (p.records - 1.0));
    const auto step = static_cast<Index>(std::llround(at));
    if (step > steps.back()) steps.push_back(step);
  }
  return steps;
}

// Slope of the least-squares line.
double slope(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sx += x[i], sy += y[i], sxx += x[i] * x[i], sxy += x[i] * y[i];
  return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

double slope_of_last_decade(const std::vector<double>& loss) {
  std::vector<double> x, y;
  for (std::size_t t = loss.size() / 10; t < loss.size(); ++t)
    if (t > 0) x.push_back(std::log(static_cast<double>(t))), y.push_back(std::log(loss[t]));
  return slope(x, y);
}

// Fall of log loss a step over the last six decades of loss, the last one left to round-off.
double rate_of_fall(const std::vector<double>& loss) {
  const double least = loss.back();
  std::vector<double> x, y;
  for (std::size_t t = 0; t < loss.size(); ++t)
    if (loss[t] > 10 * least && loss[t] < 1e7 * least)
      x.push_back(static_cast<double>(t)), y.push_back(std::log(loss[t]));
  return x.size() > 1 ? -slope(x, y) : NAN;
}

template <class Scalar> Field<Scalar> advance(const Params& p, const Setting& s, Index seed) {
  const auto y = s.domain.field<Scalar>("heat::lesson::target");
  const double r = p.ratio / (2 * s.dimensions);
  solver::ftcs_step(training_field<Scalar>(p.fields, s, seed, s.halo(1)), solver::rates_of(r, s.dimensions),
                    y);
  return y;
}

struct Course {
  std::vector<double> loss;
  double outside = 0;
};

double weight_outside(const LearnedStencil& learned, const std::vector<double>& weights) {
  double sum = 0;
  for (std::size_t o = 0; o < weights.size(); ++o) {
    const Triple& at = learned.offsets()[o];
    if (at[0] * at[0] + at[1] * at[1] + at[2] * at[2] > 1) sum += weights[o];
  }
  return sum;
}

template <class Scalar> Course train(const Params& p, const Setting& s, const std::string& head, Index seed) {
  const Index reach = head == "fitting" ? 1 : p.reach;
  const LearnedStencil learned(s, attention::window::star_offsets(s.dimensions, reach), p.tie_reflections);
  const auto u = training_field<Scalar>(p.fields, s, seed, learned.halo());
  const StencilLesson<Scalar> lesson(learned, s, u, advance<Scalar>(p, s, seed));
  training::Options options;
  options.method = "gradient_descent";
  options.iterations = static_cast<int>(p.iterations);
  options.rate = head == "sparse" ? p.sparse_rate : p.rate;
  options.loss_tolerance = p.loss_tolerance;
  StencilWeights weights = learned.equal_weights();
  if (head == "sparse") {
    const auto history = training::fit(weights, SparseLesson<Scalar>{lesson}, options);
    return {history.loss, weight_outside(learned, sparse_weights(learned, weights))};
  }
  const auto history = training::fit(weights, lesson, options);
  return {history.loss, weight_outside(learned, learned.stencil(weights).weights)};
}

// -2 log(1 - eta lambda) at the step's own weights, for this very field: of the least curvature, and of the largest
// that lies so near to it that descent does not tell them apart (D - 1 that tell the axes from each other).
struct Rates {
  double least, most;
  double distance(double rate) const {  // relative, from the interval
    return rate < least ? 1 - rate / least : rate > most ? rate / most - 1 : rate == rate ? 0 : NAN;
  }
};
template <class Scalar> Rates expected_rates(const Params& p, const Setting& s, Index seed) {
  const auto offsets = attention::window::star_offsets(s.dimensions, 1);
  const auto target = theory::ftcs(s.dimensions, p.ratio / (2 * s.dimensions));
  std::vector<double> weights;
  for (const Triple& o : offsets) weights.push_back(theory::weight_at(target, o));
  const auto u = everywhere(training_field<Scalar>(p.fields, s, seed, s.halo(1)), s);
  const auto rate_of = [&p](double curvature) { return -2 * std::log(std::abs(1 - p.rate * curvature)); };
  const auto curvatures = softmax_curvatures(s.grid(), {offsets, weights}, p.tie_reflections, u);
  double near = curvatures.front();
  for (const double c : curvatures)
    if (c < 1.2 * curvatures.front()) near = c;
  return {rate_of(curvatures.front()), rate_of(near)};
}

struct Tables {
  Array loss, slope, measured, predicted, outside;
};

template <class Scalar>
void measure_case(const Params& p, const Setting& s, std::size_t d, std::size_t b, Tables& tables,
                  Results& results) {
  const auto records = records_of(p);
  double farthest_slope = -1, farthest_rate = 0, worst_sparse = 0, worst_outside = 0;
  for (std::size_t k = 0; k < p.fields.seeds.size(); ++k)
    for (std::size_t h = 0; h < heads.size(); ++h) {
      const auto course = train<Scalar>(p, s, heads[h], p.fields.seeds[k]);
      for (std::size_t n = 0; n < records.size(); ++n)
        if (const auto t = static_cast<std::size_t>(records[n]); t < course.loss.size())
          entry(tables.loss, {d, b, h, k, n}) = course.loss[t];
      entry(tables.outside, {d, b, h, k}) = course.outside;
      if (heads[h] == "wide") {
        const double at = entry(tables.slope, {d, b, k}) = slope_of_last_decade(course.loss);
        if (!(std::abs(at + 1) < std::abs(farthest_slope + 1))) farthest_slope = at;
      } else if (heads[h] == "fitting") {
        const double measured = entry(tables.measured, {d, b, k}) = rate_of_fall(course.loss);
        const Rates expected = expected_rates<Scalar>(p, s, p.fields.seeds[k]);
        entry(tables.predicted, {d, b, k}) = expected.least;
        if (const double apart = expected.distance(measured); !(apart <= farthest_rate))
          farthest_rate = apart;
      } else {
        worst_sparse = std::max(worst_sparse, course.loss.back());
        worst_outside = std::max(worst_outside, course.outside);
      }
    }
  const auto name = case_name(s.dimensions, s.boundary);
  results.claim({"tail_slope_" + name,
                 "A softmax forgets a key it should not read as 1 / t: slope of log loss, farthest seed",
                 farthest_slope, Kind::equal_abs, -1, 0.1, "1", "T4", Role::convergence});
  results.claim(
      {"interior_rate_" + name,
       "On the step's own offsets the loss falls at the rate of its least curvatures; relative distance of "
       "the farthest seed from the range of those within a fifth of the least",
       farthest_rate, Kind::at_most, 0, 0.02, "1", "T4", Role::convergence});
  results.claim({"sparse_loss_" + name, "A sparsemax becomes the step; largest loss of any seed",
                 worst_sparse, Kind::at_most, 0,
                 1e-24 * round_off_scale<Scalar>() * round_off_scale<Scalar>(), "1", "T4",
                 Role::convergence});
  results.claim({"sparse_outside_" + name, "Its weights beyond the step's own offsets vanish to round-off",
                 worst_outside, Kind::at_most, 0, 1e-12 * round_off_scale<Scalar>(), "1", "T4",
                 Role::convergence});
}

template <class Scalar> void study(const Params& p, const Domain& world, Results& results) {
  const auto& [dimensions, boundaries] = p.sweep;
  const std::size_t D = dimensions.size(), B = boundaries.size(), S = p.fields.seeds.size();
  Progress progress("heat/stencil_zero_tail", static_cast<Index>(D * B), world.speaks());
  write_axes(p.sweep, results);
  const auto records = records_of(p);
  results.labels(head_name, heads);
  results.axis(seed_number, {p.fields.seeds.begin(), p.fields.seeds.end()});
  results.axis(record_step, {records.begin(), records.end()});
  Tables tables{tabulated({D, B, heads.size(), S, records.size()}), tabulated({D, B, S}),
                tabulated({D, B, S}), tabulated({D, B, S}), tabulated({D, B, heads.size(), S})};
  for (std::size_t d = 0; d < D; ++d)
    for (std::size_t b = 0; b < B; ++b) {
      measure_case<Scalar>(p, make_setting(world, p.cells.in(dimensions[d]), boundaries[b]), d, b, tables,
                           results);
      progress.advance();
    }
  results.write(loss_course, tables.loss);
  results.write(tail_slope, tables.slope);
  results.write(measured_rate, tables.measured);
  results.write(predicted_rate, tables.predicted);
  results.write(outside, tables.outside);
}

template <class Scalar>
void run(const Params& params, const Deck& deck, const Domain& world, Results& results) {
  Params p = params;
  p.fields.deck_seed = deck.seed();
  study<Scalar>(p, world, results);
}

}  // namespace stencil_zero_tail_parts

extern const Verbs stencil_zero_tail =
    verbs<stencil_zero_tail_parts::Params, stencil_zero_tail_parts::check,
          stencil_zero_tail_parts::run<double>, stencil_zero_tail_parts::run<float>>();

}  // namespace attune::experiments::heat
