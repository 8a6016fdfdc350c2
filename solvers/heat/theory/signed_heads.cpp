// solvers/heat/theory/signed_heads.cpp
//
// Two projections by sorting; for a covariance, one projection on the simplex of pairs.
#include "solvers/heat/theory/signed_heads.hpp"

#include <cmath>

#include "core/core/require.hpp"
#include "solvers/heat/theory/simplex_projection.hpp"

namespace attune::heat::theory {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

void check(const VectorXd& t, double a) {
  require(t.size() > 0 && std::abs(t.sum() - 1) <= 1e-12 * t.cwiseAbs().sum(), "a target sums to one");
  require(a >= 0 && std::isfinite(a), "the second head has a weight of at least 0");
}

// min |p - t|^2 over p >= 0 with the given total.
double project_on_total(const VectorXd& t, double total) {
  if (total == 0) return t.squaredNorm();
  return total * total * project_on_simplex(t / total).value;
}

}  // namespace

double smallest_second_head(const VectorXd& t) { return -t.cwiseMin(0.0).sum(); }

double signed_floor(const VectorXd& t, double a) {
  check(t, a);
  if (a >= smallest_second_head(t)) return 0;
  return project_on_total(t.cwiseMax(0.0), 1 + a) + project_on_total(-t.cwiseMin(0.0), a);
}

// With V the points as columns, (V q - t)^T C (V q - t) is a quadratic of q.
double signed_floor(const MatrixXd& C, const VectorXd& t, double a) {
  check(t, a);
  const Index n = t.size();
  require(C.rows() == n && C.cols() == n, "C is square and as large as the target");
  MatrixXd V = MatrixXd::Zero(n, n * n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) {
      V(i, i * n + j) += 1 + a;
      V(j, i * n + j) -= a;
    }
  const MatrixXd CV = C * V;
  const VectorXd q = minimise_on_simplex({V.transpose() * CV, CV.transpose() * t, t.dot(C * t)}).weights;
  const VectorXd rest = V * q - t;
  return rest.dot(C * rest);
}

}  // namespace attune::heat::theory
