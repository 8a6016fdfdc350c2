// solvers/heat/theory/positive_stencil.hpp
//
// For which times one softmax head of half-width W can follow the heat equation to a given order: where the
// moment problem has a solution, and the solution of least norm.
//
// Equation  feasible set of r > 0: edges 0 and W^2 / 2 for order 2, 1/6 and W^2 / 6 for order 4, from
//           E X^2 <= W^2,  E X^2 (X^2 - 1) >= 0 and E X^2 (W^2 - X^2) >= 0; order 6 for W = 3 has
//           1/2 -+ 1/sqrt 10, order 8 needs E X^2 (X^2 - 1) (X^2 - 4) (X^2 - 9) >= 0 for any W
//           least norm: min sum_o w_o^2 over the weights of moment_problem.hpp, as a least distance problem:
//           w = w* + N z, N z >= -w*, with w* the shortest solution and N an orthonormal basis of the null
//           space; its multipliers solve  min | [N^T; -w*^T] u - e |,  u >= 0
//           D axes with the same r: the product of the weights, whose order is the same
// Source    [lawson1974] chapter 23, problem LDP
// Limits    as moment_problem.hpp; intervals that lie wholly between two points of the scan are found only
//           where the infeasibility has a minimum of its own there, single points included
#pragma once

#include <vector>

#include "solvers/heat/theory/moment_problem.hpp"
#include "solvers/heat/theory/stencil.hpp"

namespace attune::heat::theory {

struct Interval {
  double from = 0, to = 0;
};

// The feasible r > 0 in rising order, from `scan` points over (0, W^2 / 2]. What counts as round-off is a
// part of W^order: edges to 1e-12 for order 4 and to 1e-10 for order 8 at W = 6.
std::vector<Interval> feasible_times(int order, int reach, int scan = 1000);

// w_0 .. w_W of least norm; empty where infeasible.
std::vector<double> least_norm_weights(const MomentProblem& problem);

// The product stencil over the last `dimensions` axes of the weights w_0 .. w_W.
Stencil product_stencil(const std::vector<double>& weights, int dimensions);

}  // namespace attune::heat::theory
