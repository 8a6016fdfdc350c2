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
Normal normal_of(const Problem& problem, const std::vector<double>& z, const VectorXd& r) {
  const MatrixXd J = rough_jacobian(problem, z, r);
  return {J.transpose() * J, J.transpose() * r};
}

struct Damping {
  double mu = 1e-3, raise = 2;

  bool refuse() {  // false where no step is short enough
    mu *= raise;
    raise *= 2;
    return mu < 1e12;
  }
  void accept(double fall, double predicted) {
    const double gain = predicted > 0 ? fall / predicted : 1;
    mu = std::max(1e-14, mu * std::max(0.1, 1 - std::pow(2 * gain - 1, 3)));
    raise = 2;
  }
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

// A z at its bound that would go beyond takes no part in the step.
void hold_at_bounds(const Search& search, const std::vector<double>& z, Normal& normal) {
  for (std::size_t i = 0; i < search.centre.size(); ++i) {
    const auto n = static_cast<Index>(i);
    const double off = z[i] - search.centre[i];
    if (std::abs(off) < search.reach * (1 - 1e-12) || off * normal.slope[n] > 0) continue;
    normal.square.row(n).setZero();
    normal.square.col(n).setZero();
    normal.slope[n] = 0;
  }
}

std::vector<double> stepped(std::vector<double> z, const VectorXd& step) {
  for (std::size_t n = 0; n < z.size(); ++n) z[n] += step[static_cast<Index>(n)];
  return z;
}

std::vector<double> within(const Search& search, std::vector<double> z) {
  for (std::size_t n = 0; n < search.centre.size(); ++n)
    z[n] = std::clamp(z[n], search.centre[n] - search.reach, search.centre[n] + search.reach);
  return z;
}

}  // namespace

Minimum minimum_near(const Problem& problem, std::vector<double> z, const Search& search) {
  z = within(search, z);
  bool finite = true;
  VectorXd r = residual_of(problem, z, finite);
  if (!finite) return {z, std::numeric_limits<double>::infinity(), 0};
  const double count = static_cast<double>(problem.residuals);
  double square = r.squaredNorm();
  Damping damping;
  Normal normal = normal_of(problem, z, r);
  hold_at_bounds(search, z, normal);
  int n = 0;
  for (; n < search.iterations && square > search.least_rms * search.least_rms * count; ++n) {
    const auto trial = within(search, stepped(z, damped_step(normal, damping.mu, search.longest_step)));
    const VectorXd there = residual_of(problem, trial, finite);
    const double now = finite ? there.squaredNorm() : std::numeric_limits<double>::infinity();
    if (!(now < square)) {
      if (!damping.refuse()) break;
      continue;
    }
    VectorXd step(static_cast<Index>(z.size()));
    for (std::size_t i = 0; i < z.size(); ++i) step[static_cast<Index>(i)] = trial[i] - z[i];
    damping.accept(square - now, -step.dot(2 * normal.slope + normal.square * step));
    const double fall = 1 - now / square;
    z = trial;
    r = there;
    square = now;
    if (fall < search.least_fall) break;
    normal = normal_of(problem, z, r);
    hold_at_bounds(search, z, normal);
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
