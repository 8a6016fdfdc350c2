// solvers/traffic/theory/ring_spectrum.cpp
#include "solvers/traffic/theory/ring_spectrum.hpp"

#include <numbers>

#include "core/core/require.hpp"

namespace attune::traffic::theory {

double mode_angle(int mode, int vehicles) {
  const int folded = 2 * mode > vehicles ? mode - vehicles : mode;
  return 2 * std::numbers::pi * folded / vehicles;
}

std::array<Complex, 2> mode_roots(const Linearisation& law, double theta) {
  const Symbol s = symbol(law, theta);
  return quadratic_roots(s.speed[0], s.distance[0]);
}

std::vector<Complex> ring_spectrum(const Linearisation& law, int vehicles) {
  std::vector<Complex> roots;
  for (int m = 0; m < vehicles; ++m)
    for (const Complex root : mode_roots(law, mode_angle(m, vehicles))) roots.push_back(root);
  return roots;
}

RingMode fastest_mode(const Linearisation& law, int vehicles) {
  require(vehicles >= 2, "a ring of one vehicle has no mode to grow");
  RingMode fastest;
  for (int m = 1; 2 * m <= vehicles; ++m) {
    const double theta = mode_angle(m, vehicles);
    const Complex root = mode_roots(law, theta)[0];
    if (fastest.mode == 0 || root.real() > fastest.root.real()) fastest = {m, theta, root};
  }
  return fastest;
}

double road_phase_speed(const Linearisation& law, double theta, Complex root) {
  return law.equilibrium_speed - law.headway * root.imag() / theta;
}

}  // namespace attune::traffic::theory
