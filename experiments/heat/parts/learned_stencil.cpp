// experiments/heat/parts/learned_stencil.cpp
#include "experiments/heat/parts/learned_stencil.hpp"

#include <map>

#include "core/core/require.hpp"

namespace attune::experiments::heat {

namespace window = attention::window;

LearnedStencil::LearnedStencil(const Setting& setting, const std::vector<Triple>& offsets, bool tied)
    : setting_(setting), window_{offsets, {}, setting.domain.whole()} {
  std::map<std::array<Index, 3>, std::size_t> number;
  for (const Triple& offset : offsets) {
    std::array<Index, 3> kind{};
    for (int a = 0; a < 3; ++a) {
      kind[a] = tied ? std::abs(offset[a]) : offset[a];
      halo_[a] = std::max(halo_[a], std::abs(offset[a]));
    }
    class_of_.push_back(number.try_emplace(kind, number.size()).first->second);
  }
  for (int a = 0; a < 3; ++a) window_.edges[a] = window::Edge::ghost;
  classes_ = number.size();
}

StencilWeights LearnedStencil::gaussian_weights(double r, double least) const {
  StencilWeights weights = equal_weights();
  for (std::size_t w = 0; w < class_of_.size(); ++w) {
    const Triple& o = window_.offsets[w];
    const auto square = static_cast<double>(o[0] * o[0] + o[1] * o[1] + o[2] * o[2]);
    weights.logit[class_of_[w]] = std::max(least, -square / (4 * r));
  }
  return weights;
}

window::Table LearnedStencil::table(const StencilWeights& weights) const {
  require(weights.logit.size() == classes_, "one logit for each class of offsets");
  window::Table table{std::vector<double>(class_of_.size())};
  for (std::size_t w = 0; w < class_of_.size(); ++w) table.bias[w] = weights.logit[class_of_[w]];
  return table;
}

attune::heat::theory::Stencil LearnedStencil::stencil(const StencilWeights& weights) const {
  return {window_.offsets, window::weights(table(weights))};
}

std::vector<Triple> offsets_of(const std::string& shape, Index reach,
                               const std::vector<std::vector<Index>>& listed, int dimensions) {
  if (shape == "box") return window::box_offsets(dimensions, reach);
  if (shape == "ball") return window::ball_offsets(dimensions, reach);
  if (shape == "star") return window::star_offsets(dimensions, reach);
  std::vector<Triple> offsets;
  for (const auto& numbers : listed) {
    require(static_cast<int>(numbers.size()) == dimensions, "an offset has a number for each axis");
    Triple offset{0, 0, 0};
    for (int d = 0; d < dimensions; ++d) offset[3 - dimensions + d] = numbers[d];
    offsets.push_back(offset);
  }
  return offsets;
}

}  // namespace attune::experiments::heat
