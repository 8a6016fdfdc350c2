// experiments/traffic/parts/calibration/follow.hpp
//
// One driver by one law, among recorded vehicles, in ballistic steps of the record's dt:
//
//   x' = x + dt v + dt^2 u / 2,  v' = v + dt u;  where v' < 0 the vehicle stops on the way: x' = x - v^2 / (2 u)
//
// Source  recommended for calibration in Treiber, Kanagaraj 2015 [treiber2015]
// Limits  as many vehicles ahead in the record as the law looks at, and one behind if it looks back
#pragma once

#include <cmath>

#include "experiments/traffic/parts/calibration/record.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::experiments::traffic::calibration {

template <class Law> auto sight_at(const Law& law, const Record& record, std::size_t k, const Start& now) {
  attune::traffic::Sight<double, Law::capacity> see;
  see.speed = now.speed;
  for (int n = 0; n < law.leaders(); ++n) {
    see.distance[n] = record.ahead_position[n][k] - now.position;
    see.leader_speed[n] = record.ahead_speed[n][k];
  }
  if constexpr (Law::looks_back) {
    see.distance_behind = now.position - record.behind_position[k];
    see.follower_speed = record.behind_speed[k];
  }
  return see;
}

// Writes the places at the samples of the stretch, and the speeds unless null. False where one is not finite.
template <class Law>
bool follow(const Law& law, const Record& record, const Stretch& stretch, const Start& start,
            double* position, double* speed = nullptr) {
  Start now = start;
  const double dt = record.dt;
  for (std::size_t k = stretch.begin; k < stretch.end; ++k) {
    position[k - stretch.begin] = now.position;
    if (speed != nullptr) speed[k - stretch.begin] = now.speed;
    const double u = law.acceleration(sight_at(law, record, k, now)), next = now.speed + dt * u;
    if (next < 0) {
      now.position += now.speed > 0 ? now.speed * now.speed / (-2 * u) : 0;
      now.speed = 0;
    } else {
      now.position += dt * now.speed + 0.5 * dt * dt * u;
      now.speed = next;
    }
    if (!std::isfinite(now.position) || !std::isfinite(u)) return false;
  }
  return true;
}

}  // namespace attune::experiments::traffic::calibration
