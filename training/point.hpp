// training/point.hpp
//
// A point of parameter space with its loss and gradient, and the two products optimisers need. Serial and in
// order: the parameters are the same on every rank, and so is every number made of them.
#pragma once

#include <cmath>
#include <functional>

#include "training/parameters.hpp"

namespace attune::training {

// Returns the loss at x and writes its gradient, of x's size, zero on entry; both already summed over cells
// and ranks.
using FlatObjective = std::function<double(const Vector& x, Vector& gradient)>;

// What the caller knows of the loss beyond its gradient, for lbfgs; either may be empty.
struct FlatGuide {
  std::function<Vector(const Vector& x)> curvature;  // estimates the diagonal of the Hessian, all positive
  std::function<void(const Vector& x, Vector& direction)>
      admissible;  // takes out of a direction what should not be moved
};

struct Point {
  Vector x, gradient;
  double loss = 0;
};

inline double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

inline double norm(const Vector& a) { return std::sqrt(dot(a, a)); }

}  // namespace attune::training
