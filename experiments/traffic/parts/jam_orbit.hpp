// experiments/traffic/parts/jam_orbit.hpp
//
// The loop that a vehicle drives in the plane of headway and speed, and how far it lies from that of a wave.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace attune::experiments::traffic {

struct Orbit {
  std::vector<double> time, headway, speed;  // of vehicle 0
};

// The farthest that the orbit lies from the closed curve of the wave, in the plane of headway and speed,
// in these units.
inline double farthest(const Orbit& orbit, const std::vector<double>& wave_h,
                       const std::vector<double>& wave_v, double unit_h, double unit_v) {
  double most = 0;
  const std::size_t points = wave_h.size();
  for (std::size_t n = 0; n < orbit.time.size(); ++n) {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < points; ++j) {
      const std::size_t next = (j + 1) % points;
      const double dh = (wave_h[next] - wave_h[j]) / unit_h, x = (orbit.headway[n] - wave_h[j]) / unit_h;
      const double dv = (wave_v[next] - wave_v[j]) / unit_v, y = (orbit.speed[n] - wave_v[j]) / unit_v;
      const double square = dh * dh + dv * dv;
      const double part = square > 0 ? std::clamp((x * dh + y * dv) / square, 0.0, 1.0) : 0.0;
      least = std::min(least, std::hypot(x - part * dh, y - part * dv));
    }
    most = std::max(most, least);
  }
  return most;
}

// f where H is: halfway between the points of f.
inline std::vector<double> halfway(const std::vector<double>& f) {
  std::vector<double> between;
  const std::size_t M = f.size();
  for (std::size_t j = 0; j < M; ++j)
    between.push_back((1225 * (f[j] + f[(j + 1) % M]) - 245 * (f[(j + M - 1) % M] + f[(j + 2) % M]) +
                       49 * (f[(j + M - 2) % M] + f[(j + 3) % M]) -
                       5 * (f[(j + M - 3) % M] + f[(j + 4) % M])) /
                      2048);
  return between;
}

}  // namespace attune::experiments::traffic
