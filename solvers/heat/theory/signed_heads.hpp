// solvers/heat/theory/signed_heads.hpp
//
// How near two softmax heads of opposite sign come to a target stencil: u' = (1 + a) P u - a Q u.
//
// Equation  {(1 + a) P - a Q : P, Q on the simplex} = {x : sum x = 1, sum of the |x_o| < 0 is at most a},
//           so the floor is 0 exactly when a is at least the negative weight of the target t
//           below it, with t+ and t- the parts of t:  floor(a) = |t+ - p|^2 + |t- - q|^2, p and q the
//           projections of t+ on the simplex of total 1 + a and of t- on that of total a
//           other inputs: the set is the hull of the points (1 + a) e_i - a e_j, a simplex over all (i, j)
// Source    projection by sorting [held1974]; the split because both shifts are towards zero for a below the
//           negative weight
// Shapes    target t (n), sum t = 1
// Limits    with a covariance C: n^2 pairs, n up to about 20
#pragma once

#include <Eigen/Core>

namespace attune::heat::theory {

// min |(1 + a) P - a Q - t|^2 for white noise.
double signed_floor(const Eigen::VectorXd& t, double a);

// min (x - t)^T C (x - t) over x = (1 + a) P - a Q.
double signed_floor(const Eigen::MatrixXd& C, const Eigen::VectorXd& t, double a);

// The smallest a with floor 0 for every C: the negative weight of t.
double smallest_second_head(const Eigen::VectorXd& t);

}  // namespace attune::heat::theory
