// experiments/heat/parts/stencil_lesson.hpp
//
// What a stencil learns from: one field u and its target y, and the loss
//
//   loss(p) = (1 / cells) sum_i ((A u)_i - y_i)^2,     d_o_i = 2 ((A u)_i - y_i) / cells
//
// over the cells of all ranks, by exact sums.
#pragma once

#include <algorithm>

#include "core/core/sum.hpp"
#include "experiments/heat/parts/learned_stencil.hpp"
#include "training/fit.hpp"
#include "training/lift.hpp"

namespace attune::experiments::heat {

// (o_i - y_i)^2 at own cells, and the gradient's seed.
template <class Scalar> struct SquaredError {
  Field<Scalar> o, y, d_o;
  double cells;

  KOKKOS_FUNCTION void operator()(const Block& b, double* x) const {
    const Scalar *from = &o(b.k, b.j, b.i), *to = &y(b.k, b.j, b.i);
    Scalar* seed = &d_o(b.k, b.j, b.i);
    for (int c = 0; c < b.cells; ++c) {
      const double error = double(from[c]) - double(to[c]);
      seed[c] = static_cast<Scalar>(2 * error / cells);
      x[c] = error * error;
    }
  }
};

template <class Scalar> struct StencilLesson {
  LearnedStencil stencil;
  Communicator ranks;
  Field<Scalar> u, y, o, d_o;  // u with ghosts
  double cells;

  // u has the stencil's halo, filled.
  StencilLesson(const LearnedStencil& learned, const Setting& setting, const Field<Scalar>& input,
                const Field<Scalar>& target)
      : stencil(learned),
        ranks(setting.domain.communicator()),
        u(input),
        y(target),
        o("heat::lesson::o", input.box),
        d_o("heat::lesson::d_o", input.box),
        cells(static_cast<double>(setting.cells())) {}

  double operator()(const StencilWeights& weights, StencilWeights& gradient) const {
    stencil.apply(u, weights, o);
    const SquaredError<Scalar> error{o, y, d_o, cells};
    const double loss = sum::over_cells("heat::lesson::loss", o.box, error, ranks) / cells;
    stencil.backward(u, weights, o, d_o, gradient);
    return loss;
  }
};

// What is known of the loss beyond its gradient.
struct SoftmaxGuide {
  const LearnedStencil& stencil;
  static constexpr double resolved = 1e-6;  // weights far below it are left to their own gradient
  static constexpr double furthest = 2;  // that a logit moves in one step

  // The total weight of each class of offsets, and the number of its offsets.
  struct Classes {
    std::vector<double> weight, offsets;
  };
  Classes classes(const StencilWeights& at) const {
    const auto p = stencil.stencil(at).weights;
    Classes c{std::vector<double>(stencil.classes(), 0.0), std::vector<double>(stencil.classes(), 0.0)};
    for (std::size_t w = 0; w < p.size(); ++w) {
      c.weight[stencil.class_of()[w]] += p[w];
      c.offsets[stencil.class_of()[w]] += 1;
    }
    return c;
  }

  // On white fields d^2 L / d z_c^2 ~ 2 P_c^2 / n_c for a class of n_c offsets of total weight P_c.
  StencilWeights curvature(const StencilWeights& at) const {
    const auto c = classes(at);
    StencilWeights diagonal = at;
    for (std::size_t i = 0; i < c.weight.size(); ++i)
      diagonal.logit[i] = 2 * (c.weight[i] * c.weight[i] + resolved * resolved) / c.offsets[i];
    return diagonal;
  }

  // A shift of all logits changes nothing: its weighted mean is taken out. No logit runs away.
  void admissible(const StencilWeights& at, StencilWeights& direction) const {
    const auto c = classes(at);
    double mean = 0;
    for (std::size_t i = 0; i < c.weight.size(); ++i) mean += c.weight[i] * direction.logit[i];
    for (double& d : direction.logit) d = std::clamp(d - mean, -furthest, furthest);
  }
};

// Trains from the weights given, and again from where that ended, forgetting curvature learned on the way and
// lifting weights that descent has lost though the best stencil has them, until another round gains nothing:
// at most `rounds`. lift(weights, gradient) is training::lift_lost for each softmax.
template <class Lesson, class Weights, class Guide, class Lift>
training::History learn_in_rounds(const Lesson& lesson, Weights& weights, const training::Options& options,
                                  const Guide& guide, const Lift& lift) {
  constexpr int rounds = 10;
  constexpr double gain = 1e-6;  // relative, that a round must bring
  auto history = training::fit_guided(weights, lesson, options, guide);
  for (int round = 0; round < rounds && history.best_loss > options.loss_tolerance; ++round) {
    Weights gradient = training::zeros_like(weights), again = weights;
    lesson(weights, gradient);
    lift(again, gradient);
    const auto further = training::fit_guided(again, lesson, options, guide);
    if (further.best_loss > history.best_loss) break;
    const bool settled = further.best_loss > (1 - gain) * history.best_loss;
    history = further;
    weights = again;
    if (settled) break;
  }
  return history;
}

template <class Scalar>
training::History learn(const StencilLesson<Scalar>& lesson, StencilWeights& weights,
                        const training::Options& options) {
  return learn_in_rounds(lesson, weights, options, SoftmaxGuide{lesson.stencil},
                         [](StencilWeights& w, const StencilWeights& gradient) {
                           training::lift_lost(w.logit, gradient.logit);
                         });
}

}  // namespace attune::experiments::heat
