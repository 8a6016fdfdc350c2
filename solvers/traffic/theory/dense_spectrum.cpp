// solvers/traffic/theory/dense_spectrum.cpp
#include "solvers/traffic/theory/dense_spectrum.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>

#include "core/core/require.hpp"

namespace attune::traffic::theory {

Eigen::MatrixXd ring_matrix(const std::vector<Linearisation>& laws, int vehicles) {
  const int N = vehicles;
  require(laws.size() == 1 || laws.size() == static_cast<std::size_t>(N), "one law, or one a vehicle");
  Eigen::MatrixXd J = Eigen::MatrixXd::Zero(2 * N, 2 * N);
  for (int n = 0; n < N; ++n) {
    const Linearisation& f = laws.size() == 1 ? laws[0] : laws[n];
    const int x = n, v = N + n, behind = (n + N - 1) % N;
    J(x, v) = 1;
    J(v, v) += f.speed;
    for (int k = 1; k <= f.leaders(); ++k) {
      const int ahead = (n + k) % N;
      J(v, ahead) += f.distance[k - 1];
      J(v, x) -= f.distance[k - 1];
      J(v, N + ahead) += f.leader_speed[k - 1];
    }
    J(v, x) += f.distance_behind;
    J(v, behind) -= f.distance_behind;
    J(v, N + behind) += f.follower_speed;
  }
  return J;
}

std::vector<Complex> dense_spectrum(const std::vector<Linearisation>& laws, int vehicles) {
  const Eigen::EigenSolver<Eigen::MatrixXd> solver(ring_matrix(laws, vehicles), false);
  require(solver.info() == Eigen::Success, "the eigenvalues of the ring converge");
  return {solver.eigenvalues().begin(), solver.eigenvalues().end()};
}

double farthest_apart(const std::vector<Complex>& list, const std::vector<Complex>& other) {
  require(list.size() == other.size(), "as many numbers in both lists");
  std::vector<Complex> left = other;
  double farthest = 0;
  for (const Complex one : list) {
    const auto nearest = std::min_element(left.begin(), left.end(), [one](Complex a, Complex b) {
      return std::norm(a - one) < std::norm(b - one);
    });
    farthest = std::max(farthest, std::abs(*nearest - one));
    *nearest = left.back();
    left.pop_back();
  }
  return farthest;
}

}  // namespace attune::traffic::theory
