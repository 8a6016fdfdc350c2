// training/fit.hpp
//
// Trains a weights struct: minimises objective(weights, gradient) -> loss, where gradient is a Weights of the
// same shapes, zero on entry. Loss and gradient come summed over cells and ranks, so that every rank takes
// the same steps.
//
// The weights end as those of the best iterate (see training/progress.hpp).
#pragma once

#include "training/history.hpp"
#include "training/options.hpp"
#include "training/parameters.hpp"
#include "training/point.hpp"

namespace attune::training {

// The same for a flat vector; the slices name its tensors in errors. The curvature may be empty.
History minimise(Vector& x, const std::vector<Slice>& slices, const FlatObjective& objective,
                 const Options& options, const FlatCurvature& curvature = {});

// curvature(weights, diagonal) estimates the diagonal of the Hessian, all entries positive: lbfgs then steps
// as far in flat directions as in steep ones.
template <class Weights, class Objective, class Curvature>
History fit(Weights& weights, const Objective& objective, const Options& options, const Curvature& curvature) {
  Weights here = zeros_like(weights), gradient = zeros_like(weights);
  const auto flat_objective = [&](const Vector& x, Vector& flat_gradient) -> double {
    unflatten(x, here);
    unflatten(flat_gradient, gradient);
    const double loss = objective(std::as_const(here), gradient);
    flat_gradient = flatten(gradient);
    return loss;
  };
  FlatCurvature flat_curvature;
  if constexpr (!std::is_null_pointer_v<Curvature>)
    flat_curvature = [&](const Vector& x) {
      Weights diagonal = zeros_like(weights);
      unflatten(x, here);
      curvature(std::as_const(here), diagonal);
      return flatten(diagonal);
    };
  Vector x = flatten(weights);
  const History history = minimise(x, slices(weights), flat_objective, options, flat_curvature);
  unflatten(x, weights);
  return history;
}

template <class Weights, class Objective>
History fit(Weights& weights, const Objective& objective, const Options& options) {
  return fit(weights, objective, options, nullptr);
}

}  // namespace attune::training
