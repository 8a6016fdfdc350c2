// experiments/heat/parts/stencil_lesson.hpp
//
// What a stencil learns from: one field u and its target y, and the loss
//
//   loss(p) = (1 / cells) sum_i ((A u)_i - y_i)^2,     d_o_i = 2 ((A u)_i - y_i) / cells
//
// over the cells of all ranks, by exact sums.
#pragma once

#include "core/core/sum.hpp"
#include "experiments/heat/parts/learned_stencil.hpp"
#include "training/fit.hpp"

namespace attune::experiments::heat {

// (o_i - y_i)^2 at own cells, and the gradient's seed.
template <class Scalar> struct SquaredError {
  Field<Scalar> o, y, d_o;
  double cells;

  KOKKOS_FUNCTION double operator()(Index n) const {
    const Index ny = o.box.extent(1), nx = o.box.extent(2);
    const Index k = n / (ny * nx), j = n / nx % ny, i = n % nx;
    const double error = double(o(k, j, i)) - double(y(k, j, i));
    d_o(k, j, i) = static_cast<Scalar>(2 * error / cells);
    return error * error;
  }
};

template <class Scalar> struct StencilLesson {
  LearnedStencil stencil;
  Communicator ranks;
  Field<Scalar> u, y, o, d_o;  // u with ghosts
  double cells;

  // u has the stencil's halo, filled.
  StencilLesson(const LearnedStencil& learned, const Setting& setting, const Field<Scalar>& input, const Field<Scalar>& target)
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
    const double loss = sum::over("heat::lesson::loss", o.box.cells(), error, ranks) / cells;
    stencil.backward(u, weights, o, d_o, gradient);
    return loss;
  }
};

// Trains from equal weights.
template <class Scalar>
training::History learn(const StencilLesson<Scalar>& lesson, StencilWeights& weights, const training::Options& options) {
  weights.logit.assign(lesson.stencil.classes(), 0.0);
  return training::fit(weights, lesson, options);
}

}  // namespace attune::experiments::heat
