// experiments/heat/parts/positive_map/weighted_head.hpp
//
// A stencil of nonnegative weights as what a softmax head makes of biases log w_o, on the offsets of positive weight.
#pragma once

#include "experiments/heat/parts/learned_stencil.hpp"

namespace attune::experiments::heat::positive_map {

struct WeightedHead {
  LearnedStencil learned;
  StencilWeights weights;

  // next = A u, after the ghosts of u are filled.
  template <class Scalar>
  void step(const Setting& setting, const Field<Scalar>& u, const Field<Scalar>& next) const {
    attune::heat::fill_ghosts(u, setting.domain, setting.boundaries);
    learned.apply(u, weights, next);
  }
};

WeightedHead head_of(const Setting& setting, const attune::heat::theory::Stencil& stencil);

}  // namespace attune::experiments::heat::positive_map
