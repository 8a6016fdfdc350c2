// solvers/heat/theory/bessel.hpp
//
// The lattice heat kernel: what du_i/dt = u_{i-1} - 2 u_i + u_{i+1} makes of a unit spike in the time r.
//
// Equation  weight(d) = exp(-2r) I_d(2r),   bias(d) = log(I_d(2r) / I_0(2r)),   I_d modified Bessel
//           rho_k = I_k / I_{k-1} = 1 / (k/r + rho_{k+1}),  sigma_k = 1 - rho_k = (k/r - sigma_{k+1}) rho_k,
//           both downwards from far out;  exp(2r) = I_0 + 2 sum_{k>0} I_k fixes the scale
// Source    [abramowitz1972] 9.6.26, 9.6.37;  Miller's algorithm [gautschi1967]
// Limits    r > 0, any d; relative error below 1e-14 for r in 1e-6 .. 1e4 and |d| <= 200; the bias loses
//           digits beyond (1e-13 at r = 1e5); a weight below 1e-308 loses digits and then becomes 0, the bias
//           does not
// Cost      |d| + 12 sqrt(2r) + 60 steps
#pragma once

#include <vector>

namespace attune::heat::theory {

struct LatticeKernel {
  std::vector<double> weights;  // (reach + 1)  weight(d) for d = 0 .. reach
  std::vector<double> biases;  // (reach + 1)  bias(d), 0 at d = 0
};

LatticeKernel lattice_kernel(double r, int reach);

double lattice_weight(double r, int d);
double lattice_bias(double r, int d);

}  // namespace attune::heat::theory
