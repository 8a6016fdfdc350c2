// experiments/heat/stencil_coefficients.cpp
//
// Question   What does attention make of a conductivity that varies, and how far may a tensor be stretched
//            before nonnegative weights give out?
// Equation   u_t = div(kappa grad u), kappa of a contrast of 1 to 10^6 on the cells of a map; heads along the
//            faces of the grid, from logits of kappa of both cells: parts/conductivity_attention.hpp
// Exact      z_ij = log r_ij, z_ii = 0: a sweep of Jacobi for backward Euler, of the effective rate r / (1 + 2 D r);
//            z_ii = log(1 - sum_j r_ij): the explicit step. Terms of the query alone cancel in the softmax.
//            Steady states through layers carry the flux of resistances in series
// Expect     the sweep converges to nothing; learned logits on a row-softmax keep a weighted sum, not the sum;
//            flux form and Sinkhorn keep the sum; everyone stays in the range of the start; order 2 for the explicit
//            head and the flux form; windows of half-width W give out at lambda = (W + sqrt(1 + W^2))^2
// Source     T9, T10, T11 of the heat theory; E9
// Builds on  attention/graph, attention/window, training, solvers/heat, solvers/heat/theory
// Figure     analysis/heat/stencil_coefficients.py
#include <cmath>

#include "core/core/progress.hpp"
#include "experiments/experiment.hpp"
#include "experiments/heat/parts/coefficients/anisotropy_study.hpp"
#include "experiments/heat/parts/coefficients/conductivity_cases.hpp"
#include "experiments/heat/parts/coefficients/fine_reference.hpp"
#include "experiments/heat/parts/sweep.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/theory/jacobi_logits.hpp"

namespace attune::experiments::heat {
namespace stencil_coefficients_parts {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;
using namespace coefficients;

struct Params {
  Sweep sweep;
  Cells cells{{128}, {32, 32}, {12, 12, 12}};
  std::vector<std::string> maps = map_kinds;
  std::string picture = "gravel.png";
  MapShape shape;
  std::vector<double> contrasts{1, 10, 100, 1e4, 1e6};
  double stability = 0.9;
  Index steps = 100, refined = 2;
  std::vector<double> rates{0.01, 0.1, 1, 10, 100};
  Cells lesson_cells{{128}, {16, 16}, {8, 8, 8}};
  Index lesson_maps = 4, iterations = 200;
  double lesson_contrast = 100;
  Cells order_cells{{32, 64, 128}, {16, 32, 64}, {8, 16}};
  double order_end = 0.02;
  Index seed = 1;
  AnisotropyParams anisotropy;
  std::uint32_t deck_seed = 1;
};

void describe(auto& field, Params& p) {
  describe_sweep(field, p.sweep);
  field("cells_1d", p.cells.in_1d, "1", "cells of the maps, D = 1", between(4, 1 << 20), length(1));
  field("cells_2d", p.cells.in_2d, "1", "the same, D = 2, (y, x)", between(4, 4096), length(2));
  field("cells_3d", p.cells.in_3d, "1", "the same, D = 3, (z, y, x)", between(4, 256), length(3));
  field("maps", p.maps, "1", "how the conductivity varies", one_of(map_kinds), length(1, 4));
  field("picture", p.picture, "1", "photograph of the map \"picture\": PNG, PGM or FILE.h5:/dataset");
  field("layer", p.shape.layer, "cells", "thickness of layers, side of tiles", between(1, 4096));
  field("contrasts", p.contrasts, "1", "largest over smallest conductivity", between(1, 1e9), length(1, 32));
  field("stability", p.stability, "1", "largest sum_j r_ij of a map, below 1", above(0), below(1));
  field("steps", p.steps, "1", "steps on every map", between(1, 1e6));
  field("refined", p.refined, "1", "cells of the reference for each cell and axis", between(2, 8));
  field("rates", p.rates, "1", "r of the sweeps on a constant conductivity", above(0), length(1, 32));
  field("lesson_cells_1d", p.lesson_cells.in_1d, "1", "cells of the maps that heads learn from, D = 1",
        between(4, 1 << 20), length(1));
  field("lesson_cells_2d", p.lesson_cells.in_2d, "1", "the same, D = 2", between(4, 4096), length(2));
  field("lesson_cells_3d", p.lesson_cells.in_3d, "1", "the same, D = 3", between(4, 256), length(3));
  field("lesson_maps", p.lesson_maps, "1", "lognormal maps that heads learn from", between(1, 1000));
  field("lesson_contrast", p.lesson_contrast, "1", "their contrast", between(1.5, 1e6));
  field("iterations", p.iterations, "1", "steps of lbfgs at most", between(10, 1e6));
  field("order_cells_1d", p.order_cells.in_1d, "1", "cells along each axis of grids that double, D = 1",
        between(4, 1 << 20), length(2, 10));
  field("order_cells_2d", p.order_cells.in_2d, "1", "the same, D = 2", between(4, 4096), length(2, 10));
  field("order_cells_3d", p.order_cells.in_3d, "1", "the same, D = 3", between(4, 256), length(2, 10));
  field("order_end", p.order_end, "1", "when errors are taken, box and conductivity of order one", above(0));
  field("seed", p.seed, "1", "of maps and fields", between(0, 4294967295.0));
  describe_anisotropy(field, p.anisotropy);
}

constexpr Dataset contestant_name{"contestant", "1", "contestant", "head"};
constexpr Dataset map_name{"map", "1", "map", "how the conductivity varies"};
constexpr Dataset contrast_axis{"contrast", "1", "contrast", "largest over smallest conductivity"};
constexpr Dataset drift{"drift_of_sum",
                        "1",
                        "dimension boundary map contrast contestant",
                        "change of sum u over all steps, relative; NaN at Dirichlet walls",
                        "",
                        true};
constexpr Dataset weighted_drift{"drift_of_weighted_sum",
                                 "1",
                                 "dimension boundary map contrast contestant",
                                 "change of sum e^l u, relative; of row-softmaxes without Dirichlet walls",
                                 "",
                                 true};
constexpr Dataset excess{"excess", "1", "dimension boundary map contrast contestant",
                         "largest leave of the range of the start over its round-off bound"};
constexpr Dataset error{"error", "1", "dimension boundary map contrast contestant",
                        "root mean square distance to the fine reference at the end over that of the start"};
constexpr Dataset rate_axis{"rate", "1", "rate", "r = kappa dt / h^2"};
constexpr Dataset effective{"effective_rate", "1", "dimension rate", "rate of the step that a sweep makes"};
constexpr Dataset effective_expected{"effective_rate_expected", "1", "dimension rate", "the same by theory",
                                     "r / (1 + 2 D r)"};
constexpr Dataset learner{"learner", "1", "learner", "normalisation of learned logits"};
constexpr Dataset feature{"feature", "1", "feature", "what a logit is learned from"};
constexpr Dataset learned_weights{"learned_weights",
                                  "1",
                                  "dimension learner feature",
                                  "coefficient of each feature; NaN where a head has none",
                                  "",
                                  true};
constexpr Dataset learned_loss{"learned_loss", "1", "dimension learner",
                               "mean square error of the step over mean square of its update"};
constexpr Dataset order_error{"order_error",
                              "1",
                              "dimension boundary contestant level",
                              "root mean square error on a smooth conductivity; NaN beyond the last grid",
                              "",
                              true};
constexpr Dataset order_seen{"order", "1", "dimension boundary contestant",
                             "log2 of the ratio of the last two"};
constexpr Dataset steady{"steady_residual", "1", "contrast contestant",
                         "largest change of the steady state through layers in a step"};

const std::vector<std::string> learners{"row", "flux", "sinkhorn"};
const std::vector<std::string> features{"1", "log r_ij", "log sqrt(r_i r_j)", "log r_i", "log(1 + r_i)"};

void check(const Params& p, const Deck& deck) {
  check_sweep(p.sweep, deck);
  check_anisotropy(p.anisotropy, deck);
  for (const Index D : {1, 2, 3}) {
    const auto& levels = p.order_cells.in(D);
    for (std::size_t l = 1; l < levels.size(); ++l)
      if (levels[l] != 2 * levels[l - 1])
        deck.refuse("params.order_cells_" + std::to_string(D) + "d", "must double from entry to entry");
  }
}

Random noise_of(const Params& p, std::uint32_t purpose) {
  return {static_cast<std::uint32_t>(p.seed), 64 * p.deck_seed + purpose};
}

struct OnMap {
  ConductivityGraph graph;
  solver::FaceOperator<double> L;
  double dt;
};
OnMap on_map(const Params& p, const Setting& s, const Field<double>& kappa) {
  const auto h = unit_widths(s);
  const auto L = solver::variable_conductivity(kappa, h, s.domain, s.boundaries);
  const double dt = p.stability * L.largest_step();
  return {conductivity_graph(s, kappa, h, dt), L, dt};
}

// Heads learn on periodic lognormal maps; what they know of a face they know at any boundary. Every rank learns by
// itself, from the same numbers: the maps are small, and Sinkhorn's iteration would send many messages.
LearnedWeights study_learning(const Params& p, Index D, std::size_t d, Array& weights, Array& losses,
                              Results& results) {
  const Setting s = make_setting(Domain::alone(), p.lesson_cells.in(D), "periodic");
  std::vector<ConductivityTask> tasks;
  for (Index m = 0; m < p.lesson_maps; ++m) {
    const auto purpose = static_cast<std::uint32_t>(1000 + 8 * m + D);
    const auto x = map_exponents("lognormal", s, p.shape, {}, noise_of(p, purpose));
    const auto at = on_map(p, s, conductivity_of(x, p.lesson_contrast, s));
    const auto u = at.L.field("heat::lesson::u"), du = at.L.field("heat::lesson::du");
    solver::white_noise(u, s.domain.whole(), noise_of(p, purpose + 4));
    at.L.apply(u, du);
    const auto y = s.domain.field<double>("heat::lesson::y");
    solver::combine(y, {{1, u}, {at.dt, du}});
    tasks.push_back({at.graph, u, y});
  }
  training::Options options;
  options.iterations = static_cast<int>(p.iterations);
  options.loss_tolerance = 1e-28;
  options.relative_decrease = 1e-6;
  options.patience = 20;
  LearnedWeights all;
  for (std::size_t n = 0; n < learners.size(); ++n) {
    const auto learned = learn_conductivity(tasks, normalisation_of(row + n), options);
    all[n] = learned.weights;
    entry(losses, {d, n}) = learned.loss;
    for (std::size_t f = 0; f < face_features; ++f) entry(weights, {d, n, f}) = learned.weights.face[f];
    for (std::size_t f = 0; f < centre_features && row + n != flux; ++f)
      entry(weights, {d, n, face_features + f}) = learned.weights.centre[f];
  }
  const auto& face = all[flux - row].face;
  const double off = std::max({std::abs(face[0]), std::abs(face[1] - 1), std::abs(face[2])});
  results.claim(
      {"flux_learns_harmonic_" + std::to_string(D) + "d",
       "The flux form learns the harmonic mean: farthest coefficient of 1, log harmonic, log geometric mean "
       "from 0, 1, 0",
       off, Kind::at_most, 0, 1e-6, "1", "T10", Role::convergence});
  return all;
}

struct Tables {
  Array drift, weighted, excess, error;
};

// Of all maps and contrasts of one dimension and boundary.
struct Worst {
  double flux = 0, sinkhorn = 0, weighted = 0, lost = 0, excess = 0, step = 0, sweep = 0;
};

// One step of the explicit head and of the sweep against the finite volumes of the solver, over the bound of
// their rounding.
template <class Scalar>
void measure_identities(const OnMap& at, const Setting& s, const Field<double>& start,
                        const LearnedWeights& learned, Worst& worst) {
  const auto made = by_volumes(at.L, start, at.dt, s.domain);
  const double bound = 2 * (2.0 * s.dimensions + 3) * double(std::numeric_limits<Scalar>::epsilon()) *
                       std::max(largest_of(start, 1, s.domain), largest_of(start, -1, s.domain));
  for (const Contestant c : {sweep, remainder}) {
    const auto head = contestant_on<Scalar>(c, at.graph, learned);
    const auto u = head.field(), o = head.cells();
    solver::combine(u, {{1, converted<Scalar>(start)}});
    head.apply(u, o);
    double& seen = c == sweep ? worst.sweep : worst.step;
    seen =
        std::max(seen, farthest(o, converted<Scalar>(c == sweep ? made.sweep : made.step), s.domain) / bound);
  }
}

template <class Scalar>
void measure_map(const Params& p, const Setting& s, const LearnedWeights& learned, const FinePlan& map,
                 const Field<double>& start, const std::vector<std::size_t>& place, Tables& tables,
                 Worst& worst) {
  const auto at = on_map(p, s, conductivity_of(map.exponents, map.contrast, s));
  FinePlan plan = map;
  plan.dt = at.dt;
  const auto fine = fine_reference(s, plan, start);
  const auto& ranks = s.domain.communicator();
  const auto moved = s.domain.field<double>("heat::contest::moved");
  solver::combine(moved, {{1, fine.end}, {-1, fine.start}});
  const double size = solver::inner(moved, moved, ranks);
  measure_identities<Scalar>(at, s, fine.start, learned, worst);
  for (std::size_t c = 0; c < contestants.size(); ++c) {
    auto here = place;
    here.push_back(c);
    const auto u = converted<Scalar>(fine.start);
    const Audit audit = audited(contestant_on<Scalar>(c, at.graph, learned), s, u, p.steps);
    entry(tables.excess, here) = audit.excess / audit.excess_bound;
    worst.excess = std::max(worst.excess, audit.excess / audit.excess_bound);
    solver::combine(moved, {{1, converted<double>(u)}, {-1, fine.end}});
    entry(tables.error, here) = std::sqrt(solver::inner(moved, moved, ranks) / size);
    if (s.boundary == "dirichlet") continue;
    entry(tables.drift, here) = audit.drift;
    if (c == sweep || c == row) entry(tables.weighted, here) = audit.weighted_drift;
    if (c == sweep || c == row) worst.weighted = std::max(worst.weighted, audit.weighted_drift);
    if (c == row && map.contrast >= 10) worst.lost = std::max(worst.lost, audit.drift);
    if (c == flux) worst.flux = std::max(worst.flux, audit.drift);
    if (c == sinkhorn) worst.sinkhorn = std::max(worst.sinkhorn, audit.drift);
  }
}

template <class Scalar>
void claim_case(const Params& p, const Setting& s, const Worst& worst, Results& results) {
  const std::string in = "_" + case_name(s.dimensions, s.boundary);
  const double round_off = 1e-13 * round_off_scale<Scalar>();
  const auto identity = [&](const std::string& id, const std::string& says, double value, double most,
                            const char* source) {
    results.claim({id + in, says, value, Kind::at_most, 0, most, "1", source, Role::identity});
  };
  identity(
      "explicit_is_step",
      "With log(1 - sum r) at the centre attention is the explicit step of finite volumes, over round-off",
      worst.step, 1, "T10");
  identity("pairwise_is_sweep", "With 0 there it is one sweep of Jacobi for backward Euler, over round-off",
           worst.sweep, 1, "T10");
  identity("maximum", "No head leaves the range of the start; largest leave over its round-off bound",
           worst.excess, 1, "T8");
  if (s.boundary == "dirichlet") return;
  identity("flux_keeps_sum", "The flux form keeps sum u on every map", worst.flux, round_off, "T10");
  identity("sinkhorn_keeps_sum", "Sinkhorn's normalisation keeps sum u on every map", worst.sinkhorn,
           round_off, "T10");
  identity("row_keeps_weighted_sum",
           "A row-softmax of symmetric logits keeps the sum of its own row sums times u", worst.weighted,
           round_off, "T9");
  const bool varies = *std::max_element(p.contrasts.begin(), p.contrasts.end()) >= 10;
  results.claim({"row_loses_sum" + in, "but not sum u", worst.lost, Kind::at_least, 10 * round_off, 0, "1",
                 "T10", Role::convergence, Scale::smoke, varies ? "" : "no contrast of 10 or more"});
}

// Of the sweep on a constant conductivity, measured from an impulse.
template <class Scalar>
void study_rates(const Params& p, const Domain& world, Index D, std::size_t d, Array& seen, Array& expected,
                 Results& results) {
  const int dimensions = static_cast<int>(D);
  const Setting s = make_setting(world, std::vector<Index>(dimensions, 5), "periodic");
  double apart = 0, most = 0;
  for (std::size_t n = 0; n < p.rates.size(); ++n) {
    theory::PerAxis r{0, 0, 0};
    for (int a = 3 - dimensions; a < 3; ++a) r[a] = p.rates[n];
    const auto stencil = theory::pairwise_softmax(r, 0);
    const Impulse got = impulse<Scalar>(s, p.rates[n], Centre::zero);
    entry(seen, {d, n}) = got.neighbour;
    entry(expected, {d, n}) = theory::effective_rates(r, 0)[2];
    apart = std::max({apart, std::abs(got.centre - theory::weight_at(stencil, {0, 0, 0})),
                      std::abs(got.neighbour - theory::weight_at(stencil, {0, 0, 1}))});
    most = std::max(most, got.neighbour);
    if (2 * static_cast<double>(D) * p.rates[n] >= 1) continue;
    const Impulse whole = impulse<Scalar>(s, p.rates[n], Centre::remainder);
    const auto step = theory::pairwise_softmax(r, theory::consistent_centre_logit(r));
    apart = std::max({apart, std::abs(whole.centre - theory::weight_at(step, {0, 0, 0})),
                      std::abs(whole.neighbour - p.rates[n])});
  }
  const std::string in = std::to_string(D) + "d";
  results.claim({"effective_rate_" + in,
                 "Pairwise logits step with the rate r / (1 + 2 D r); weights, largest distance", apart,
                 Kind::at_most, 0, 8 * double(std::numeric_limits<Scalar>::epsilon()), "1", "T10",
                 Role::identity});
  results.claim({"effective_rate_bounded_" + in, "which stays below 1 / (2 D) however large r is", most,
                 Kind::at_most, 0.5 / static_cast<double>(D), 0, "1", "T10", Role::identity});
}

template <class Scalar>
void study_order(const Params& p, const Setting& s, const LearnedWeights& learned, std::size_t d,
                 std::size_t b, const Domain& world, Array& errors, Array& orders, Results& results) {
  const auto& levels = p.order_cells.in(s.dimensions);
  const std::size_t last = levels.size() - 1;
  for (std::size_t l = 0; l <= last; ++l) {
    const Setting grid = make_setting(world, std::vector<Index>(s.dimensions, levels[l]), s.boundary);
    const auto seen = smooth_errors<Scalar>(grid, learned, {p.stability, p.order_end});
    for (std::size_t c = 0; c < contestants.size(); ++c) entry(errors, {d, b, c, l}) = seen[c];
  }
  for (std::size_t c = 0; c < contestants.size(); ++c)
    entry(orders, {d, b, c}) = std::log2(entry(errors, {d, b, c, last - 1}) / entry(errors, {d, b, c, last}));
  const std::string in = "_" + case_name(s.dimensions, s.boundary);
  for (const Contestant c : {remainder, flux})
    results.claim({"order_" + contestants[c] + in,
                   "On a smooth conductivity the error falls at second order in h", entry(orders, {d, b, c}),
                   Kind::equal_abs, 2, 0.15, "1", "T10", Role::convergence});
  results.claim({"order_sweep" + in,
                 "Sweeps of pairwise logits converge to another equation: not even at first order",
                 entry(orders, {d, b, sweep}), Kind::at_most, 1, 0, "1", "T10", Role::convergence});
}

template <class Scalar>
void study_layers(const Params& p, const Domain& world, const LearnedWeights& learned, Results& results) {
  const Setting s = make_setting(world, p.cells.in_1d, "dirichlet");
  const auto x = map_exponents("layered", s, p.shape, {}, noise_of(p, 5));
  Array residual = tabulated({p.contrasts.size(), contestants.size()});
  double worst = 0;
  for (std::size_t n = 0; n < p.contrasts.size(); ++n)
    for (std::size_t c = 0; c < contestants.size(); ++c) {
      std::vector<double> kappa;
      for (const double exponent : x) kappa.push_back(std::pow(p.contrasts[n], exponent - 1));
      const double seen = steady_residual<Scalar>(world, kappa, p.stability, c, learned);
      entry(residual, {n, c}) = seen;
      if (c == sweep || c == remainder) worst = std::max(worst, seen);
    }
  results.write(steady, residual);
  results.claim(
      {"steady_layers",
       "Sweep and explicit head keep the steady state of layers in series, flux and all; largest change",
       worst, Kind::at_most, 0, 16 * double(std::numeric_limits<Scalar>::epsilon()), "1", "T10",
       Role::identity});
}

template <class Scalar>
void study_query_terms(const Params& p, const Domain& world, Index D, Results& results) {
  const Setting s = make_setting(world, p.cells.in(D), "periodic");
  const auto x = map_exponents("lognormal", s, p.shape, {}, noise_of(p, 6));
  const double contrast = *std::max_element(p.contrasts.begin(), p.contrasts.end());
  const auto u = s.domain.field<double>("heat::terms::u");
  solver::white_noise(u, s.domain.whole(), noise_of(p, 7));
  const auto terms = query_terms<Scalar>(s, conductivity_of(x, contrast, s), u);
  const double logarithms = 2 + std::log(contrast);
  results.claim(
      {"query_terms_cancel_" + std::to_string(D) + "d",
       "log kappa_i / 2 of the query cancels in the softmax; largest change of the output over the range",
       terms.moved / terms.range, Kind::at_most, 0,
       8 * logarithms * double(std::numeric_limits<Scalar>::epsilon()), "1", "T10", Role::identity});
}

void write_names(const Params& p, Results& results) {
  write_axes(p.sweep, results);
  results.labels(contestant_name, contestants);
  results.labels(map_name, p.maps);
  results.axis(contrast_axis, p.contrasts);
  results.axis(rate_axis, p.rates);
  results.labels(learner, learners);
  results.labels(feature, features);
}

// All maps and contrasts of one dimension and boundary.
template <class Scalar>
void study_case(const Params& p, const Setting& s, const LearnedWeights& learned, std::size_t d,
                std::size_t b, Tables& tables, Results& results) {
  Worst worst;
  const auto start = fine_start(s, p.refined, noise_of(p, 8 + static_cast<std::uint32_t>(s.dimensions)));
  for (std::size_t m = 0; m < p.maps.size(); ++m) {
    const auto picture =
        p.maps[m] == "picture" ? read_map(p.picture, s.dimensions, 0, s.domain.communicator()) : Map{};
    FinePlan map{map_exponents(p.maps[m], s, p.shape, picture, noise_of(p, 4)), 1, p.refined, p.steps};
    for (std::size_t n = 0; n < p.contrasts.size(); ++n) {
      map.contrast = p.contrasts[n];
      measure_map<Scalar>(p, s, learned, map, start, {d, b, m, n}, tables, worst);
    }
  }
  claim_case<Scalar>(p, s, worst, results);
}

template <class Scalar> void study(const Params& p, const Domain& world, Results& results) {
  const auto& [dimensions, boundaries] = p.sweep;
  const std::size_t D = dimensions.size(), B = boundaries.size(), C = contestants.size();
  std::size_t levels = 0;
  for (const Index dimension : dimensions) levels = std::max(levels, p.order_cells.in(dimension).size());
  Progress progress("heat/stencil_coefficients", static_cast<Index>(D * B + D + 1), world.speaks());
  write_names(p, results);
  const Array on_maps = tabulated({D, B, p.maps.size(), p.contrasts.size(), C});
  Tables tables{on_maps, on_maps, on_maps, on_maps};
  Array weights = tabulated({D, learners.size(), features.size()}), losses = tabulated({D, learners.size()});
  Array errors = tabulated({D, B, C, levels}), orders = tabulated({D, B, C});
  Array seen = tabulated({D, p.rates.size()}), expected = seen;
  for (std::size_t d = 0; d < D; ++d) {
    const auto learned = study_learning(p, dimensions[d], d, weights, losses, results);
    study_rates<Scalar>(p, world, dimensions[d], d, seen, expected, results);
    study_query_terms<Scalar>(p, world, dimensions[d], results);
    if (d == 0) study_layers<Scalar>(p, world, learned, results);
    progress.advance();
    for (std::size_t b = 0; b < B; ++b) {
      const Setting s = make_setting(world, p.cells.in(dimensions[d]), boundaries[b]);
      study_case<Scalar>(p, s, learned, d, b, tables, results);
      study_order<Scalar>(p, s, learned, d, b, world, errors, orders, results);
      progress.advance();
    }
  }
  study_anisotropy<Scalar>(p.anisotropy, noise_of(p, 3), world, results);
  progress.advance();
  results.write(drift, tables.drift);
  results.write(weighted_drift, tables.weighted);
  results.write(excess, tables.excess);
  results.write(error, tables.error);
  results.write(effective, seen);
  results.write(effective_expected, expected);
  results.write(learned_weights, weights);
  results.write(learned_loss, losses);
  results.write(order_error, errors);
  results.write(order_seen, orders);
}

template <class Scalar>
void run(const Params& params, const Deck& deck, const Domain& world, Results& results) {
  Params p = params;
  p.deck_seed = deck.seed();
  study<Scalar>(p, world, results);
}

}  // namespace stencil_coefficients_parts

extern const Verbs stencil_coefficients =
    verbs<stencil_coefficients_parts::Params, stencil_coefficients_parts::check,
          stencil_coefficients_parts::run<double>, stencil_coefficients_parts::run<float>>();

}  // namespace attune::experiments::heat
