// experiments/heat/parts/work_precision/classical_steppers.hpp
//
// Every classical solver of the heat equation with constant conductivity, as one list: to add a solver is to
// add a row. A row says how it is used; prepare() makes a stepper for a grid and a step.
//
//   for (const auto& row : classical_solvers<double>())
//     if (r <= row.largest_r(setting, order)) row.prepare(setting, {r, order}).advance(u, steps);
#pragma once

#include <string>
#include <vector>

#include "experiments/heat/parts/work_precision/stepper.hpp"

namespace attune::experiments::heat::work_precision {

struct StepChoice {
  double r = 0;  // kappa dt / h^2 of a step, the same along each axis
  int order_in_space = 2;  // of the star; a row lists those that it takes
  double tolerance = 1e-10;  // of iterative solvers: the residual of a solve, relative to its right side
  int depth = 8;  // steps in one pass over memory, of the blocked explicit step
};

// By what a step multiplies a mode.
enum class Scheme {
  euler,
  heun,
  runge_kutta_4,
  positive,
  rkl1,
  rkl2,
  rkc2,
  backward_euler,
  crank_nicolson,
  tr_bdf2,
  alternating,
  exact
};

template <class Scalar> struct ClassicalSolver {
  const char* name;
  Scheme scheme;
  int order_in_time;  // 0: exact
  std::vector<int> orders_in_space;  // {0}: exact
  bool iterates = false;  // tolerance counts
  TimeStepper<Scalar> (*prepare)(const Setting&, const StepChoice&);

  // Of a step, by the spectrum of that very grid; infinite where there is no limit.
  double largest_r(const Setting& setting, int order_in_space) const;
  double least_r() const;
};

template <class Scalar> const std::vector<ClassicalSolver<Scalar>>& classical_solvers();

// The stages of one super time step of r; 1 for other schemes.
int stages_of(Scheme scheme, const Setting& setting, const StepChoice& choice);

}  // namespace attune::experiments::heat::work_precision
