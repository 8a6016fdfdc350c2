// experiments/traffic/parts/calibration/bootstrap.cpp
#include "experiments/traffic/parts/calibration/bootstrap.hpp"

#include <Eigen/Cholesky>

namespace attune::experiments::traffic::calibration {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// J^T J and J^T r of every block of so many rows.
struct Blocks {
  std::vector<MatrixXd> square;
  std::vector<VectorXd> slope;
};

Blocks blocks_of(const MatrixXd& J, const VectorXd& r, Index rows) {
  Blocks all;
  for (Index begin = 0; begin + rows <= J.rows(); ++begin) {
    const auto part = J.middleRows(begin, rows);
    all.square.push_back(part.transpose() * part);
    all.slope.push_back(part.transpose() * r.segment(begin, rows));
  }
  return all;
}

// Draws of dz, (draws, z); columns of J are of unit length, so that one floor serves all.
MatrixXd draws_of(const MatrixXd& J, const VectorXd& r, Index rows, const Resampling& plan, Random random,
                  std::uint64_t number) {
  constexpr double floor = 1e-13;
  const Blocks all = blocks_of(J, r, rows);
  const auto count = static_cast<Index>((J.rows() + rows - 1) / rows);
  MatrixXd dz(plan.draws, J.cols());
  for (int d = 0; d < plan.draws; ++d) {
    MatrixXd A = floor * MatrixXd::Identity(J.cols(), J.cols());
    VectorXd b = VectorXd::Zero(J.cols());
    const std::uint64_t index = (number << 20) + static_cast<std::uint64_t>(d);
    for (Index n = 0; n < count; ++n) {
      const double u = random.uniform(index, static_cast<std::uint32_t>(n));
      const auto at = static_cast<std::size_t>(u * static_cast<double>(all.square.size()));
      A += all.square[at];
      b += all.slope[at];
    }
    dz.row(d) = -A.ldlt().solve(b);
  }
  return dz;
}

double quantile(std::vector<double> x, double share) {
  std::sort(x.begin(), x.end());
  const double at = share * static_cast<double>(x.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, x.size() - 1);
  return x[below] + (at - static_cast<double>(below)) * (x[above] - x[below]);
}

}  // namespace

std::vector<Interval> intervals(const Contender& one, const Record& record, const Fit& fit, bool free_start,
                                const Resampling& plan, Random random, std::uint64_t number) {
  const Problem problem = problem_of(one, record, free_start);
  VectorXd r(static_cast<Index>(problem.residuals));
  problem.evaluate(fit.z, r.data());
  MatrixXd J = jacobian(problem, fit.z);
  const VectorXd norms = J.colwise().norm();
  for (Index n = 0; n < J.cols(); ++n)
    if (norms[n] > 0) J.col(n) /= norms[n];
  const auto rows = std::clamp<Index>(static_cast<Index>(std::llround(plan.block / record.dt)), 1, J.rows());
  const MatrixXd dz = draws_of(J, r, rows, plan, random, number);

  std::vector<Interval> all;
  for (std::size_t n = 0; n < one.parameters.size(); ++n) {
    const auto column = static_cast<Index>(n);
    std::vector<double> z;
    double square = 0;
    for (Index d = 0; d < dz.rows(); ++d) {
      const double by = norms[column] > 0 ? dz(d, column) / norms[column] : INFINITY;
      square += by * by / static_cast<double>(dz.rows());
      z.push_back(fit.z[n] + by);
    }
    const double tail = 0.5 * (1 - plan.coverage);
    Interval found{fit.values[n], fit.values[n], square < 1};
    if (found.known) {
      found.low = from_free(one.parameters[n], quantile(z, tail));
      found.high = from_free(one.parameters[n], quantile(z, 1 - tail));
    }
    all.push_back(found);
  }
  return all;
}

}  // namespace attune::experiments::traffic::calibration
