// experiments/traffic/parts/calibration/cast.hpp
//
// Who takes part: every law of law_list.hpp, with published parameters of real traffic and the parameters that fits
// hold. A driver who knows attention takes part by one more row of cast.cpp.
#pragma once

#include "experiments/traffic/parts/calibration/contender.hpp"

namespace attune::experiments::traffic::calibration {

std::vector<Contender> cast();

// In the order of cast().
std::vector<std::string> cast_names();

}  // namespace attune::experiments::traffic::calibration
