// experiments/traffic/parts/calibration/cast.hpp
//
// Who takes part: every law and every driver of driver_list.hpp, with parameters of real traffic, published where there
// are such, and the parameters that fits hold.
#pragma once

#include "experiments/traffic/parts/calibration/contender.hpp"

namespace attune::experiments::traffic::calibration {

std::vector<Contender> cast();

// In the order of cast().
std::vector<std::string> cast_names();

}  // namespace attune::experiments::traffic::calibration
