// experiments/traffic/parts/calibration/record.hpp
//
// What one driver saw and did: places and speeds of the vehicles ahead and behind, and its own, at times k dt.
//
// Shapes  position, speed, behind: (samples); ahead: (leaders, samples), entry 0 the next vehicle
// Units   [m], [m/s], [s]
#pragma once

#include <vector>

#include "core/core/views.hpp"

namespace attune::experiments::traffic::calibration {

struct Record {
  double dt = 0.1;
  double length = 5;  // of every vehicle: places of others are moved so that it is
  std::vector<double> position, speed;
  std::vector<std::vector<double>> ahead_position, ahead_speed;
  std::vector<double> behind_position, behind_speed;  // empty: nobody is behind

  std::size_t samples() const { return position.size(); }
  int leaders() const { return static_cast<int>(ahead_position.size()); }
  bool has_behind() const { return !behind_position.empty(); }
};

// Samples [begin, end).
struct Stretch {
  std::size_t begin = 0, end = 0;
  std::size_t size() const { return end - begin; }
};
inline Stretch first_half(const Record& record) { return {0, record.samples() / 2}; }
inline Stretch second_half(const Record& record) { return {record.samples() / 2, record.samples()}; }

struct Start {
  double position = 0, speed = 0;
};
inline Start recorded_start(const Record& record, const Stretch& stretch) {
  return {record.position[stretch.begin], record.speed[stretch.begin]};
}

}  // namespace attune::experiments::traffic::calibration
