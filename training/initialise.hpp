// training/initialise.hpp
//
// Initial weights: independent normal numbers of mean 0 and standard deviation `scale`, a function of (seed,
// stream, tensor, entry) only, so that a longer tensor leaves the others as they were.
#pragma once

#include "core/core/random.hpp"
#include "training/parameters.hpp"

namespace attune::training {

template <class Weights> void initialise_normal(Weights& weights, double scale, const Random& random) {
  Vector flat(count(weights));
  std::uint32_t tensor = 0;
  for (const auto& slice : slices(weights)) {
    for (std::size_t i = 0; i < slice.count; ++i) flat[slice.first + i] = scale * random.normal(i, tensor);
    ++tensor;
  }
  unflatten(flat, weights);
}

}  // namespace attune::training
