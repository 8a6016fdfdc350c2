// experiments/traffic/parts/temperature/limits.hpp
//
// What attention becomes when it is cold, the first leader alone, and when it is hot, all leaders alike: the
// farthest that accelerations lie from those of the classical law, over random sights.
//
// Limits   K <= 8
#pragma once

#include "core/core/random.hpp"
#include "experiments/traffic/parts/driver_list.hpp"

namespace attune::experiments::traffic {

struct TemperatureLimits {
  double gaps_cold = 0;  // from the optimal velocity model
  double gaps_hot = 0;  // from Lenz, with equal weights
  double speeds_cold = 0;  // from the full velocity difference model
  double speeds_hot = 0;  // from the mean speed of the leaders
  double interactions_cold = 0;  // from the intelligent driver model
  double interactions_hot = 0;  // from the mean interaction
};

TemperatureLimits temperature_limits(const AttendGaps& gaps, const AttendSpeeds& speeds,
                                     const AttendInteractions& interactions, Index sights,
                                     const Random& random);

}  // namespace attune::experiments::traffic
