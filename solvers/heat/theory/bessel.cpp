// solvers/heat/theory/bessel.cpp
//
// Ratios of neighbouring Bessel functions by downward recurrence, in extended precision. rho keeps its digits
// where it is small and sigma = 1 - rho where rho is near one, so that the logarithm is accurate in both.
#include "solvers/heat/theory/bessel.hpp"

#include <cmath>
#include <cstdlib>

#include "core/core/require.hpp"

namespace attune::heat::theory {

LatticeKernel lattice_kernel(double r, int reach) {
  require(r > 0 && std::isfinite(r) && reach >= 0,
          "a lattice kernel has a positive time and a reach of at least 0");
  const int last = reach + 60 + static_cast<int>(12 * std::sqrt(2 * r));
  std::vector<long double> ratio(reach + 1), log_ratio(reach + 1);  // rho_k and log rho_k
  long double rho = r / (last + std::hypot(static_cast<long double>(last), static_cast<long double>(r)));
  long double sigma = 1 - rho;
  long double above = 0;  // sum_{j >= k} I_j / I_{k-1}

  for (int k = last; k >= 1; --k) {
    const long double slope = k / static_cast<long double>(r);
    rho = 1 / (slope + rho);
    sigma = (slope - sigma) * rho;
    above = rho * (1 + above);
    if (k > reach) continue;
    ratio[k] = rho;
    log_ratio[k] = rho < 0.5L ? std::log(rho) : std::log1p(-sigma);
  }

  LatticeKernel kernel;
  long double weight = 1 / (1 + 2 * above), bias = 0;
  for (int d = 0; d <= reach; ++d) {
    if (d > 0) {
      weight *= ratio[d];
      bias += log_ratio[d];
    }
    kernel.weights.push_back(static_cast<double>(weight));
    kernel.biases.push_back(static_cast<double>(bias));
  }
  return kernel;
}

double lattice_weight(double r, int d) { return lattice_kernel(r, std::abs(d)).weights.back(); }

double lattice_bias(double r, int d) { return lattice_kernel(r, std::abs(d)).biases.back(); }

}  // namespace attune::heat::theory
