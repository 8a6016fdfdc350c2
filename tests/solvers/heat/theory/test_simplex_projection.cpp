// tests/solvers/heat/theory/test_simplex_projection.cpp
#include "solvers/heat/theory/simplex_projection.hpp"

#include <Eigen/Dense>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <random>

#include "solvers/heat/theory/stencil.hpp"

using namespace attune;
using namespace attune::heat::theory;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

double objective(const Quadratic& q, const VectorXd& p) { return p.dot(q.C * p) - 2 * q.b.dot(p) + q.c0; }

// The least value over the minima of all supports, by solving each one's equations.
double brute_force(const Quadratic& q) {
  const auto n = static_cast<int>(q.b.size());
  double best = INFINITY;
  for (int support = 1; support < (1 << n); ++support) {
    std::vector<int> in;
    for (int i = 0; i < n; ++i)
      if (support >> i & 1) in.push_back(i);
    const auto m = static_cast<int>(in.size());
    MatrixXd K = MatrixXd::Zero(m + 1, m + 1);
    VectorXd right(m + 1);
    for (int i = 0; i < m; ++i) {
      for (int k = 0; k < m; ++k) K(i, k) = q.C(in[i], in[k]);
      K(i, m) = K(m, i) = 1;
      right[i] = q.b[in[i]];
    }
    right[m] = 1;
    const VectorXd s = K.completeOrthogonalDecomposition().solve(right);
    VectorXd p = VectorXd::Zero(n);
    for (int i = 0; i < m; ++i) p[in[i]] = s[i];
    if (s.head(m).minCoeff() >= -1e-12 && std::abs(p.sum() - 1) < 1e-9)
      best = std::min(best, objective(q, p));
  }
  return best;
}

// A sum of `rank` squares: C = X X^T / rank, b = X y / rank, c0 = y^2 / rank.
Quadratic random_problem(std::mt19937_64& random, int n, int rank) {
  std::normal_distribution<double> normal;
  const MatrixXd X = MatrixXd::NullaryExpr(n, rank, [&]() { return normal(random); });
  const VectorXd y = VectorXd::NullaryExpr(rank, [&]() { return normal(random); });
  return {X * X.transpose() / rank, X * y / rank, y.squaredNorm() / rank};
}

VectorXd weights_of(const Stencil& stencil) {
  return Eigen::Map<const VectorXd>(stencil.weights.data(),
                                    static_cast<Eigen::Index>(stencil.weights.size()));
}

}  // namespace

TEST_CASE("the active set finds the minimum that enumeration of supports finds", "[heat][theory]") {
  std::mt19937_64 random(1);
  for (int n = 1; n <= 9; ++n)
    for (const int rank : {1, 2, 3, n, 2 * n}) {
      for (int sample = 0; sample < 6; ++sample) {
        const Quadratic problem = random_problem(random, n, rank);
        const SimplexMinimum found = minimise_on_simplex(problem);
        const double best = brute_force(problem);
        INFO("n " << n << " rank " << rank << " value " << found.value << " best " << best);
        CHECK(std::abs(found.value - best) < 1e-11 * (1 + problem.c0));
        CHECK(found.kkt_residual < 1e-12);
        CHECK(found.gap < 1e-13 * (1 + problem.c0 + problem.b.cwiseAbs().maxCoeff()));
        CHECK(found.weights.minCoeff() >= 0);
        CHECK(std::abs(found.weights.sum() - 1) < 1e-14);
      }
    }
}

TEST_CASE("ties and singular forms end at a point that satisfies the conditions", "[heat][theory]") {
  for (const int n : {2, 7, 40}) {
    const Quadratic flat{MatrixXd::Zero(n, n), VectorXd::Zero(n), 3};
    CHECK(minimise_on_simplex(flat).value == 3);
    const Quadratic twins{MatrixXd::Ones(n, n), VectorXd::Ones(n), 1};
    CHECK(std::abs(minimise_on_simplex(twins).value) < 1e-15);
    const SimplexMinimum middle = project_on_simplex(MatrixXd::Identity(n, n), VectorXd::Zero(n), n);
    CHECK(std::abs(middle.value - 1.0 / n) < 1e-15);
    CHECK((middle.weights.array() - 1.0 / n).abs().maxCoeff() < 1e-16 * n);
  }
}

TEST_CASE("the gap bounds how far any weights are from the minimum", "[heat][theory]") {
  VectorXd t(3);
  t << 0.7, 0.7, 0.7;
  const SimplexMinimum found = project_on_simplex(t);
  CHECK(std::abs(found.value - 3 * std::pow(0.7 - 1.0 / 3, 2)) < 1e-15);
  CHECK(std::abs(found.gap) < 1e-15);
  CHECK(std::abs(found.multiplier - (1.0 / 3 - 0.7)) < 1e-15);
}

TEST_CASE("an ill-conditioned form of 343 weights is solved to a residual of 1e-12", "[heat][theory]") {
  const int n = 343;
  for (const double width : {0.5, 4.0, 30.0}) {
    MatrixXd C(n, n);
    for (int i = 0; i < n; ++i)
      for (int k = 0; k < n; ++k) C(i, k) = std::exp(-(i - k) * (i - k) / (2 * width * width));
    VectorXd t = VectorXd::Zero(n);
    for (int i = 0; i < n; ++i) t[i] = (i % 7 == 3 ? 8.0 : -1.0) / n;
    t[n / 2] += 1 - t.sum();
    const SimplexMinimum found = project_on_simplex(C, t, n);
    INFO("width " << width << " steps " << found.steps << " value " << found.value);
    CHECK(found.kkt_residual < 1e-12);
  }
}

TEST_CASE("T2: past its limit FTCS is (2Dr - 1)^2 (1 + 1/(2D)) from the simplex, however wide the window",
          "[heat][theory]") {
  for (const int D : {1, 2, 3})
    for (const double excess : {1e-9, 0.01, 0.2, 1.0}) {
      const double r = (1 + excess) / (2 * D), past = 2 * D * r - 1;
      const VectorXd t = weights_of(ftcs(D, r));
      const double floor = past * past * (1 + 1.0 / (2 * D));
      const SimplexMinimum by_sorting = project_on_simplex(t);
      CHECK(std::abs(by_sorting.value / floor - 1) < (excess < 1e-6 ? 1e-6 : 1e-13));
      CHECK(by_sorting.weights[0] == 0);
      CHECK(std::abs(by_sorting.weights[1] - 1.0 / (2 * D)) < 1e-15);
      VectorXd wide = VectorXd::Zero(343);
      wide.head(t.size()) = t;
      const SimplexMinimum by_search = project_on_simplex(MatrixXd::Identity(343, 343), wide, 343);
      CHECK(std::abs(by_search.value - by_sorting.value) < 1e-14 * by_sorting.value + 1e-30);
      CHECK((by_search.weights.head(t.size()) - by_sorting.weights).cwiseAbs().maxCoeff() < 1e-15);
    }
  CHECK(project_on_simplex(weights_of(ftcs(2, 0.2499))).value < 1e-30);
}

TEST_CASE("T3: the fourth-order star is r^2 (D/72 + D^2/(36(2D+1))) from the simplex", "[heat][theory]") {
  const double relative[] = {0.048553, 0.039443, 0.033995};
  for (const int D : {1, 2, 3}) {
    const double r = 0.1;
    PerAxis each{0, 0, 0};
    for (int a = 3 - D; a < 3; ++a) each[a] = r;
    const VectorXd t = weights_of(euler_step(4, each));
    const SimplexMinimum found = project_on_simplex(t);
    CHECK(std::abs(found.value / (r * r * (D / 72.0 + D * D / (36.0 * (2 * D + 1)))) - 1) < 1e-13);
    VectorXd update = t;
    update[0] -= 1;
    CHECK(std::abs(std::sqrt(found.value / update.squaredNorm()) - relative[D - 1]) < 5e-7);
    CHECK(found.kkt_residual < 1e-15);
  }
}

TEST_CASE("T7: one head comes as near to the band-limited propagator as numpy's projection",
          "[heat][theory]") {
  const int n = 512;
  // r, distance over that of the identity, sup of the symbol's error: numpy's FFT and a projection by
  // sorting.
  const double reference[][3] = {{0.1, 0.10970420317904983, 0.10744711921574301},
                                 {0.25, 0.008813497272288081, 0.022045723642892756},
                                 {1, 3.4181728065084336e-06, 2.0557256134389407e-05}};
  for (const auto& [r, distance, supremum] : reference) {
    VectorXd t = VectorXd::Zero(n);
    for (int k = -n / 2 + 1; k <= n / 2; ++k) {
      const double theta = 2 * std::numbers::pi * k / n;
      for (int d = 0; d < n; ++d) t[d] += std::exp(-r * theta * theta) * std::cos(theta * d) / n;
    }
    const SimplexMinimum head = project_on_simplex(t);
    VectorXd update = t;
    update[0] -= 1;
    CHECK(std::abs(std::sqrt(head.value) / update.norm() / distance - 1) < 1e-8);

    double worst = 0;
    for (int k = 0; k <= n / 2; ++k) {
      const double theta = 2 * std::numbers::pi * k / n;
      double error = -std::exp(-r * theta * theta);
      for (int d = 0; d < n; ++d) error += head.weights[d] * std::cos(theta * d);
      worst = std::max(worst, std::abs(error));
    }
    CHECK(std::abs(worst / supremum - 1) < 1e-8);
  }
}

TEST_CASE("entries of a target that no candidate reaches count in full", "[heat][theory]") {
  VectorXd t(4);
  t << 0.5, 0.3, 0.3, -0.1;
  const SimplexMinimum found = project_on_simplex(MatrixXd::Identity(4, 4), t, 2);
  CHECK(std::abs(found.weights[0] - 0.6) < 1e-15);
  CHECK(std::abs(found.value - (0.01 + 0.01 + 0.09 + 0.01)) < 1e-15);
}
