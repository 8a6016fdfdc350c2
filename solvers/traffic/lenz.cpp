// solvers/traffic/lenz.cpp
//
// Which parameters of Lenz leave nothing to drive by.
#include "solvers/traffic/lenz.hpp"

#include <fmt/format.h>

namespace attune::traffic {

std::string refusal(const Lenz& law) {
  for (int k = 0; k < law.heeded; ++k)
    if (law.sensitivity[k] > 0) return "";
  return fmt::format("sensitivity_1 to sensitivity_{} are all zero: the vehicle would never accelerate",
                     law.heeded);
}

}  // namespace attune::traffic
