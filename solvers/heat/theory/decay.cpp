// solvers/heat/theory/decay.cpp
//
// Angles from whole numbers and powers from logarithms, both in extended precision.
#include "solvers/heat/theory/decay.hpp"

#include <cmath>

namespace attune::heat::theory {
namespace {

long double stiffness(const Grid& grid, const Triple& mode, const PerAxis& r) {
  long double sum = 0;
  for (int a = 0; a < 3; ++a) {
    const long double half_sine = std::sin(angle(grid.boundary[a], grid.cells[a], mode[a]) / 2);
    sum += r[a] * half_sine * half_sine;
  }
  return 4 * sum;
}

// (1 - s)^n for any s; log |1 - s| keeps its digits near s = 0 and near s = 2.
long double power_of_one_minus(long double s, Index n) {
  if (s == 1) return n == 0 ? 1 : 0;
  const long double log_size = s < 1 ? std::log1p(-s) : std::log1p(s - 2);
  const int sign = s > 1 && n % 2 != 0 ? -1 : 1;
  return sign * std::exp(static_cast<long double>(n) * log_size);
}

}  // namespace

double ftcs_decay(const Grid& grid, const Triple& mode, const PerAxis& r, Index steps) {
  return static_cast<double>(power_of_one_minus(stiffness(grid, mode, r), steps));
}

double backward_euler_decay(const Grid& grid, const Triple& mode, const PerAxis& r, Index steps) {
  return static_cast<double>(
      std::exp(-static_cast<long double>(steps) * std::log1p(stiffness(grid, mode, r))));
}

double crank_nicolson_decay(const Grid& grid, const Triple& mode, const PerAxis& r, Index steps) {
  const long double s = stiffness(grid, mode, r);
  return static_cast<double>(power_of_one_minus(s / (1 + s / 2), steps));
}

double lattice_decay(const Grid& grid, const Triple& mode, const PerAxis& r, Index steps) {
  return static_cast<double>(std::exp(-static_cast<long double>(steps) * stiffness(grid, mode, r)));
}

double heat_decay(const Grid& grid, const Triple& mode, const PerAxis& r, Index steps) {
  long double sum = 0;
  for (int a = 0; a < 3; ++a) {
    const long double theta = angle(grid.boundary[a], grid.cells[a], mode[a]);
    sum += r[a] * theta * theta;
  }
  return static_cast<double>(std::exp(-static_cast<long double>(steps) * sum));
}

double heat_decay(double kappa, const PerAxis& k, double time) {
  long double square = 0;
  for (const double component : k) square += static_cast<long double>(component) * component;
  return static_cast<double>(std::exp(-square * kappa * time));
}

}  // namespace attune::heat::theory
