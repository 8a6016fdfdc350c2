// solvers/traffic/theory/hinfinity_norm.cpp
#include "solvers/traffic/theory/hinfinity_norm.hpp"

#include <Eigen/Dense>
#include <Eigen/Eigenvalues>
#include <cmath>

#include "core/core/require.hpp"

namespace attune::traffic::theory {
namespace {

bool reaches(const StateSpace& s, double gamma) {
  const Eigen::Index n = s.A.rows();
  Eigen::MatrixXd H(2 * n, 2 * n);
  H << s.A, s.b * s.b.transpose() / gamma, -s.c * s.c.transpose() / gamma, -s.A.transpose();
  const auto roots = Eigen::EigenSolver<Eigen::MatrixXd>(H, false).eigenvalues().eval();
  return roots.real().cwiseAbs().minCoeff() < 1e-7 * roots.cwiseAbs().maxCoeff();
}

}  // namespace

StateSpace companion_form(const Linearisation& law) {
  require(law.leaders() == 1 && !law.looks_back(), "one leader, no look back");
  StateSpace s{Eigen::MatrixXd(2, 2), Eigen::VectorXd(2), Eigen::VectorXd(2)};
  s.A << 0, 1, -law.distance[0], law.speed;
  s.b << 0, 1;
  s.c << law.distance[0], law.leader_speed[0];
  return s;
}

double hinfinity_norm(const StateSpace& s) {
  const auto roots = Eigen::EigenSolver<Eigen::MatrixXd>(s.A, false).eigenvalues().eval();
  require(roots.real().maxCoeff() < 0, "a vehicle that is stable on its own");
  double low = std::abs(s.c.dot(s.A.partialPivLu().solve(s.b)));  // the gain at w = 0 is reached
  if (low == 0) low = 1e-12 * s.b.norm() * s.c.norm();
  double high = 2 * low;
  while (reaches(s, high)) {
    low = high;
    high *= 2;
  }
  while (high - low > 1e-13 * high) {
    const double middle = 0.5 * (low + high);
    (reaches(s, middle) ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace attune::traffic::theory
