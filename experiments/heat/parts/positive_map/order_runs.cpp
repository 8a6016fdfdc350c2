// experiments/heat/parts/positive_map/order_runs.cpp
#include "experiments/heat/parts/positive_map/order_runs.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/heat/parts/positive_map/dealt.hpp"
#include "experiments/heat/parts/positive_map/heat_polynomials.hpp"
#include "experiments/heat/parts/positive_map/weighted_head.hpp"
#include "solvers/heat/combine.hpp"
#include "solvers/heat/ftcs.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/positive_map.hpp"
#include "solvers/heat/theory/positive_stencil.hpp"

namespace attune::experiments::heat::positive_map {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;

namespace {

constexpr Dataset head_kind{"head", "1", "head", "where the weights of the head are from"};
constexpr Dataset run_rate{"run_rate", "1", "order", "r of the heads that are run"};
constexpr Dataset run_reach{"run_reach", "cells", "order", "half-width W of the heads that are run"};
constexpr Dataset level_cells{"level_cells",
                              "1",
                              "dimension level",
                              "cells along each axis of the order study; NaN: a grid not visited",
                              "",
                              true};
constexpr Dataset error_l2{
    "error_l2",
    "1",
    "dimension boundary order head level",
    "distance from the heat equation at a fixed time, relative; NaN: a grid not visited",
    "",
    true};
constexpr Dataset error_foreseen{
    "error_foreseen", "1", "dimension order head level", "the same from the symbol of the weights", "", true};
constexpr Dataset seen_order{"seen_order", "1", "dimension boundary order head",
                             "log2 of the ratio of the last two errors"};
constexpr Dataset range_excess{"range_excess", "1", "dimension boundary order",
                               "how far white noise left its range in any step"};
constexpr Dataset euler_growth{"euler_growth", "1", "dimension order",
                               "growth of the fastest wave in one explicit Euler step at the same r"};
constexpr Dataset classical_rate{"classical_rate", "1", "classical_rate",
                                 "r at which the head meets positive_map"};
constexpr Dataset classical_apart{"classical_difference", "1", "dimension boundary classical_rate",
                                  "largest difference of the fields after 10 steps, in roundings of a step"};

const std::vector<std::string> heads{"least norm", "trained"};

constexpr Index classical_steps = 10;
constexpr double nearly = 0.08;  // how far the error that is foreseen may be from its order

std::string name_of(Index order, int dimensions, const std::string& boundary) {
  return "order" + std::to_string(order) + "_" + case_name(dimensions, boundary);
}

// Every dimension and order, dimension by dimension: a head that learned the heat polynomials from equal weights.
std::vector<theory::Stencil> trained_heads(const Runs& runs, const Communicator& ranks) {
  training::Options training = runs.training;
  training.loss_tolerance = 1e-28;
  const std::size_t orders = runs.orders.size(), cases = runs.sweep.dimensions.size() * orders;
  const auto window = [&](std::size_t n) {
    return attention::window::box_offsets(static_cast<int>(runs.sweep.dimensions[n / orders]),
                                          runs.params.reaches[n % orders]);
  };
  std::size_t most = 0;
  for (std::size_t n = 0; n < cases; ++n) most = std::max(most, window(n).size());
  const auto weights = dealt(cases, most, ranks, [&](std::size_t n) {
    const auto dimensions = static_cast<int>(runs.sweep.dimensions[n / orders]);
    const double r = runs.params.rates[n % orders];
    const auto samples = heat_polynomials(dimensions, static_cast<int>(runs.orders[n % orders]), r);
    auto found =
        school({dimensions, runs.params.reaches[n % orders]}, samples, {r, training, 0}).stencil.weights;
    found.resize(most, 0);
    return found;
  });
  std::vector<theory::Stencil> heads;
  for (std::size_t n = 0; n < cases; ++n) {
    heads.push_back({window(n), weights[n]});
    heads.back().weights.resize(heads.back().offsets.size());
  }
  return heads;
}

// |1 - 4 D r|, measured on the wave of two cells.
double growth_of_euler(const Domain& world, int dimensions, double r) {
  constexpr Index cells = 16;
  const Setting s =
      make_setting(world, std::vector<Index>(static_cast<std::size_t>(dimensions), cells), "periodic");
  const auto u = s.domain.field<double>("heat::u", s.halo(1)),
             next = s.domain.field<double>("heat::next", s.halo(1));
  // Sines of the highest number are +1 and -1 in turn.
  solver::mode(u, s.domain.whole(), solver::boundaries_of({"dirichlet"}, dimensions), s.halo(cells));
  solver::fill_ghosts(u, s.domain, s.boundaries);
  solver::ftcs_step(u, solver::rates_of(r, dimensions), next);
  const auto& ranks = s.domain.communicator();
  return std::sqrt(solver::inner(next, next, ranks) / solver::inner(u, u, ranks));
}

// The largest difference of two fields over the cells of all ranks.
template <class Scalar> struct Apart {
  Field<Scalar> a, b;
  Blocks blocks;
  KOKKOS_FUNCTION double operator()(Index n) const {
    const Block at = blocks.at(n);
    const Scalar *left = &a(at.k, at.j, at.i), *right = &b(at.k, at.j, at.i);
    double most = 0;
    for (int c = 0; c < at.cells; ++c) {
      const double apart = Kokkos::abs(double(left[c]) - double(right[c]));
      if (!(apart <= most)) most = apart;
    }
    return most;
  }
};
template <class Scalar>
double largest_difference(const Field<Scalar>& a, const Field<Scalar>& b, const Communicator& ranks) {
  const Blocks blocks(a.box);
  return sum::largest("heat::apart", blocks.count(), Apart<Scalar>{a, b, blocks}, ranks);
}

// In units of the rounding of a step: both sum the points of the window, each at most the largest value.
template <class Scalar> double apart_from_classical(const Setting& s, double r, const Random& noise) {
  const auto weights = theory::least_norm_weights({4, 2, r});
  const WeightedHead head = head_of(s, theory::product_stencil(weights, s.dimensions));
  const auto rates = solver::rates_of(r, s.dimensions);
  const auto field = [&s] { return s.domain.field<Scalar>("heat::u", s.halo(2)); };
  Field<Scalar> ours = field(), our_next = field(), theirs = field(), their_next = field();
  const auto nothing = field();
  for (const auto* u : {&ours, &theirs}) solver::white_noise(*u, s.domain.whole(), noise);
  const double size = largest_difference(ours, nothing, s.domain.communicator());
  for (Index n = 0; n < classical_steps; ++n) {
    head.step(s, ours, our_next);
    std::swap(ours, our_next);
    solver::fill_ghosts(theirs, s.domain, s.boundaries);
    solver::positive_step(theirs, rates, their_next);
    std::swap(theirs, their_next);
  }
  const double rounding = static_cast<double>(head.learned.offsets().size() + 2) * size *
                          static_cast<double>(std::numeric_limits<Scalar>::epsilon());
  return largest_difference(ours, theirs, s.domain.communicator()) / rounding;
}

}  // namespace

theory::Stencil Runs::least_norm(std::size_t n, int dimensions) const {
  const theory::MomentProblem problem{static_cast<int>(orders[n]), static_cast<int>(params.reaches[n]),
                                      params.rates[n]};
  return theory::product_stencil(theory::least_norm_weights(problem), dimensions);
}

Refinement Runs::plan(std::size_t n, int dimensions) const {
  const auto d = static_cast<std::size_t>(dimensions - 1);
  const RunParams& p = params;
  return {dimensions, p.rates[n], p.waves, p.coarsest[d], p.doublings[d], p.coarsest_steps};
}

void check_runs(const Runs& runs, const Deck& deck) {
  const RunParams& p = runs.params;
  if (p.reaches.size() != runs.orders.size())
    deck.refuse("params.run_reaches", "must have one entry for each order");
  if (p.rates.size() != runs.orders.size())
    deck.refuse("params.run_rates", "must have one entry for each order");
  for (std::size_t n = 0; n < runs.orders.size(); ++n) {
    const std::string order = std::to_string(runs.orders[n]), reach = std::to_string(p.reaches[n]);
    if (p.reaches[n] > *std::min_element(p.coarsest.begin(), p.coarsest.end()))
      deck.refuse("params.coarsest", "must not be below an entry of 'run_reaches'");
    if (!theory::feasible({static_cast<int>(runs.orders[n]), static_cast<int>(p.reaches[n]), p.rates[n]})
             .feasible)
      deck.refuse("params.run_rates",
                  "must be where W = " + reach + " has positive weights of order " + order);
    for (const Index D : runs.sweep.dimensions) {
      const auto dimensions = static_cast<int>(D);
      const double seen =
          last_order(foreseen_errors(runs.plan(n, dimensions), runs.least_norm(n, dimensions)));
      if (!(std::abs(seen - static_cast<double>(runs.orders[n])) <= nearly))
        deck.refuse("params.run_rates",
                    "must not lie where the order above nearly cancels, nor the grids be as coarse: order " +
                        order + " would read " + std::to_string(seen) + " in " + std::to_string(D) +
                        " dimensions");
    }
  }
}

namespace {

struct OrderTables {
  Array cells, errors, foreseen, seen, growth;
};

// One order on one grid's dimensions: both heads on every boundary.
void study_order(const Runs& runs, std::size_t d, std::size_t o, const theory::Stencil& trained,
                 const Domain& world, OrderTables& tables, Results& results) {
  const auto dims = static_cast<int>(runs.sweep.dimensions[d]);
  const auto order = static_cast<double>(runs.orders[o]);
  const Refinement plan = runs.plan(o, dims);
  const theory::Stencil stencils[] = {runs.least_norm(o, dims), trained};
  for (std::size_t b = 0; b < runs.sweep.boundaries.size(); ++b) {
    const std::string name = name_of(runs.orders[o], dims, runs.sweep.boundaries[b]);
    double apart = 0;
    for (std::size_t h = 0; h < heads.size(); ++h) {
      const auto measured = measured_errors(plan, stencils[h], runs.sweep.boundaries[b], world);
      const auto foreseen = foreseen_errors(plan, stencils[h]), rounding = error_roundings(plan, stencils[h]);
      for (std::size_t l = 0; l < measured.size(); ++l) {
        entry(tables.errors, {d, b, o, h, l}) = measured[l];
        entry(tables.foreseen, {d, o, h, l}) = foreseen[l];
        apart = std::max(apart, std::abs(measured[l] - foreseen[l]) / rounding[l]);
      }
      entry(tables.seen, {d, b, o, h}) = last_order(measured);
      const bool asymptotic = std::abs(last_order(foreseen) - order) <= nearly;
      results.claim({(h == 0 ? "" : "trained_") + name,
                     h == 0 ? "The head with weights of least norm converges at its order at fixed r"
                            : "The head trained on heat polynomials converges at their order at fixed r",
                     last_order(measured), Kind::equal_abs, order, 0.1, "1", "T6", Role::convergence,
                     Scale::smoke,
                     asymptotic ? "" : "in these weights the order above nearly cancels on these grids"});
    }
    results.claim(
        {"error_" + name,
         "On every grid both heads have the error that their symbol foresees, in roundings of the steps",
         apart, Kind::at_most, 1, 0, "1", "T12", Role::identity});
  }
  entry(tables.growth, {d, o}) = growth_of_euler(world, dims, plan.r);
  results.claim({"euler_growth_order" + std::to_string(runs.orders[o]) + "_" + std::to_string(dims) + "d",
                 "At the same r one explicit Euler step multiplies the fastest wave by |1 - 4 D r|",
                 entry(tables.growth, {d, o}), Kind::equal_rel, std::abs(1 - 4 * dims * plan.r), 1e-12, "1",
                 "T8", Role::identity});
}

}  // namespace

void study_orders(const Runs& runs, const Domain& world, Results& results, Progress& progress) {
  const RunParams& p = runs.params;
  const auto levels = static_cast<std::size_t>(*std::max_element(p.doublings.begin(), p.doublings.end()) + 1);
  const std::size_t D = runs.sweep.dimensions.size(), B = runs.sweep.boundaries.size(),
                    O = runs.orders.size();
  OrderTables tables{tabulated({D, levels}), tabulated({D, B, O, heads.size(), levels}),
                     tabulated({D, O, heads.size(), levels}), tabulated({D, B, O, heads.size()}),
                     tabulated({D, O})};
  const auto trained = trained_heads(runs, world.communicator());
  for (std::size_t d = 0; d < D; ++d) {
    const Refinement plan = runs.plan(0, static_cast<int>(runs.sweep.dimensions[d]));
    for (Index l = 0; l <= plan.doublings; ++l)
      entry(tables.cells, {d, static_cast<std::size_t>(l)}) = static_cast<double>(plan.cells(l));
    for (std::size_t o = 0; o < O; ++o) {
      study_order(runs, d, o, trained[d * O + o], world, tables, results);
      progress.advance();
    }
  }
  results.labels(head_kind, heads);
  results.write(run_rate, p.rates);
  results.write(run_reach, std::vector<double>(p.reaches.begin(), p.reaches.end()));
  results.write(level_cells, tables.cells);
  results.write(error_l2, tables.errors);
  results.write(error_foreseen, tables.foreseen);
  results.write(seen_order, tables.seen);
  results.write(euler_growth, tables.growth);
}

template <class Scalar>
void study_ranges(const Runs& runs, const Domain& world, Results& results, Progress& progress) {
  const RunParams& p = runs.params;
  const auto& [dimensions, boundaries] = runs.sweep;
  Array excess = tabulated({dimensions.size(), boundaries.size(), runs.orders.size()});
  RolloutParams rollout;
  rollout.steps = p.steps;
  rollout.records = 5;
  for (std::size_t d = 0; d < dimensions.size(); ++d)
    for (std::size_t b = 0; b < boundaries.size(); ++b) {
      const Setting s = make_setting(world, p.cells.in(dimensions[d]), boundaries[b]);
      for (std::size_t o = 0; o < runs.orders.size(); ++o) {
        const WeightedHead head = head_of(s, runs.least_norm(o, s.dimensions));
        const auto audit =
            roll_out<Scalar>(rollout, s, {}, "white", p.rates[o], head.learned, head.weights, runs.noise);
        entry(excess, {d, b, o}) = audit.excess;
        claim_rollout(name_of(runs.orders[o], s.dimensions, s.boundary), audit, results);
      }
      progress.advance();
    }
  results.write(range_excess, excess);
}

template void study_ranges<float>(const Runs&, const Domain&, Results&, Progress&);
template void study_ranges<double>(const Runs&, const Domain&, Results&, Progress&);

template <class Scalar>
void study_classical(const Runs& runs, const Domain& world, Results& results, Progress& progress) {
  const auto& rates = runs.params.classical_rates;
  const auto& [dimensions, boundaries] = runs.sweep;
  Array apart = tabulated({dimensions.size(), boundaries.size(), rates.size()});
  for (std::size_t d = 0; d < dimensions.size(); ++d)
    for (std::size_t b = 0; b < boundaries.size(); ++b) {
      const Setting s = make_setting(world, runs.params.cells.in(dimensions[d]), boundaries[b]);
      double worst = 0;
      for (std::size_t r = 0; r < rates.size(); ++r)
        worst =
            std::max(worst, entry(apart, {d, b, r}) = apart_from_classical<Scalar>(s, rates[r], runs.noise));
      results.claim(
          {"classical_" + case_name(s.dimensions, s.boundary),
           "The head of half-width 2 with the weights of order 4 is the positive map of fourth order, within "
           "the roundings of both",
           worst, Kind::at_most, 2 * classical_steps, 0, "1", "T6", Role::identity});
      progress.advance();
    }
  results.axis(classical_rate, rates);
  results.write(classical_apart, apart);
}

template void study_classical<float>(const Runs&, const Domain&, Results&, Progress&);
template void study_classical<double>(const Runs&, const Domain&, Results&, Progress&);

}  // namespace attune::experiments::heat::positive_map
