// solvers/heat/theory/simplex_projection.cpp
//
// Problems handed to the search, and what it found measured in extended precision.
#include "solvers/heat/theory/simplex_projection.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "core/core/require.hpp"
#include "solvers/heat/theory/active_set.hpp"

namespace attune::heat::theory {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Long = long double;
using LongVector = Eigen::Matrix<Long, Eigen::Dynamic, 1>;

LongVector product(const MatrixXd& C, const VectorXd& p) {
  LongVector sum = LongVector::Zero(C.rows());
  for (Index k = 0; k < C.cols(); ++k)
    if (p[k] != 0)
      for (Index i = 0; i < C.rows(); ++i) sum[i] += static_cast<Long>(C(i, k)) * p[k];
  return sum;
}

// Fills multiplier, gap and kkt_residual from w = C p - b and the size of its terms.
void judge(SimplexMinimum& found, const LongVector& w, Long scale) {
  const VectorXd& p = found.weights;
  Long lambda = 0, total = -1, worst = 0;
  for (Index i = 0; i < p.size(); ++i) {
    lambda += p[i] * w[i];
    total += p[i];
  }
  for (Index i = 0; i < p.size(); ++i)
    worst = std::max(worst, p[i] > 0 ? std::abs(w[i] - lambda) : lambda - w[i]);
  found.multiplier = static_cast<double>(lambda);
  found.gap = static_cast<double>(2 * (lambda - w.minCoeff()));
  found.kkt_residual = static_cast<double>(std::max(scale > 0 ? worst / scale : worst, std::abs(total)));
}

SimplexMinimum solve(const MatrixXd& C, const VectorXd& b) {
  require(b.size() > 0 && C.rows() == b.size() && C.cols() == b.size(), "C is square and as large as b");
  ActiveSet set(C, b);
  set.search();
  SimplexMinimum found;
  found.weights = set.weights();
  found.steps = set.steps();
  const LongVector w = product(C, found.weights) - b.cast<Long>();
  const LongVector size = product(C.cwiseAbs(), found.weights) + b.cwiseAbs().cast<Long>();
  judge(found, w, size.maxCoeff());
  return found;
}

}  // namespace

SimplexMinimum minimise_on_simplex(const Quadratic& problem) {
  SimplexMinimum found = solve(problem.C, problem.b);
  const LongVector p = found.weights.cast<Long>();
  const Long square = p.dot(product(problem.C, found.weights));
  found.value = static_cast<double>(square - 2 * p.dot(problem.b.cast<Long>()) + problem.c0);
  return found;
}

SimplexMinimum project_on_simplex(const MatrixXd& C, const VectorXd& t, Index candidates) {
  require(candidates > 0 && candidates <= t.size() && C.rows() == t.size() && C.cols() == t.size(),
          "C is square and as large as the target, and some of its entries are candidates");
  const VectorXd b = product(C.topRows(candidates), t).cast<double>();
  SimplexMinimum found = solve(C.topLeftCorner(candidates, candidates), b);
  LongVector rest = -t.cast<Long>();
  rest.head(candidates) += found.weights.cast<Long>();
  Long value = 0;
  for (Index k = 0; k < t.size(); ++k)
    for (Index i = 0; i < t.size(); ++i) value += rest[i] * C(i, k) * rest[k];
  found.value = static_cast<double>(value);
  return found;
}

SimplexMinimum project_on_simplex(const VectorXd& t) {
  require(t.size() > 0, "a target has at least one entry");
  std::vector<Long> sorted(t.begin(), t.end());
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  Long above = 0, lambda = 0;  // p_i = max(t_i + lambda, 0)
  for (std::size_t count = 1; count <= sorted.size(); ++count) {
    above += sorted[count - 1];
    const Long candidate = (1 - above) / static_cast<Long>(count);
    if (sorted[count - 1] + candidate > 0) lambda = candidate;
  }

  SimplexMinimum found;
  found.weights = (t.cast<Long>().array() + lambda).max(Long(0)).cast<double>();
  const LongVector w = found.weights.cast<Long>() - t.cast<Long>();
  found.value = static_cast<double>(w.squaredNorm());
  found.steps = static_cast<int>((found.weights.array() > 0).count());
  judge(found, w, (found.weights + t.cwiseAbs()).maxCoeff());
  return found;
}

}  // namespace attune::heat::theory
