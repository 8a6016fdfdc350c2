// training/lbfgs.hpp
//
// The limited-memory quasi-Newton method: x <- x + a d, d = -H grad f(x), where H is gamma D^-1,
// updated by the last m pairs s = x_{k+1} - x_k, y = grad f(x_{k+1}) - grad f(x_k); gamma is s.y / y.D^-1 y
// of the newest, and D the diagonal curvature at x_k that the caller estimates, or the identity.
//
// The step meets the strong Wolfe conditions. Once a step changes the loss by less than 1e-3 of it, the
// approximate conditions count as well, so that the gradient converges to its own round-off above a loss that
// does not vanish. A search that fails forgets the pairs and goes down the gradient; if that fails too, or
// 250 evaluations bring no better iterate, the run stops with no_decrease.
//
// Source   two-loop recursion [nocedal2006, algorithms 7.4, 7.5]; switch of conditions [hager2005, section 4]
// Cost     4 m n multiplications a step, 2 m n doubles
// Limits   on ill-conditioned losses fewer steps with m at least twice the number of weights; a minimum
//          at infinity may carry neighbours along, see training/lift.hpp
#pragma once

#include "training/progress.hpp"

namespace attune::training {

void lbfgs(Point start, Progress& progress);

}  // namespace attune::training
