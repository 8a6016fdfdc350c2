// solvers/heat/theory/anisotropy.cpp
//
// A linear programme for each orientation with tau among its unknowns, and the polygon of directions.
#include "solvers/heat/theory/anisotropy.hpp"

#include <algorithm>
#include <cmath>

#include "core/core/require.hpp"
#include "solvers/heat/theory/linear_programme.hpp"
#include "solvers/heat/theory/nonnegative_diffusion.hpp"

namespace attune::heat::theory {
namespace {

constexpr double pi = std::numbers::pi;

// The directions of the window in [0, pi), each once, rising.
std::vector<double> directions(const std::vector<Triple>& window) {
  std::vector<double> angles;
  for (const auto& o : half_window(window)) {
    const double angle = std::atan2(static_cast<double>(o[1]), static_cast<double>(o[2]));
    angles.push_back(angle < pi ? angle : angle - pi);
  }
  std::sort(angles.begin(), angles.end());
  const auto same = [](double a, double b) { return b - a < 1e-12; };
  angles.erase(std::unique(angles.begin(), angles.end(), same), angles.end());
  return angles;
}

double golden_section(const std::vector<Triple>& window, double from, double to) {
  constexpr double golden = std::numbers::phi - 1;
  while (to - from > 1e-9) {
    const double left = to - golden * (to - from), right = from + golden * (to - from);
    const bool lower = largest_ratio(window, left) < largest_ratio(window, right);
    (lower ? to : from) = lower ? right : left;
  }
  return (from + to) / 2;
}

}  // namespace

double largest_ratio(const std::vector<Triple>& window, double phi) {
  const auto half = half_window(window);
  const auto n = static_cast<Eigen::Index>(half.size());
  LinearProgramme programme{LongMatrix(3, n + 1), LongVector::Unit(3, 0), -LongVector::Unit(n + 1, n)};
  for (Eigen::Index j = 0; j < n; ++j) {
    require(half[j][0] == 0, "a window in the plane");
    const auto y = static_cast<Long>(half[j][1]), x = static_cast<Long>(half[j][2]);
    programme.A.col(j) << 1, (x * x - y * y) / (x * x + y * y), 2 * x * y / (x * x + y * y);
  }
  programme.A.col(n) << 0, -std::cos(2 * Long(phi)), -std::sin(2 * Long(phi));
  const Programmed found = minimise(programme);
  require(found.outcome == Outcome::optimal, "a window has directions enough for an isotropic tensor");
  const Long tau = -found.value;
  if (tau >= 1 - round_off) return std::numeric_limits<double>::infinity();
  return static_cast<double>((1 + tau) / (1 - tau));
}

WorstAngle worst_angle(const std::vector<Triple>& window, int scan) {
  WorstAngle worst{std::numeric_limits<double>::infinity(), 0};
  const double spacing = pi / scan;
  for (int i = 0; i < scan; ++i) {
    const double phi = i * spacing, ratio = largest_ratio(window, phi);
    if (ratio < worst.ratio * (1 - 1e-9)) worst = {ratio, phi};
  }
  worst.phi = golden_section(window, worst.phi - spacing, worst.phi + spacing);
  worst.ratio = largest_ratio(window, worst.phi);
  return worst;
}

WorstAngle widest_gap(const std::vector<Triple>& window) {
  const std::vector<double> angles = directions(window);
  require(angles.size() >= 2, "a window in the plane has two directions or more");
  double gap = 0, from = 0;
  for (std::size_t i = 0; i < angles.size(); ++i) {
    const double next = i + 1 < angles.size() ? angles[i + 1] : angles[0] + pi;
    if (next - angles[i] <= gap * (1 + 1e-12)) continue;
    gap = next - angles[i];
    from = angles[i];
  }
  const double middle = from + gap / 2, cotangent = 1 / std::tan(gap / 2);
  return {cotangent * cotangent, middle < pi ? middle : middle - pi};
}

}  // namespace attune::heat::theory
