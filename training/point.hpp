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

// An estimate of the second derivative of the loss along each parameter at x, all positive; scales the steps of lbfgs.
using FlatCurvature = std::function<Vector(const Vector& x)>;

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
