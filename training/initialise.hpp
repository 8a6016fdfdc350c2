// training/initialise.hpp
//
// Initial weights, a function of (seed, stream, tensor, entry) only, so that a longer tensor leaves the
// others as they were: each tensor by the rule it is described with, or all by one.
#pragma once

#include "training/parameters.hpp"

namespace attune::training {

template <class Weights, class Rule>
void initialise_by(Weights& weights, const Random& random, const Rule& rule) {
  Vector flat(count(weights));
  std::uint32_t tensor = 0;
  for (const auto& slice : slices(weights)) {
    const Initial initial = rule(slice);
    for (std::size_t i = 0; i < slice.count; ++i) flat[slice.first + i] = initial.draw(random, i, tensor);
    ++tensor;
  }
  unflatten(flat, weights);
}

// Every tensor names its rule in describe.
template <class Weights> void initialise(Weights& weights, const Random& random) {
  initialise_by(weights, random, [](const Slice& slice) {
    require(slice.initial.kind != Initial::Kind::unsaid,
            "the rule of the initial '" + slice.name + "' is said");
    return slice.initial;
  });
}

// Independent normal numbers of mean 0 and standard deviation `scale`, whatever the rules say.
template <class Weights> void initialise_normal(Weights& weights, double scale, const Random& random) {
  initialise_by(weights, random, [scale](const Slice&) { return Initial::normal(scale); });
}

}  // namespace attune::training
