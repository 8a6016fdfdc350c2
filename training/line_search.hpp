// training/line_search.hpp
//
// A step along a line that meets the strong Wolfe conditions. With phi(a) = f(x + a d), phi' its slope:
//
//   decrease   phi(a) <= phi(0) + delta a phi'(0)
//   or, where losses no longer resolve it,  phi(a) <= phi(0) + slack  and  phi'(a) <= (2 delta - 1) phi'(0)
//   curvature  |phi'(a)| <= sigma |phi'(0)|
//
// First the step grows until an interval [low, high] brackets such a point: low decreases and goes down, high
// goes up or does not decrease. Then secants of the slope, and bisection where they are slow, shrink it.
// Slopes alone place the trials: a difference of losses is round-off long before the gradient is.
//
// Source   brackets and zoom [nocedal2006, algorithms 3.5, 3.6]; approximate ones [hager2005, section 4]
// Limits   a trial that is not finite counts as too long a step
#pragma once

#include "training/progress.hpp"

namespace attune::training {

struct Line {
  const Point& start;
  const Vector& direction;  // phi'(0) < 0
  double first_step;
  double slack;  // 0: exact conditions only
};

// True if end is a point with its loss and gradient that decreases; it meets the curvature condition unless
// trials ran out. Throws InputError(Exit::not_finite) if no trial is finite.
bool line_search(const Line& line, Progress& progress, Point& end);

}  // namespace attune::training
