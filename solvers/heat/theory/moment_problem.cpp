// solvers/heat/theory/moment_problem.cpp
//
// Chebyshev polynomials by their recurrence and as powers, Gaussian moments, and a bound on their rounding.
#include "solvers/heat/theory/moment_problem.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <vector>

#include "core/core/require.hpp"

namespace attune::heat::theory {
namespace {

constexpr Long ulp = std::numeric_limits<Long>::epsilon();

void check(const MomentProblem& problem) {
  require(problem.order >= 2 && problem.order <= 16 && problem.order % 2 == 0,
          "moments are matched to an even order of 2 to 16");
  require(problem.reach >= 1 && problem.r >= 0 && std::isfinite(problem.r),
          "a window has a half-width of at least 1 and the time is not negative");
}

// T_0 .. T_2k at x as coefficients of the even powers: T_2k = sum_i c_i x^2i, all whole numbers.
std::vector<Long> chebyshev_powers(int k) {
  std::vector<Long> c(k + 1, 0);
  c[0] = k % 2 == 0 ? 1 : -1;
  for (int i = 1; i <= k; ++i) c[i] = -c[i - 1] * 4 * (k + i - 1) * (k - i + 1) / ((2 * i - 1) * (2 * i));
  return c;
}

struct Mean {
  Long value = 0, size = 0;  // the sum and the sum of the sizes of its terms
};

// E T_2k(X / W)
Mean mean_of(int k, const MomentProblem& problem) {
  const std::vector<Long> c = chebyshev_powers(k);
  const Long variance = 2 * problem.r / (Long(problem.reach) * problem.reach);
  Mean mean;
  Long moment = 1;
  for (int i = 0; i <= k; ++i) {
    if (i > 0) moment *= (2 * i - 1) * variance;
    mean.value += c[i] * moment;
    mean.size += std::abs(c[i]) * moment;
  }
  return mean;
}

// T_2k(j / W) = T_k(2 (j / W)^2 - 1)
LongVector chebyshev_at(int count, int j, int reach) {
  const Long x = 2 * (Long(j) * j) / (Long(reach) * reach) - 1;
  LongVector t(count);
  for (int k = 0; k < count; ++k) t[k] = k == 0 ? 1 : k == 1 ? x : 2 * x * t[k - 1] - t[k - 2];
  return t;
}

}  // namespace

LinearProgramme equations(const MomentProblem& problem) {
  check(problem);
  const int rows = problem.order / 2 + 1, columns = problem.reach + 1;
  LinearProgramme programme{LongMatrix(rows, columns), LongVector(rows), LongVector::Zero(columns)};
  for (int j = 0; j < columns; ++j) programme.A.col(j) = chebyshev_at(rows, j, problem.reach);
  for (int k = 0; k < rows; ++k) programme.b[k] = mean_of(k, problem).value;
  return programme;
}

Feasibility feasible(const MomentProblem& problem) {
  const Programmed found = minimise(equations(problem));
  Feasibility answer;
  answer.feasible = found.outcome != Outcome::infeasible;
  answer.infeasibility = found.infeasibility;
  if (!answer.feasible) {
    answer.certificate = found.y;
    return answer;
  }
  answer.weights = found.x / 2;
  answer.weights[0] *= 2;
  return answer;
}

Separation separation(const MomentProblem& problem, const LongVector& certificate) {
  check(problem);
  const auto count = static_cast<int>(certificate.size());
  Long lowest = std::numeric_limits<Long>::infinity(), mean = 0, size = 0;
  for (int j = 0; j <= problem.reach; ++j)
    lowest = std::min(lowest, certificate.dot(chebyshev_at(count, j, problem.reach)));
  for (int k = 0; k < count; ++k) {
    const Mean term = mean_of(k, problem);
    mean += certificate[k] * term.value;
    size += std::abs(certificate[k]) * std::max(Long(1), term.size);
  }
  // |T_k| <= 1 with k^2 errors of its recurrence; a moment of 2k has 2k roundings, a sum one for each term.
  return {lowest - mean, 8 * (count + 1) * (count + 1) * ulp * size};
}

double necessary_bound(int order, int reach) {
  check({order, reach, 0});
  const int n = order / 2 + 1;
  LongMatrix jacobi = LongMatrix::Zero(n, n);
  for (int k = 1; k < n; ++k) jacobi(k, k - 1) = jacobi(k - 1, k) = std::sqrt(Long(k));
  const Long root =
      Eigen::SelfAdjointEigenSolver<LongMatrix>(jacobi, Eigen::EigenvaluesOnly).eigenvalues().maxCoeff();
  return static_cast<double>(Long(reach) * reach / (2 * root * root));
}

}  // namespace attune::heat::theory
