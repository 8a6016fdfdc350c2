// experiments/heat/parts/positive_map/window_cases.hpp
//
// Box windows of several half-widths on several dimensions, one after another.
#pragma once

#include <string>
#include <vector>

#include "core/core/box.hpp"

namespace attune::experiments::heat::positive_map {

struct WindowCase {
  int dimensions = 1;
  Index reach = 1;  // W

  std::string name() const { return std::to_string(dimensions) + "d_w" + std::to_string(reach); }
};

}  // namespace attune::experiments::heat::positive_map
