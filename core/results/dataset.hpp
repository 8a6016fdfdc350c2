// core/results/dataset.hpp
//
// A stored quantity, declared once, beside the experiment that stores it.
#pragma once

namespace attune {

struct Dataset {
  const char* name;
  const char* unit;
  const char* axes;  // names of its axes, blank-separated, slowest first: "seed fourier"; "" for a scalar
  const char* meaning;  // long_name
  const char* equation = "";  // source equation, where there is one
  bool allows_nan = false;  // NaN marks what was not measured; everything else must be finite
};

}  // namespace attune
