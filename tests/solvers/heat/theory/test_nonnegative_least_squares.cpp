// tests/solvers/heat/theory/test_nonnegative_least_squares.cpp
#include "solvers/heat/theory/nonnegative_least_squares.hpp"

#include <Eigen/QR>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <random>

#include "solvers/heat/theory/simplex_projection.hpp"

using namespace attune;
using namespace attune::heat::theory;

namespace {

LongMatrix random_matrix(std::mt19937_64& random, int rows, int columns) {
  std::normal_distribution<double> normal;
  return LongMatrix::NullaryExpr(rows, columns, [&]() { return static_cast<Long>(normal(random)); });
}

// The least distance over all supports, by solving each one.
Long over_supports(const LongMatrix& A, const LongVector& b) {
  const auto n = static_cast<int>(A.cols());
  Long best = b.norm();
  for (int support = 1; support < (1 << n); ++support) {
    std::vector<int> in;
    for (int j = 0; j < n; ++j)
      if (support >> j & 1) in.push_back(j);
    LongMatrix columns(A.rows(), in.size());
    for (std::size_t i = 0; i < in.size(); ++i) columns.col(i) = A.col(in[i]);
    const LongVector x = columns.completeOrthogonalDecomposition().solve(b);
    if (x.minCoeff() >= 0) best = std::min(best, (columns * x - b).norm());
  }
  return best;
}

}  // namespace

TEST_CASE("nonnegative least squares finds what enumeration of supports finds", "[heat][theory]") {
  std::mt19937_64 random(7);
  for (int n = 1; n <= 7; ++n)
    for (const int m : {1, 3, 9}) {
      const LongMatrix A = random_matrix(random, m, n);
      const LongVector b = random_matrix(random, m, 1);
      const NonnegativeFit fit = nonnegative_least_squares(A, b);
      INFO("m " << m << " n " << n);
      CHECK(fit.x.minCoeff() >= 0);
      CHECK(fit.kkt_residual < 1e-16L);
      CHECK(std::abs(fit.distance - over_supports(A, b)) < 1e-15L);
    }
  CHECK(nonnegative_least_squares(LongMatrix::Ones(2, 1), -LongVector::Ones(2)).x[0] == 0);
}

TEST_CASE("least squares on the simplex is the minimum of the quadratic over it", "[heat][theory]") {
  std::mt19937_64 random(8);
  for (const int n : {1, 2, 5, 20})
    for (const int m : {2, 30}) {
      const LongMatrix A = random_matrix(random, m, n);
      const LongVector b = random_matrix(random, m, 1);
      const NonnegativeFit fit = simplex_least_squares(A, b);
      const Eigen::MatrixXd rounded = A.cast<double>();
      const Eigen::VectorXd right = b.cast<double>();
      const Quadratic quadratic{rounded.transpose() * rounded, rounded.transpose() * right,
                                right.squaredNorm()};
      INFO("m " << m << " n " << n);
      CHECK(std::abs(fit.x.sum() - 1) < 1e-18L);
      CHECK(fit.x.minCoeff() >= 0);
      CHECK(std::abs(static_cast<double>(fit.distance * fit.distance) -
                     minimise_on_simplex(quadratic).value) < 1e-12 * quadratic.c0);
      const LongVector free = affine_least_squares(A, b);
      CHECK(std::abs(free.sum() - 1) < 1e-17L * free.cwiseAbs().sum());
      CHECK((A * free - b).norm() <= fit.distance + 1e-15L);
    }
}

TEST_CASE("columns that are nearly dependent keep the digits that a normal matrix loses", "[heat][theory]") {
  const int n = 6, m = 20;
  LongMatrix A(m, n);
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) A(i, j) = std::cos(j * 0.6L * i / m);
  LongVector x(n);
  x << 0.1L, 0.4L, 0.05L, 0.2L, 0.15L, 0.1L;
  const LongVector b = A * x;
  const NonnegativeFit fit = simplex_least_squares(A, b);
  CHECK((fit.x - x).cwiseAbs().maxCoeff() < 1e-9L);
  CHECK((affine_least_squares(A, b) - x).cwiseAbs().maxCoeff() < 1e-9L);
}
