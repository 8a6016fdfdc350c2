// experiments/traffic/parts/throughput/plain_loop.cpp
#include "experiments/traffic/parts/throughput/plain_loop.hpp"

#include <algorithm>
#include <cmath>

namespace attune::experiments::traffic::throughput {

void plain_steps(const attune::traffic::Idm& p, double dt, Index steps, PlainRing& ring) {
  const std::size_t n = ring.speed.size();
  double *h = ring.headway.data(), *v = ring.speed.data(), *a = ring.acceleration.data();
  const double twice_root = 2 * std::sqrt(p.acceleration_scale * p.deceleration);
  for (Index step = 0; step < steps; ++step) {
    for (std::size_t i = 0; i < n; ++i) {
      const double ahead = v[i + 1 < n ? i + 1 : 0], share = v[i] / p.desired_speed;
      const double wanted = v[i] * p.time_gap + v[i] * (v[i] - ahead) / twice_root;
      const double ratio = (p.standstill_gap + std::max(0.0, wanted)) / (h[i] - p.length);
      a[i] = p.acceleration_scale * (1 - share * share * share * share - ratio * ratio);
    }
    for (std::size_t i = 0; i < n; ++i) v[i] = std::max(0.0, v[i] + dt * a[i]);
    for (std::size_t i = 0; i < n; ++i) h[i] += dt * (v[i + 1 < n ? i + 1 : 0] - v[i]);
  }
}

}  // namespace attune::experiments::traffic::throughput
