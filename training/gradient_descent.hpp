// training/gradient_descent.hpp
//
// Plain gradient descent:  x <- x - rate grad f(x)
//
// Limits   converges for rate < 2 / (largest curvature)
#pragma once

#include "training/progress.hpp"

namespace attune::training {

void gradient_descent(Point start, Progress& progress);

}  // namespace attune::training
