// experiments/traffic/parts/calibration/least_squares.cpp
#include "experiments/traffic/parts/calibration/least_squares.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>

namespace attune::experiments::traffic::calibration {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

VectorXd residual_of(const Problem& problem, const std::vector<double>& z, bool& finite) {
  VectorXd r(static_cast<Index>(problem.residuals));
  finite = problem.evaluate(z, r.data());
  return r;
}

std::vector<double> moved(std::vector<double> z, std::size_t n, double by) {
  z[n] += by;
  return z;
}

double step_of(double z, double relative) { return relative * std::max(1.0, std::abs(z)); }

// Forward differences: rough ones do, for only the way depends on them.
MatrixXd rough_jacobian(const Problem& problem, const std::vector<double>& z, const VectorXd& r) {
  constexpr double relative = 1e-7;
  MatrixXd J(r.size(), static_cast<Index>(z.size()));
  for (std::size_t n = 0; n < z.size(); ++n) {
    const double h = step_of(z[n], relative);
    bool finite = true;
    const VectorXd there = residual_of(problem, moved(z, n, h), finite);
    J.col(static_cast<Index>(n)) = finite ? VectorXd((there - r) / h) : VectorXd::Zero(r.size());
  }
  return J;
}

struct Normal {
  MatrixXd square;  // J^T J
  VectorXd slope;  // J^T r
};

VectorXd damped_step(const Normal& normal, double mu, double longest) {
  constexpr double floor = 1e-12;
  MatrixXd A = normal.square;
  const double largest = A.diagonal().maxCoeff();
  for (Index n = 0; n < A.rows(); ++n) A(n, n) += mu * std::max(A(n, n), floor * largest) + 1e-300;
  const VectorXd step = -A.ldlt().solve(normal.slope);
  const double most = step.cwiseAbs().maxCoeff();
  return most > longest ? VectorXd(step * (longest / most)) : step;
}

}  // namespace

Minimum minimum_near(const Problem& problem, std::vector<double> z, const Search& search) {
  bool finite = true;
  VectorXd r = residual_of(problem, z, finite);
  if (!finite) return {z, std::numeric_limits<double>::infinity(), 0};
  const double count = static_cast<double>(problem.residuals);
  double square = r.squaredNorm(), mu = 1e-3, raise = 2;
  int n = 0;
  bool fresh = true;
  Normal normal;
  for (; n < search.iterations && square > search.least_rms * search.least_rms * count; ++n) {
    if (fresh) {
      const MatrixXd J = rough_jacobian(problem, z, r);
      normal = {J.transpose() * J, J.transpose() * r};
    }
    const VectorXd step = damped_step(normal, mu, search.longest_step);
    if (!step.allFinite()) break;
    std::vector<double> trial = z;
    for (std::size_t i = 0; i < z.size(); ++i) trial[i] += step[static_cast<Index>(i)];
    const VectorXd there = residual_of(problem, trial, finite);
    const double now = finite ? there.squaredNorm() : std::numeric_limits<double>::infinity();
    fresh = now < square;
    if (!fresh) {
      mu *= raise;
      raise *= 2;
      if (mu > 1e12) break;
      continue;
    }
    const double predicted = -step.dot(2 * normal.slope + normal.square * step);
    const double gain = predicted > 0 ? (square - now) / predicted : 1;
    mu = std::max(1e-14, mu * std::max(1.0 / 10, 1 - std::pow(2 * gain - 1, 3)));
    raise = 2;
    const double fall = 1 - now / square;
    z = trial;
    r = there;
    square = now;
    if (fall < search.least_fall) break;
  }
  return {z, std::sqrt(square / count), n};
}

MatrixXd jacobian(const Problem& problem, const std::vector<double>& z) {
  constexpr double relative = 1e-5;
  const auto rows = static_cast<Index>(problem.residuals);
  MatrixXd J = MatrixXd::Zero(rows, static_cast<Index>(z.size()));
  for (std::size_t n = 0; n < z.size(); ++n) {
    const double h = step_of(z[n], relative);
    bool right = true, left = true;
    const VectorXd up = residual_of(problem, moved(z, n, h), right);
    const VectorXd down = residual_of(problem, moved(z, n, -h), left);
    if (right && left) J.col(static_cast<Index>(n)) = (up - down) / (2 * h);
  }
  return J;
}

}  // namespace attune::experiments::traffic::calibration
