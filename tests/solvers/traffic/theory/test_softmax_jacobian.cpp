// tests/solvers/traffic/theory/test_softmax_jacobian.cpp
#include "solvers/traffic/theory/softmax_jacobian.hpp"

#include <Eigen/Eigenvalues>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <random>

#include "core/core/require.hpp"

using namespace attune;
using namespace attune::traffic::theory;

namespace {

std::vector<double> weights(int n, double spread, unsigned seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal;
  std::vector<double> a(n);
  double total = 0;
  for (double& w : a) total += w = std::exp(spread * normal(engine));
  for (double& w : a) w /= total;
  return a;
}

double dense_largest(const std::vector<double>& a) {
  const Eigen::Map<const Eigen::VectorXd> v(a.data(), static_cast<Eigen::Index>(a.size()));
  Eigen::MatrixXd M = -v * v.transpose();
  M.diagonal() += v;
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(M, Eigen::EigenvaluesOnly).eigenvalues().maxCoeff();
}

// |M v - root v| of the eigenvector.
double residual(const std::vector<double>& a, double root) {
  const auto v = largest_eigenvector(a);
  double mean = 0, square = 0;
  for (std::size_t i = 0; i < a.size(); ++i) mean += a[i] * v[i];
  for (std::size_t i = 0; i < a.size(); ++i) square += std::pow(a[i] * (v[i] - mean) - root * v[i], 2);
  return std::sqrt(square);
}

}  // namespace

TEST_CASE("the secular root is the largest eigenvalue of the matrix", "[traffic][theory]") {
  for (const int n : {2, 3, 5, 17, 100})
    for (const double spread : {1e-9, 1e-3, .3, 1.0, 3.0, 10.0, 40.0})
      for (unsigned seed = 0; seed < 20; ++seed) {
        const auto a = weights(n, spread, seed);
        const double root = largest_eigenvalue(a);
        CHECK(std::abs(root - dense_largest(a)) < 2e-15);
        const TopWeights top = top_weights(a);
        CHECK(residual(a, root) < 1e-15);
        CHECK(root >= top.second - 1e-15);
        CHECK(root <= eigenvalue_bound(top) + 1e-15);
      }
}

TEST_CASE("uniform weights and one spike have closed forms", "[traffic][theory]") {
  for (const int n : {2, 3, 10, 1024}) {
    CHECK(std::abs(largest_eigenvalue(std::vector<double>(n, 1.0 / n)) - 1.0 / n) < 1e-16);
    for (const double p : {.9999999, .9, .5, 2.0 / n}) {
      if (p >= 1) continue;
      std::vector<double> a(n, (1 - p) / (n - 1));
      a[n / 2] = p;
      CHECK(std::abs(largest_eigenvalue(a) - spike_eigenvalue(p, n)) < 1e-15);
    }
  }
  CHECK(std::abs(largest_eigenvalue({.5, .5}) - .5) < 1e-16);
  CHECK(largest_eigenvalue({1, 0, 0}) == 0);
}

TEST_CASE("norms of the Jacobian", "[traffic][theory]") {
  const auto a = weights(9, 1, 4);
  double row = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < a.size(); ++j) sum += std::abs((i == j ? a[i] : 0) - a[i] * a[j]);
    row = std::max(row, sum);
  }
  CHECK(std::abs(one_to_one_norm(a) - row) < 1e-15);
  CHECK(one_to_one_norm(a) <= infinity_to_one_norm(a));
  CHECK(std::abs(infinity_to_one_norm({.25, .25, .5}) - 1) < 1e-15);
  CHECK_THROWS_AS(infinity_to_one_norm(std::vector<double>(25, .04)), BrokenPromise);
}

TEST_CASE("a complex step gives the Jacobian", "[traffic][theory]") {
  const std::vector<double> z{.3, -1.2, 2.5, 2.4};
  const double tau = .7;
  std::vector<double> a;
  double total = 0;
  for (const double s : z) {
    a.push_back(std::exp(s / tau));
    total += a.back();
  }
  const auto J = softmax_jacobian_by_complex_step(z, tau);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) {
      const double p = a[i] / total, q = a[j] / total;
      CHECK(std::abs(J[i * 4 + j] - ((i == j ? p : 0) - p * q) / tau) < 1e-15);
    }
}
