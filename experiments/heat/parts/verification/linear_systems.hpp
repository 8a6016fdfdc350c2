// experiments/heat/parts/verification/linear_systems.hpp
//
// The linear solvers of implicit steps, (I - a L) x = b with b white noise, L the star of second order with
// r = 1: one row a solver.
//
//   residual   |b - (I - a L) x| / |b|, by the operator of laplacian.hpp whatever the solver says
//   reduction  the mean factor by which a cycle of multigrid shrinks the residual, once the first cycles have
//              left the slowest modes: (residual_2 / residual_1)^(1 / (cycles_2 - cycles_1)) of solves to
//              1e-4 and 1e-11
#pragma once

#include "experiments/heat/parts/setting.hpp"

namespace attune::experiments::heat::verification {

struct LinearRow {
  std::string name;  // in the ids of claims
  std::string words;
  double (*residual)(const Setting&, double a, double tolerance);
};

std::vector<LinearRow> linear_rows();

double multigrid_reduction(const Setting& s, double a);

}  // namespace attune::experiments::heat::verification
