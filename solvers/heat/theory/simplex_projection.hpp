// solvers/heat/theory/simplex_projection.hpp
//
// The best weights that one softmax head can reach: a convex quadratic over the probability simplex.
//
// Equation  minimise f(p) = p^T C p - 2 b^T p + c0   subject to p >= 0, sum p = 1,   C = C^T semi-definite
//           optimal where, with w = C p - b and lambda = p^T w,  w_i = lambda if p_i > 0,  else w_i >= lambda
//           for any p on the simplex, f(p) - min f <= 2 (lambda - min_i w_i)
//           projection of a target t: f(p) = (p - t)^T C (p - t), that is b = C t
// Source    primal active set [lawson1974] chapter 23 with the equality kept in the factor; where C is
//           singular on the support, a step along its null direction to the edge. Euclidean case by sorting
//           [held1974]
// Shapes    C (n, n), b, p, t (n)
// Limits    n up to about 400 (seconds). The value of minimise_on_simplex carries an error of about 1e-16 c0,
//           because C, b and c0 are rounded: take it from the residuals (sample_loss of covariance.hpp) where
//           it is that small, negative values included. The projections evaluate (p - t)^T C (p - t) itself,
//           accurate however small. Where C is singular the minimiser may be one of many; the value is unique
#pragma once

#include <Eigen/Core>

namespace attune::heat::theory {

struct Quadratic {
  Eigen::MatrixXd C;
  Eigen::VectorXd b;
  double c0 = 0;
};

struct SimplexMinimum {
  Eigen::VectorXd weights;  // p
  double value = 0;  // f(p)
  double multiplier = 0;  // lambda
  double kkt_residual = 0;  // worst violation of the conditions, over max_i (|C| p + |b|)_i, or of sum p = 1
  double gap = 0;  // 2 (lambda - min_i w_i): f(p) is at most this much above the minimum
  int steps = 0;  // weights that entered the support
};

SimplexMinimum minimise_on_simplex(const Quadratic& problem);

// min (p - t)^T C (p - t). The first `candidates` entries of p are free, the others are held at zero: the
// part of a target that no window reaches.
SimplexMinimum project_on_simplex(const Eigen::MatrixXd& C, const Eigen::VectorXd& t,
                                  Eigen::Index candidates);

// min |p - t|^2.
SimplexMinimum project_on_simplex(const Eigen::VectorXd& t);

}  // namespace attune::heat::theory
