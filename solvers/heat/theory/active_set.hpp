// solvers/heat/theory/active_set.hpp
//
// The search of simplex_projection.hpp: weights enter the support one at a time, steepest first, and leave it
// when they reach zero. C restricted to the support and to sums of zero stays positive definite throughout.
//
// Equation  on the support P, with K = C_PP + sigma 1 1^T = L L^T (the same minimiser, as sum p is fixed):
//           p_P = K^-1 b_P + K^-1 1 (1 - 1^T K^-1 b_P) / (1^T K^-1 1)
// Source    [lawson1974] chapter 23
#pragma once

#include <Eigen/Core>
#include <vector>

namespace attune::heat::theory {

class ActiveSet {
 public:
  ActiveSet(const Eigen::MatrixXd& C, const Eigen::VectorXd& b);
  void search();

  const Eigen::VectorXd& weights() const { return p_; }
  int steps() const { return steps_; }

 private:
  Eigen::Index steepest(const std::vector<bool>& banned) const;  // -1 at the optimum
  bool append(Eigen::Index j);  // false where j depends on the support
  void drop(Eigen::Index place);
  void slide(Eigen::Index j);  // along the null direction that raises p_j, until a weight is zero
  void descend();  // to the minimum on the support, dropping weights that reach zero
  Eigen::VectorXd solve(const Eigen::VectorXd& right, double total) const;
  Eigen::VectorXd minimum() const;
  Eigen::VectorXd right_of(Eigen::Index j) const;

  const Eigen::MatrixXd& C_;
  const Eigen::VectorXd& b_;
  double sigma_;
  Eigen::VectorXd p_;
  Eigen::MatrixXd L_;
  std::vector<Eigen::Index> support_;
  int steps_ = 0;
};

}  // namespace attune::heat::theory
