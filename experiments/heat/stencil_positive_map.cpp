// experiments/heat/stencil_positive_map.cpp
//
// Question   Over which time steps r = kappa dt / h^2 and half-widths W is one softmax head a heat step of order 2, 4,
//            6 or 8, and does training find it?
// Equation   head u' = sum_o p_o u_{i+o}, p = softmax(bias) > 0 on |o_a| <= W; of order p where its moments are those of
//            the heat kernel: sum_j p_j j^2k = (2k)! / k! r^k, 2k <= p, along each axis
// Exact      order 2: 0 < r <= W^2 / 2;  order 4: 1/6 <= r <= W^2 / 6;  6 and 8: the linear programme, r at most
//            W^2 / (2 (3 + sqrt 6)) and W^2 / (2 (5 + sqrt 10)). In D dimensions the same r: products of weights are of
//            the order, and the sums of a head's weights across an axis are weights of the order
//            as a semi-discrete Laplacian: order 2 and no more
// Expect     (a) heads trained on heat polynomials have no misfit on those intervals alone; (b) heads trained on the
//            heat equation have the least loss of the simplex, and on the same waves it falls as h^(2 (p + 2));
//            (c) run as solvers they converge at order 2, 4, 6, 8 past the step limit of explicit Euler and never leave
//            the range they start from
// Source     T5, T6, T8 of the heat theory; E6
// Builds on  attention/window, training, solvers/heat, solvers/heat/theory
// Figure     analysis/heat/stencil_positive_map.py
#include <algorithm>

#include "experiments/experiment.hpp"
#include "experiments/heat/parts/positive_map/edge_study.hpp"
#include "experiments/heat/parts/positive_map/order_runs.hpp"
#include "experiments/heat/parts/positive_map/trained_map.hpp"

namespace attune::experiments::heat {
namespace stencil_positive_map_parts {

using namespace positive_map;

struct Params {
  Sweep sweep;
  std::vector<Index> orders{2, 4, 6, 8};
  std::vector<Index> reaches_1d{1, 2, 3, 4, 5, 6}, reaches_2d{1, 2, 3}, reaches_3d{1, 2};
  EdgeParams edges;
  MapParams map;
  RunParams runs;
};

void describe(auto& field, Params& p) {
  describe_sweep(field, p.sweep);
  field("orders", p.orders, "1", "orders in h at fixed r, even", between(2, 8), length(1, 4));
  field("reaches_1d", p.reaches_1d, "cells", "half-widths W of the windows, D = 1", between(1, 12),
        length(1, 12));
  field("reaches_2d", p.reaches_2d, "cells", "the same, D = 2", between(1, 6), length(1, 6));
  field("reaches_3d", p.reaches_3d, "cells", "the same, D = 3", between(1, 4), length(1, 4));
  describe_edges(field, p.edges);
  describe_map(field, p.map);
  describe_runs(field, p.runs);
}

constexpr Dataset case_dimension{"case_dimension", "1", "case", "space dimensions D of the window"};
constexpr Dataset case_reach{"case_reach", "cells", "case", "half-width W of the window"};
constexpr Dataset order_number{"order", "1", "order", "order in h at fixed r"};

std::vector<WindowCase> windows_of(const Params& p) {
  std::vector<WindowCase> windows;
  for (const Index D : p.sweep.dimensions)
    for (const Index reach : D == 1 ? p.reaches_1d : D == 2 ? p.reaches_2d : p.reaches_3d)
      windows.push_back({static_cast<int>(D), reach});
  return windows;
}

Runs runs_of(const Params& p) {
  return {p.runs, p.orders, p.sweep, p.map.training,
          start_noise(p.map.fields.seeds.front(), p.map.fields.deck_seed)};
}

void check(const Params& p, const Deck& deck) {
  check_sweep(p.sweep, deck);
  for (std::size_t n = 0; n < p.orders.size(); ++n) {
    if (p.orders[n] % 2 != 0) deck.refuse("params.orders", "must be even");
    if (std::count(p.orders.begin(), p.orders.end(), p.orders[n]) > 1)
      deck.refuse("params.orders", "must not repeat an entry");
  }
  check_map(p.map, windows_of(p), deck);
  check_runs(runs_of(p), deck);
}

void write_coordinates(const Params& p, const std::vector<WindowCase>& windows, Results& results) {
  std::vector<double> dimensions, reaches;
  for (const WindowCase& window : windows) {
    dimensions.push_back(window.dimensions);
    reaches.push_back(static_cast<double>(window.reach));
  }
  results.write(case_dimension, dimensions);
  results.write(case_reach, reaches);
  write_axes(p.sweep, results);
  results.axis(order_number, {p.orders.begin(), p.orders.end()});
}

template <class Scalar> void study(const Params& p, const Domain& world, Results& results) {
  const auto windows = windows_of(p);
  const Runs runs = runs_of(p);
  const std::size_t D = p.sweep.dimensions.size(), B = p.sweep.boundaries.size(), O = p.orders.size();
  const std::size_t parts = windows.size() * (O + B * p.map.rates.size() * p.map.fields.seeds.size()) +
                            p.map.band_rates.size() + D * O + 2 * D * B;
  Progress progress("heat/stencil_positive_map", static_cast<Index>(parts), world.speaks());
  write_coordinates(p, windows, results);
  study_edges(p.edges, windows, p.orders, world, results, progress);
  study_map<Scalar>(p.map, p.sweep.boundaries, windows, world, results, progress);
  study_bands(p.map, world, results, progress);
  study_orders(runs, world, results, progress);
  study_ranges<Scalar>(runs, world, results, progress);
  study_classical<Scalar>(runs, world, results, progress);
}

template <class Scalar>
void run(const Params& params, const Deck& deck, const Domain& world, Results& results) {
  Params p = params;
  p.map.fields.deck_seed = deck.seed();
  p.runs.cells = p.map.cells;
  study<Scalar>(p, world, results);
}

}  // namespace stencil_positive_map_parts

extern const Verbs stencil_positive_map =
    verbs<stencil_positive_map_parts::Params, stencil_positive_map_parts::check,
          stencil_positive_map_parts::run<double>, stencil_positive_map_parts::run<float>>();

}  // namespace attune::experiments::heat
