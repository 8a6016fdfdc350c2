// experiments/traffic/parts/even_ratios.hpp
//
// Numbers from first to last, each the same multiple of the one before.
#pragma once

#include <cmath>
#include <vector>

#include "core/core/views.hpp"

namespace attune::experiments::traffic {

inline std::vector<double> even_ratios(double first, double last, Index count) {
  std::vector<double> values;
  for (Index n = 0; n < count; ++n)
    values.push_back(first * std::pow(last / first, static_cast<double>(n) / static_cast<double>(count - 1)));
  return values;
}

}  // namespace attune::experiments::traffic
