// experiments/traffic/parts/driver_list.hpp
//
// Everything that can drive here: the laws of solvers/traffic/law_list.hpp and the drivers that attend to
// several leaders. with_law(Drivers{}, name, action) visits one of them.
#pragma once

#include "experiments/traffic/parts/attend_gaps.hpp"
#include "experiments/traffic/parts/attend_interactions.hpp"
#include "experiments/traffic/parts/attend_speeds.hpp"
#include "solvers/traffic/law_list.hpp"

namespace attune::experiments::traffic {

using AttentionDrivers = std::tuple<AttendGaps, AttendSpeeds, AttendInteractions>;
using Drivers = decltype(std::tuple_cat(attune::traffic::Laws{}, AttentionDrivers{}));

inline std::vector<std::string> driver_names() { return attune::traffic::names_of(Drivers{}); }

}  // namespace attune::experiments::traffic
