// experiments/heat/parts/work_precision/predicted_error.hpp
//
// The error that a solver makes on a sum of modes, in closed form: what solvers are tuned by, and what their
// measured errors are held against. Shares no function with the solvers.
//
// Equation  error^2 = sum_m e_m (R_m^n - E_m)^2 / sum_m e_m E_m^2,   e_m the energy of the modes of numbers m
//           E_m = exp(-decay sum_a (m_a / highest)^2),   R_m the factor of a step:
//             of x = sum_a x_a,  x_a = r lambda(theta_a), lambda the symbol of the star of the order in space
//             euler 1 - x, heun and runge_kutta_4 the series of exp(-x) to order 2 and 4
//             rkl1, rkl2, rkc2 their stability polynomials, by the recurrences of Legendre and Chebyshev
//             backward_euler, crank_nicolson, tr_bdf2 their rational functions
//             alternating  1 - 2 sum X / prod (1 + X),  X = x_a / 2
//             positive     prod_a (1 - x_a + y_a^2 / 2),  x_a of order 4, y_a = 4 r sin^2(theta_a / 2)
//             exact        prod_a exp(-r theta_a^2)
// Source    T12 of the heat theory; [hairer1996], IV.2; [meyer2014]; [sommeijer1998]; [douglas1964]
#pragma once

#include <functional>

#include "experiments/heat/parts/work_precision/classical_steppers.hpp"
#include "solvers/heat/theory/mode_sum.hpp"

namespace attune::experiments::heat::work_precision {

// A problem with its answer: modes of a box, and how long they decay.
struct ModeProblem {
  attune::heat::theory::ModeSum start;
  std::vector<double> energies;
  double decay = 1;  // kappa k^2 t of the highest mode

  // The same mode, angle between cells on N of them.
  double angle(Index mode, Index N) const;
  double total_r(Index N) const;  // kappa t / h^2
  double shrinking() const;  // |u| at the start over |u| at the end
};

// What a step multiplies a mode by, from its number along each axis.
using Factor = std::function<double(const Triple& mode)>;

double predicted_error(const ModeProblem& problem, const Factor& factor, Index steps);

struct PlannedStep {
  Scheme scheme;
  double r;
  int order_in_space, stages;
};

Factor factor_of(const ModeProblem& problem, Index N, const PlannedStep& step);

// A product over axes of one factor a mode number (highest + 1).
Factor product_of(const std::vector<double>& along_an_axis, int dimensions);

}  // namespace attune::experiments::heat::work_precision
