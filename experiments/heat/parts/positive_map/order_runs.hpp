// experiments/heat/parts/positive_map/order_runs.hpp
//
// Heads of order 2 to 8 run as solvers: the order they show on refined grids, whether they stay within the range they
// start from at steps past the limit of the explicit one, and the head of half-width 2 beside positive_map.hpp.
#pragma once

#include "core/core/progress.hpp"
#include "core/deck/deck.hpp"
#include "experiments/heat/parts/positive_map/refinement.hpp"
#include "experiments/heat/parts/stencil_rollout.hpp"
#include "experiments/heat/parts/sweep.hpp"
#include "training/options.hpp"

namespace attune::experiments::heat::positive_map {

struct RunParams {
  std::vector<Index> reaches{2, 2, 4, 4};
  std::vector<double> rates{1, 0.6, 0.8, 0.6};
  std::vector<Index> waves{1};
  std::vector<Index> coarsest{8, 12, 16};
  Index coarsest_steps = 1;
  std::vector<Index> doublings{2, 2, 1};
  std::vector<double> classical_rates{0.17, 0.4, 0.66};
  Index steps = 50;
  Cells cells{{1024}, {48, 48}, {16, 16, 16}};
};

void describe_runs(auto& field, RunParams& p) {
  field("run_reaches", p.reaches, "cells", "half-width W of the head that is run, for each order",
        between(1, 8), length(1, 4));
  field("run_rates", p.rates, "1", "its r = kappa dt / h^2, for each order", above(0), at_most(32),
        length(1, 4));
  field("waves", p.waves, "1", "whole waves along every axis that the order study starts from",
        between(1, 64), length(1, 7));
  field("coarsest", p.coarsest, "1", "cells along each axis of its coarsest grid, for D = 1, 2, 3",
        between(4, 1024), length(3));
  field("coarsest_steps", p.coarsest_steps, "1", "steps there; four times as many at each doubling",
        between(1, 1e4));
  field("doublings", p.doublings, "1", "how often that grid is refined by two, likewise", between(1, 8),
        length(3));
  field("classical_rates", p.classical_rates, "1", "r at which the head of half-width 2 meets positive_map",
        between(1.0 / 6, 2.0 / 3), length(1, 16));
  field("run_steps", p.steps, "1", "steps from white noise", between(1, 1e6));
}

struct Runs {
  const RunParams& params;
  const std::vector<Index>& orders;
  const Sweep& sweep;
  const training::Options& training;
  Random noise;

  // Weights of least norm of the n-th order, on D axes.
  attune::heat::theory::Stencil least_norm(std::size_t n, int dimensions) const;
  Refinement plan(std::size_t n, int dimensions) const;
};

// Refuses times without weights, and times at which the grids are too coarse or the order above nearly cancels.
void check_runs(const Runs& runs, const Deck& deck);

void study_orders(const Runs& runs, const Domain& world, Results& results, Progress& progress);  // in double

template <class Scalar>
void study_ranges(const Runs& runs, const Domain& world, Results& results, Progress& progress);

template <class Scalar>
void study_classical(const Runs& runs, const Domain& world, Results& results, Progress& progress);

}  // namespace attune::experiments::heat::positive_map
