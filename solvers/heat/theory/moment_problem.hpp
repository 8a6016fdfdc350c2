// solvers/heat/theory/moment_problem.hpp
//
// Are there weights on |j| <= W, none negative, with the moments of the heat kernel? A linear programme, and
// either the weights or a polynomial that shows why not.
//
// Equation  w_j = w_{-j} >= 0,   sum_j w_j j^{2k} = M_2k = (2k)! / k! r^k   for k = 0 .. order / 2
//           stated in Chebyshev polynomials, sum_j w_j T_2k(j / W) = E T_2k(X / W), X normal of variance 2 r
//           no such weights exactly where some q(j) = sum_k y_k T_2k(j / W) has E q(X) < min q(j), |j| <= W
//           necessary, real places included: r <= W^2 / (2 x^2), x the largest root of the Hermite polynomial
//           He_n, n = order / 2 + 1 (for q = (x^2 - X^2) (He_n / (X^2 - x^2))^2 and variance 1 Gauss's rule
//           gives E q = 0): W^2 / 2, W^2 / 6, W^2 / (2 (3 + sqrt 6)), W^2 / (2 (5 + sqrt 10))
// Source    alternatives of Farkas [nocedal2006] chapter 13; roots from the Jacobi matrix [golub1969]
// Limits    order 2 .. 16 even, W up to about 30; infeasibilities below `round_off` count as none
#pragma once

#include "solvers/heat/theory/linear_programme.hpp"

namespace attune::heat::theory {

struct MomentProblem {
  int order = 2;
  int reach = 1;  // W
  Long r = 0;
};

struct Feasibility {
  bool feasible = false;
  Long infeasibility = 0;
  LongVector weights;  // (W + 1)  w_0 .. w_W where feasible: w_0 + 2 sum w_j = 1
  LongVector certificate;  // (order / 2 + 1)  y where infeasible
};

Feasibility feasible(const MomentProblem& problem);

// The equations in the unknowns w_0, 2 w_1, .. 2 w_W, all c zero.
LinearProgramme equations(const MomentProblem& problem);

struct Separation {
  Long gap = 0;  // min over |j| <= W of q(j), less E q(X)
  Long error = 0;  // bound on the rounding of gap
  bool proves() const { return gap > error; }
};

// What a certificate is worth, from the definition of T_2k and of the moments alone.
Separation separation(const MomentProblem& problem, const LongVector& certificate);

// W^2 / (2 x^2)
double necessary_bound(int order, int reach);

}  // namespace attune::heat::theory
