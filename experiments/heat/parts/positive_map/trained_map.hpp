// experiments/heat/parts/positive_map/trained_map.hpp
//
// Heads trained on the heat equation's own answer to a field, over times and windows: loss against the least one of the
// simplex; and how the loss falls as the same waves lie on finer grids, which shows the order that the window allows.
//
// Equation  loss(p) = mean (A u - exp(kappa dt laplace) u)^2;  by modes sum_k s_k (g(theta_k) - exp(-r theta_k^2))^2
//           If weights of order p exist and none of order p + 2, then for u of fixed waves k and theta = k h
//             min loss = C h^(2 (p + 2)) (1 + O(h^2)),  C > 0:
//           weights of order p give at most that. Less along some h -> 0 would, the simplex being compact, leave weights
//           whose symbol matches exp(-r theta^2) to theta^(p+2) on more waves than the polynomial has coefficients, so
//           all moments to order p + 2. Waves halved in theta lower the loss by 2^(2 (p + 2))
// Source    T6 of the heat theory
// Limits    more waves along each axis than p / 2 + 2
#pragma once

#include "core/core/progress.hpp"
#include "experiments/heat/parts/positive_map/mode_optimum.hpp"
#include "experiments/heat/parts/positive_map/window_cases.hpp"
#include "experiments/heat/parts/stencil_lesson.hpp"
#include "experiments/heat/parts/sweep.hpp"
#include "experiments/heat/parts/training_field.hpp"
#include "solvers/heat/ftcs.hpp"
#include "solvers/heat/spectral.hpp"

namespace attune::experiments::heat::positive_map {

struct MapParams {
  Cells cells{{1024}, {48, 48}, {16, 16, 16}};
  std::vector<double> rates{0.12, 0.25, 0.5, 0.8, 1.25, 2.5, 5, 10};
  TrainingFields fields;
  std::vector<double> band_rates{0.1, 0.25, 0.25, 0.6};
  std::vector<Index> band_reaches{1, 2, 3, 4}, band_cells{64, 128, 256};
  Index band_waves = 16, band_iterations = 8000;
  double resolved_loss = 1e-24;
  training::Options training;

  MapParams() {
    fields.spectrum = "smooth";
    fields.seeds = {1};
    training.iterations = 1000;
    training.loss_tolerance = 1e-30;
    training.relative_decrease = 1e-8;
    training.patience = 10;
  }
};

void describe_map(auto& field, MapParams& p) {
  field("cells_1d", p.cells.in_1d, "1", "cells of the training field, D = 1", between(1, 1 << 24), length(1));
  field("cells_2d", p.cells.in_2d, "1", "the same, D = 2, (y, x)", between(1, 4096), length(2));
  field("cells_3d", p.cells.in_3d, "1", "the same, D = 3, (z, y, x)", between(1, 256), length(3));
  field("rates", p.rates, "1", "r = kappa dt / h^2 of the heads trained on fields", above(0), at_most(64),
        length(1, 64));
  describe_training_fields(field, p.fields);
  field("band_rates", p.band_rates, "1", "r of the heads trained on the same waves on finer grids, D = 1",
        above(0), at_most(64), length(1, 16));
  field("band_reaches", p.band_reaches, "cells", "half-width W for each of them", between(1, 12),
        length(1, 16));
  field("band_cells", p.band_cells, "1", "cells of those grids, each twice the one before",
        between(4, 1 << 20), length(2, 8));
  field("band_waves", p.band_waves, "1", "waves 1 .. so many that their fields hold", between(4, 4096));
  field("band_iterations", p.band_iterations, "1", "iterations of their training, none of which is cut short",
        between(1, 1e6));
  field("resolved_loss", p.resolved_loss, "1",
        "least loss, over the mean square, that training must reach there", at_least(1e-30));
  training::describe_options(field, p.training);
}

template <class Scalar> struct HeatLesson {
  LearnedStencil learned;
  Field<Scalar> u, y;
};

// fill(halo) -> the field, ghosts filled; called twice, for u and for what becomes y.
template <class Scalar, class Fill>
HeatLesson<Scalar> heat_lesson(const Setting& s, Index reach, double r, const Fill& fill) {
  const LearnedStencil learned(s, attention::window::box_offsets(s.dimensions, reach), true);
  const Field<Scalar> u = fill(learned.halo()), y = fill(learned.halo());
  attune::heat::apply_symbol(y, s.domain, s.boundaries,
                             attune::heat::band_limited_propagator(attune::heat::rates_of(r, s.dimensions)));
  return {learned, u, y};
}

struct TrainedLoss {
  double loss, least, field;  // field: mean square of u
};

// Trains from `weights` and leaves what was found there.
template <class Scalar>
TrainedLoss trained_loss(const HeatLesson<Scalar>& lesson, const Setting& s, double r,
                         const training::Options& how, StencilWeights& weights) {
  const auto values = everywhere(lesson.u, s);
  double square = 0;
  for (const double value : values) square += value * value / static_cast<double>(values.size());
  const auto history = learn(StencilLesson<Scalar>(lesson.learned, s, lesson.u, lesson.y), weights, how);
  return {history.best_loss, best_for_modes(s.grid(), lesson.learned.offsets(), r, values).loss, square};
}

// Refuses lists of unequal length, grids narrower than a window at walls and too few waves.
void check_map(const MapParams& p, const std::vector<WindowCase>& windows, const Deck& deck);

// The largest even order <= 16 that has weights at r, by linear programmes.
Index highest_order(Index reach, double r);

template <class Scalar>
void study_map(const MapParams& p, const std::vector<std::string>& boundaries,
               const std::vector<WindowCase>& windows, const Domain& world, Results& results,
               Progress& progress);

// In double.
void study_bands(const MapParams& p, const Domain& world, Results& results, Progress& progress);

}  // namespace attune::experiments::heat::positive_map
