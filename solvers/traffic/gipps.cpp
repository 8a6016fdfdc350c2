// solvers/traffic/gipps.cpp
//
// Which parameters of Gipps let several speeds belong to one gap.
#include "solvers/traffic/gipps.hpp"

#include <fmt/format.h>

namespace attune::traffic {

// At equilibrium 2 b s = 3 b tau v + v^2 (1 - b / c): one speed belongs to a gap while the right side rises.
std::string refusal(const Gipps& law) {
  const double excess = law.deceleration / law.leader_deceleration - 1;
  if (2 * excess * law.desired_speed < 3 * law.deceleration * law.reaction_time) return "";
  return fmt::format(
      "deceleration {} is too much harder than leader_deceleration {}: several speeds below desired_speed {} "
      "would belong to one gap; 2 (b / c - 1) v0 must be below 3 b tau",
      law.deceleration, law.leader_deceleration, law.desired_speed);
}

}  // namespace attune::traffic
