// experiments/heat/parts/verification/manufactured.hpp
//
// Operators whose coefficients vary, against solutions that are chosen first: one row an operator. A row
// gives the error on a grid, however it steps; explicit steps are
//
//   u' = u + dt (L u + exp(-decay t) s),   s the source at t = 0,   dt = h^2 / (2 D kappa_max) at most
//
// with dt / h^2 fixed, so that the first order of the step is of second order in h.
//
// Exact    solvers/heat/theory/manufactured.hpp; where a wall slants to the tensor, the waves that pass no
//          flux through it, exp(-decay t) cos(2 pi (y - x A_yx / A_xx)),
//          decay = 4 pi^2 (A_yy - A_yx^2 / A_xx)
// Source   [roache2002]
#pragma once

#include <functional>

#include "experiments/heat/parts/setting.hpp"

namespace attune::experiments::heat::verification {

struct ManufacturedRow {
  std::string name;  // in the ids of claims
  std::string words;
  double order;  // in h
  std::function<double(const Setting&, double end)> error;  // sqrt(mean (u - exact)^2) at time `end`
};

std::vector<ManufacturedRow> manufactured_rows();

// The same where a wall without flux is no principal direction of the tensor: D = 2, N cells along each axis.
double error_at_slanted_wall(const Domain& world, Index cells, double end);

}  // namespace attune::experiments::heat::verification
