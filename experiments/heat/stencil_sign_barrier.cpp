// experiments/heat/stencil_sign_barrier.cpp
//
// Question   What does a softmax head lose on a step of high order, whose stencil has negative weights, and do
//            two heads of opposite sign have it back?
// Equation   target  u' = u + sum_a r sum_{|j| <= m} c_j u_{i + j e_a}, the Euler step with the star of order 2 m;
//            heads   u' = (1 + a) P u - a Q u,  P, Q softmax of biases on that star;  a = 0: one head
// Exact      one head leaves the distance of the stencil from the simplex; order 4 and white noise on periodic
//            axes: r^2 (D / 72 + D^2 / (36 (2 D + 1))) while r <= 1 / (D (5/2 + 1 / (6 (2 D + 1))));
//            two heads leave nothing once a exceeds the sum of the negative weights, D r / 6 at order 4
// Expect     relative to the update u' - u, one head errs by 4.855 %, 3.944 %, 3.400 % for D = 1, 2, 3 at order 4,
//            whatever r; two heads by round-off
// Source     T3 of the heat theory; E3
// Builds on  attention/window, training, solvers/heat, solvers/heat/theory
// Figure     analysis/heat/stencil_sign_barrier.py
#include <cmath>

#include "core/core/progress.hpp"
#include "experiments/experiment.hpp"
#include "experiments/heat/parts/oracle.hpp"
#include "experiments/heat/parts/signed_heads.hpp"
#include "experiments/heat/parts/sweep.hpp"
#include "experiments/heat/parts/training_field.hpp"
#include "solvers/heat/spectral.hpp"
#include "solvers/heat/theory/central_stencil.hpp"

namespace attune::experiments::heat {
namespace stencil_sign_barrier_parts {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;

struct Params {
  Sweep sweep;
  Cells cells{{65536}, {160, 160}, {30, 30, 30}};
  TrainingFields fields;
  std::vector<Index> orders{4, 6};
  std::vector<double> rates{0.1, 0.2, 0.35};
  std::vector<double> amounts{1.5, 2};
  bool tie_reflections = true;
  training::Options training;

  Params() {
    training.iterations = 400;
    training.loss_tolerance = 1e-26;
    training.relative_decrease = 1e-11;
    training.patience = 3;
  }
};

void describe(auto& field, Params& p) {
  describe_sweep(field, p.sweep);
  describe_cells(field, p.cells, "cells of the training field, D = 1");
  describe_training_fields(field, p.fields);
  field("orders", p.orders, "1", "even orders of the centred star that is to be learned", between(2, 16),
        length(1, 8));
  field("rates", p.rates, "1", "D r of the step to learn", above(0), length(1, 64));
  field("amounts", p.amounts, "1", "a of two heads, over the sum of the target's negative weights", above(1),
        length(1, 16));
  field("tie_reflections", p.tie_reflections, "1", "offsets that are mirror images share a logit");
  training::describe_options(field, p.training);
}

constexpr Dataset order_number{"order", "1", "order", "order in h of the star to learn"};
constexpr Dataset rate_number{"rate", "1", "rate", "D r of the step to learn"};
constexpr Dataset seed_number{"seed", "1", "seed", "seed of the training field"};
constexpr Dataset amount_number{"amount", "1", "amount", "a over the sum of the target's negative weights"};
constexpr Dataset negative{"negative_weight", "1", "dimension order rate",
                           "sum of the negative weights of the target, as a positive number"};
constexpr Dataset one_head{"one_head_error", "1", "dimension boundary order rate seed",
                           "root mean square error of one trained head over that of the update u' - u"};
constexpr Dataset one_head_floor{"one_head_floor", "1", "dimension boundary order rate seed",
                                 "the same for the best stencil of the simplex for this very field"};
constexpr Dataset white_floor{"white_floor",
                              "1",
                              "dimension boundary order rate",
                              "the same in expectation over white noise; NaN for another spectrum",
                              "sqrt((p - t)^T C (p - t) / (t - 1)^T C (t - 1))",
                              true};
constexpr Dataset two_heads{
    "two_heads_error",
    "1",
    "dimension boundary order rate amount seed",
    "the same for two heads of opposite sign; NaN where the target has no negative weight",
    "",
    true};

// A star of half-width m must fit, and no axis may be shorter.
void check(const Params& p, const Deck& deck) {
  check_sweep(p.sweep, deck);
  for (const Index order : p.orders) {
    if (order % 2 != 0) deck.refuse("params.orders", "must be even: a centred star has no odd order");
    for (const Index D : p.sweep.dimensions)
      for (const Index n : p.cells.in(D))
        if (n <= order)
          deck.refuse("params.cells_" + std::to_string(D) + "d", "must exceed the order of every star");
  }
}

// The target field: each mode times the symbol of the step.
template <class Scalar>
Field<Scalar> advance(const Params& p, const Setting& s, Index seed, const theory::Stencil& step) {
  const auto y = training_field<Scalar>(p.fields, s, seed, s.halo(1));
  solver::apply_symbol(y, s.domain, s.boundaries, [&step](const solver::Angles& theta) {
    return theory::symbol(step, {theta[0], theta[1], theta[2]}).real();
  });
  return y;
}

struct Difference {
  const std::vector<double>&a, &b;
  double mean_square() const {
    long double sum = 0;
    for (std::size_t n = 0; n < a.size(); ++n) sum += static_cast<long double>(a[n] - b[n]) * (a[n] - b[n]);
    return static_cast<double>(sum / static_cast<long double>(a.size()));
  }
};

// Error of the best stencil of the simplex over the update, in expectation over white noise.
double expected_floor(const Params& p, const Setting& s, const std::vector<Triple>& offsets,
                      const theory::Stencil& target) {
  theory::Stencil update = target;
  update.weights.front() -= 1;  // the cell itself comes first
  const Eigen::MatrixXd C = theory::white_noise_covariance(s.grid(), update.offsets);
  const Eigen::Map<const Eigen::VectorXd> w(update.weights.data(),
                                            static_cast<Eigen::Index>(update.weights.size()));
  return std::sqrt(best_for_white_noise(s.grid(), offsets, p.tie_reflections, target).loss / w.dot(C * w));
}

struct Tables {
  Array negative, one, floor, white, two;
};

struct Place {
  std::size_t d, b, o, i;
};

// One target on one grid: all seeds, one head and two.
struct Worst {
  double sample = 0, two = 0, mean = 0;
};

template <class Scalar>
Worst measure(const Params& p, const Setting& s, const theory::Stencil& target, const Place& at,
              Tables& tables) {
  const auto offsets = attention::window::star_offsets(s.dimensions, p.orders[at.o] / 2);
  const LearnedStencil learned(s, offsets, p.tie_reflections);
  const double below = theory::negative_weight(target);
  Worst worst;
  for (std::size_t k = 0; k < p.fields.seeds.size(); ++k) {
    const auto u = training_field<Scalar>(p.fields, s, p.fields.seeds[k], learned.halo());
    const auto y = advance<Scalar>(p, s, p.fields.seeds[k], target);
    const auto before = everywhere(u, s), after = everywhere(y, s);
    const double update = Difference{before, after}.mean_square();
    const StencilLesson<Scalar> lesson(learned, s, u, y);

    StencilWeights weights = learned.equal_weights();
    const double loss = learn(lesson, weights, p.training).best_loss;
    const double floor = best_for_sample(s.grid(), offsets, p.tie_reflections, {before}, {after}).loss;
    entry(tables.one, {at.d, at.b, at.o, at.i, k}) = std::sqrt(loss / update);
    entry(tables.floor, {at.d, at.b, at.o, at.i, k}) = std::sqrt(std::max(floor, 0.0) / update);
    worst.mean += std::sqrt(loss / update) / static_cast<double>(p.fields.seeds.size());
    if (below > 0) worst.sample = std::max(worst.sample, std::abs(loss / floor - 1));

    for (std::size_t m = 0; m < p.amounts.size() && below > 0; ++m) {
      const double amount = p.amounts[m] * below;
      SignedWeights both{learned.equal_weights(), learned.equal_weights()};
      const double left = learn(SignedLesson<Scalar>(lesson, amount), both, p.training).best_loss;
      const double error = std::sqrt(left / update);
      entry(tables.two, {at.d, at.b, at.o, at.i, m, k}) = error;
      worst.two = std::max(worst.two, error);
    }
  }
  return worst;
}

template <class Scalar>
void measure_case(const Params& p, const Setting& s, const Place& place, Tables& tables, Results& results) {
  const auto& [d, b, o, i] = place;
  const std::string name = "order" + std::to_string(p.orders[o]) + "_" + case_name(s.dimensions, s.boundary);
  const auto offsets = attention::window::star_offsets(s.dimensions, p.orders[o] / 2);
  Worst worst;
  double farthest = 0;
  bool any = false;
  for (std::size_t n = 0; n < p.rates.size(); ++n) {
    const auto target =
        theory::central_step(static_cast<int>(p.orders[o]), s.dimensions, p.rates[n] / s.dimensions);
    entry(tables.negative, {d, o, n}) = theory::negative_weight(target);
    any = any || theory::negative_weight(target) > 0;
    const Worst of_rate = measure<Scalar>(p, s, target, {d, b, o, n}, tables);
    worst.sample = std::max(worst.sample, of_rate.sample);
    worst.two = std::max(worst.two, of_rate.two);
    if (p.fields.spectrum != "white") continue;
    const double expected = expected_floor(p, s, offsets, target);
    entry(tables.white, {d, b, o, n}) = expected;
    farthest = std::max(farthest, std::abs(of_rate.mean - expected));
  }
  const std::string none = any ? "" : "no weight of the targets is negative";
  results.claim(
      {"one_head_sample_" + name,
       "One head leaves what the projection on the simplex leaves, for each field's own spectrum; largest "
       "relative distance of the losses",
       worst.sample, Kind::at_most, 0, 1e-6 * round_off_scale<Scalar>(), "1", "T3", Role::convergence,
       Scale::smoke, none});
  results.claim({"one_head_white_" + name,
                 "Its error over the update is that of white noise, in the mean over seeds; farthest rate",
                 farthest, Kind::at_most, 0, 5e-4, "1", "T3", Role::statistical, Scale::quick,
                 p.fields.spectrum == "white" ? "" : "the spectrum is not white"});
  results.claim({"two_heads_" + name,
                 "Two heads of opposite sign become the step; largest error over the update of any rate, "
                 "amount and seed",
                 worst.two, Kind::at_most, 0, 1e-6 * std::sqrt(round_off_scale<Scalar>()), "1", "T3",
                 Role::convergence, Scale::smoke, none});
}

template <class Scalar> void study(const Params& p, const Domain& world, Results& results) {
  const auto& [dimensions, boundaries] = p.sweep;
  const std::size_t D = dimensions.size(), B = boundaries.size(), O = p.orders.size(), R = p.rates.size(),
                    S = p.fields.seeds.size();
  Progress progress("heat/stencil_sign_barrier", static_cast<Index>(D * B * O), world.speaks());
  write_axes(p.sweep, results);
  results.axis(order_number, {p.orders.begin(), p.orders.end()});
  results.axis(rate_number, p.rates);
  results.axis(seed_number, {p.fields.seeds.begin(), p.fields.seeds.end()});
  results.axis(amount_number, p.amounts);
  Tables tables{tabulated({D, O, R}), tabulated({D, B, O, R, S}), tabulated({D, B, O, R, S}),
                tabulated({D, B, O, R}), tabulated({D, B, O, R, p.amounts.size(), S})};
  for (std::size_t d = 0; d < D; ++d)
    for (std::size_t b = 0; b < B; ++b)
      for (std::size_t o = 0; o < O; ++o) {
        const Setting s = make_setting(world, p.cells.in(dimensions[d]), boundaries[b]);
        measure_case<Scalar>(p, s, {d, b, o, 0}, tables, results);
        progress.advance();
      }
  results.write(negative, tables.negative);
  results.write(one_head, tables.one);
  results.write(one_head_floor, tables.floor);
  results.write(white_floor, tables.white);
  results.write(two_heads, tables.two);
}

template <class Scalar>
void run(const Params& params, const Deck& deck, const Domain& world, Results& results) {
  Params p = params;
  p.fields.deck_seed = deck.seed();
  study<Scalar>(p, world, results);
}

}  // namespace stencil_sign_barrier_parts

extern const Verbs stencil_sign_barrier =
    verbs<stencil_sign_barrier_parts::Params, stencil_sign_barrier_parts::check,
          stencil_sign_barrier_parts::run<double>, stencil_sign_barrier_parts::run<float>>();

}  // namespace attune::experiments::heat
