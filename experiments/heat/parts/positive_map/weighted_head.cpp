// experiments/heat/parts/positive_map/weighted_head.cpp
#include "experiments/heat/parts/positive_map/weighted_head.hpp"

#include <cmath>

#include "core/core/require.hpp"

namespace attune::experiments::heat::positive_map {

WeightedHead head_of(const Setting& setting, const attune::heat::theory::Stencil& stencil) {
  std::vector<Triple> offsets;
  StencilWeights weights;
  for (std::size_t o = 0; o < stencil.offsets.size(); ++o) {
    require(stencil.weights[o] >= 0, "the weights of a softmax are not negative");
    if (stencil.weights[o] == 0) continue;
    offsets.push_back(stencil.offsets[o]);
    weights.logit.push_back(std::log(stencil.weights[o]));
  }
  return {LearnedStencil(setting, offsets, false), weights};
}

}  // namespace attune::experiments::heat::positive_map
