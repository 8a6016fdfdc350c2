// solvers/heat/chebyshev.hpp
//
// Chebyshev iteration for A x = b with the eigenvalues of A in [low, high], as the smoothers of multigrid use
// it:
//
//   d = (b - A x) / theta,   x += d;        theta = (high + low) / 2,  delta = (high - low) / 2,
//   rho = delta / theta;  from the second sweep on, with rho' = 1 / (2 theta / delta - rho):
//   d = rho' rho d + 2 rho' / delta (b - A x),   x += d
//
// multiplies an error of eigenvalue l by T_k((theta - l) / delta) / T_k(theta / delta) in k sweeps.
//
// Source   [saad2003], algorithm 12.1
#pragma once

#include <cmath>

namespace attune::heat {

struct Range {
  double low, high;
};

// Sweeps that damp every eigenvalue of the range to `damping` or below; at least 1.
inline int chebyshev_degree(const Range& range, double damping) {
  const double theta = (range.high + range.low) / 2, delta = (range.high - range.low) / 2;
  if (delta <= damping * theta) return 1;
  return static_cast<int>(std::ceil(std::acosh(1 / damping) / std::acosh(theta / delta)));
}

// The gain of the first sweep, d = gain (b - A x).
inline double first_gain(const Range& range) { return 2 / (range.high + range.low); }

// sweep(keep, gain) of the others: d = keep d + gain (b - A x), x += d.
template <class Sweep> void sweeps_after_first(const Range& range, int sweeps, const Sweep& sweep) {
  const double theta = (range.high + range.low) / 2, delta = (range.high - range.low) / 2;
  double rho = delta / theta;
  for (int n = 1; n < sweeps; ++n) {
    const double next = 1 / (2 * theta / delta - rho);
    sweep(next * rho, 2 * next / delta);
    rho = next;
  }
}

}  // namespace attune::heat
