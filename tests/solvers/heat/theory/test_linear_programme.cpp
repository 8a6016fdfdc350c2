// tests/solvers/heat/theory/test_linear_programme.cpp
#include "solvers/heat/theory/linear_programme.hpp"

#include <Eigen/LU>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <random>

#include "core/core/require.hpp"

using namespace attune;
using namespace attune::heat::theory;

namespace {

// The least c.x over the vertices, by solving for every choice of m columns; infinite without one.
double over_vertices(const LinearProgramme& lp) {
  const auto m = static_cast<int>(lp.A.rows()), n = static_cast<int>(lp.A.cols());
  double best = INFINITY;
  for (int choice = 0; choice < (1 << n); ++choice) {
    if (__builtin_popcount(choice) != m) continue;
    LongMatrix B(m, m);
    LongVector cost(m);
    for (int j = 0, i = 0; j < n; ++j)
      if (choice >> j & 1) {
        B.col(i) = lp.A.col(j);
        cost[i++] = lp.c[j];
      }
    const Eigen::FullPivLU<LongMatrix> lu(B);
    if (!lu.isInvertible()) continue;
    const LongVector x = lu.solve(lp.b);
    if (x.minCoeff() >= -1e-14L) best = std::min(best, static_cast<double>(cost.dot(x)));
  }
  return best;
}

// Whole numbers, so that degenerate vertices and ties are common.
LinearProgramme random_programme(std::mt19937_64& random, int m, int n) {
  std::uniform_int_distribution<int> entry(-3, 3);
  const auto draw = [&]() { return static_cast<Long>(entry(random)); };
  LinearProgramme lp{LongMatrix::NullaryExpr(m, n, draw), LongVector(), LongVector::NullaryExpr(n, draw)};
  if (entry(random) > 0)
    lp.b = LongVector::NullaryExpr(m, draw);
  else
    lp.b = lp.A * LongVector::NullaryExpr(n, draw).cwiseMax(Long(0));
  return lp;
}

}  // namespace

TEST_CASE("every outcome of a linear programme comes with its proof", "[heat][theory]") {
  std::mt19937_64 random(3);
  int optimal = 0, infeasible = 0, unbounded = 0;
  for (int sample = 0; sample < 3000; ++sample) {
    const int m = 1 + sample % 4, n = m + sample % 5;
    const LinearProgramme lp = random_programme(random, m, n);
    const Programmed found = minimise(lp);
    CHECK(found.x.minCoeff() >= 0);
    if (found.outcome == Outcome::infeasible) {
      ++infeasible;
      CHECK(std::isinf(over_vertices(lp)));
      CHECK((lp.A.transpose() * found.y).minCoeff() > -1e-15L);
      CHECK(lp.b.dot(found.y) < -1e-3L);
      continue;
    }
    CHECK((lp.A * found.x - lp.b).cwiseAbs().maxCoeff() < 1e-15L);
    if (found.outcome == Outcome::unbounded) {
      ++unbounded;
      continue;
    }
    ++optimal;
    CHECK((lp.A.transpose() * found.y - lp.c).maxCoeff() < 1e-14L);
    CHECK(std::abs(lp.b.dot(found.y) - found.value) < 1e-14L);
    if (Eigen::FullPivLU<LongMatrix>(lp.A).rank() == m)
      CHECK(std::abs(over_vertices(lp) - static_cast<double>(found.value)) < 1e-13);
  }
  CHECK((optimal > 100 && infeasible > 100 && unbounded > 100));
}

TEST_CASE("equations that repeat each other and equations without an unknown do no harm", "[heat][theory]") {
  LinearProgramme lp{LongMatrix(4, 3), LongVector(4), LongVector(3)};
  lp.A << 1, 1, 1, 2, 2, 2, 0, 0, 0, 1, -1, 0;
  lp.b << 1, 2, 0, 0;
  lp.c << 1, 1, 3;
  const Programmed found = minimise(lp);
  CHECK(found.outcome == Outcome::optimal);
  CHECK(std::abs(found.value - 1) < 1e-18L);
  lp.b[2] = 1;
  CHECK(minimise(lp).outcome == Outcome::infeasible);
  CHECK_THROWS_AS(minimise({LongMatrix::Ones(2, 2), LongVector::Ones(3), LongVector::Ones(2)}),
                  BrokenPromise);
}
