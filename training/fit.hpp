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

// The same for a flat vector; the slices name its tensors in errors.
History minimise(Vector& x, const std::vector<Slice>& slices, const FlatObjective& objective,
                 const Options& options, const FlatGuide& guide = {});

// The objective on flat vectors, through two Weights that it keeps.
template <class Weights, class Objective>
FlatObjective flat_objective(const Weights& shape, const Objective& objective) {
  return [here = zeros_like(shape), gradient = zeros_like(shape), &objective](const Vector& x,
                                                                              Vector& flat) mutable {
    unflatten(x, here);
    unflatten(flat, gradient);
    const double loss = objective(std::as_const(here), gradient);
    flat = flatten(gradient);
    return loss;
  };
}

template <class Weights, class Guide> FlatGuide flat_guide(const Weights& shape, const Guide& guide) {
  const auto at = [shape = zeros_like(shape)](const Vector& x) {
    Weights weights = shape;
    unflatten(x, weights);
    return weights;
  };
  return {[at, &guide](const Vector& x) { return flatten(guide.curvature(at(x))); },
          [at, &guide](const Vector& x, Vector& direction) {
            Weights moved = at(direction);
            guide.admissible(at(x), moved);
            direction = flatten(moved);
          }};
}

template <class Weights, class Objective>
History fit(Weights& weights, const Objective& objective, const Options& options,
            const FlatGuide& guide = {}) {
  Vector x = flatten(weights);
  const History history = minimise(x, slices(weights), flat_objective(weights, objective), options, guide);
  unflatten(x, weights);
  return history;
}

// With a guide: guide.curvature(weights) -> Weights estimates the diagonal of the Hessian, so that lbfgs
// steps as far in flat directions as in steep ones; guide.admissible(weights, direction) takes out of a
// direction what should not be moved.
template <class Weights, class Objective, class Guide>
History fit_guided(Weights& weights, const Objective& objective, const Options& options, const Guide& guide) {
  return fit(weights, objective, options, flat_guide(weights, guide));
}

}  // namespace attune::training
