// experiments/heat/parts/positive_map/refinement.hpp
//
// The order of a head, seen by running it: the same waves on grids refined by two, to the same time at fixed r.
//
// Equation  u(x, 0) = sum_m prod_a f(2 pi m x_a), f = sin at walls of value 0, else cos; n steps on level l = 4^l n_0
//           error = rms (u - sum_m exp(-n r D theta_m^2) prod_a f) / rms of that sum,   theta_m = 2 pi m / N
//           foreseen: A multiplies wave m by g(theta_m) = sum_o w_o cos(o . theta_m), so
//           error^2 = sum_m (g^n - exp(-n r D theta^2))^2 / sum_m exp(-2 n r D theta^2)
#pragma once

#include "experiments/heat/parts/setting.hpp"
#include "solvers/heat/theory/stencil.hpp"

namespace attune::experiments::heat::positive_map {

struct Refinement {
  int dimensions = 1;
  double r = 0;
  std::vector<Index> waves{1};  // m, whole waves along every axis
  Index coarsest = 8, doublings = 2, coarsest_steps = 2;

  Index cells(Index level) const { return coarsest << level; }
  Index steps(Index level) const { return coarsest_steps << (2 * level); }
};

// For every level, in double.
std::vector<double> measured_errors(const Refinement& plan, const attune::heat::theory::Stencil& stencil,
                                    const std::string& boundary, const Domain& world);
std::vector<double> foreseen_errors(const Refinement& plan, const attune::heat::theory::Stencil& stencil);

// How far the roundings of the steps can bring a measured error from the foreseen one.
std::vector<double> error_roundings(const Refinement& plan, const attune::heat::theory::Stencil& stencil);

// log2 of the ratio of the last two errors.
double last_order(const std::vector<double>& errors);

}  // namespace attune::experiments::heat::positive_map
