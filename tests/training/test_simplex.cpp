// tests/training/test_simplex.cpp
//
// A softmax fits a target distribution exactly where the target is one, and otherwise its projection on the
// simplex.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <limits>

#include "core/core/random.hpp"
#include "tests/training/problems.hpp"
#include "training/lift.hpp"

using namespace attune;
using namespace attune::training;
using namespace attune::training::problems;

namespace {

// A^T A / n + 1/10, A of normal entries.
Vector random_metric(std::size_t n, std::uint32_t seed) {
  const Random random{seed, 1};
  Vector metric(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k)
        metric[i * n + j] += random.normal(k * n + i) * random.normal(k * n + j) / n;
      if (i == j) metric[i * n + j] += 0.1;
    }
  return metric;
}

// Sum 1, entries of both signs.
Vector random_target(std::size_t n, std::uint32_t seed) {
  Vector target(n);
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += target[i] = 0.5 * Random{seed, 2}.normal(i);
  for (auto& entry : target) entry += (1 - sum) / n;
  return target;
}

// Solves a x = b, Gaussian elimination with row pivots.
Vector solve(std::vector<Vector> a, Vector b) {
  const std::size_t n = b.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k; i < n; ++i)
      if (std::abs(a[i][k]) > std::abs(a[pivot][k])) pivot = i;
    std::swap(a[k], a[pivot]);
    std::swap(b[k], b[pivot]);
    for (std::size_t i = k + 1; i < n; ++i) {
      const double factor = a[i][k] / a[k][k];
      for (std::size_t j = k; j < n; ++j) a[i][j] -= factor * a[k][j];
      b[i] -= factor * b[k];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t j = k + 1; j < n; ++j) b[k] -= a[k][j] * b[j];
    b[k] /= a[k][k];
  }
  return b;
}

double distance(const SoftmaxSimplex& problem, const Vector& p) {
  const std::size_t n = p.size();
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      sum += (p[i] - problem.target[i]) * problem.metric[i * n + j] * (p[j] - problem.target[j]);
  return sum;
}

// The stationary point with sum p = 1 whose support is the set bits; entries may be negative.
Vector on_support(const SoftmaxSimplex& problem, unsigned bits) {
  const std::size_t n = problem.target.size();
  std::vector<std::size_t> support;
  for (std::size_t i = 0; i < n; ++i)
    if (bits >> i & 1) support.push_back(i);
  const std::size_t m = support.size();
  std::vector<Vector> a(m + 1, Vector(m + 1, 0.0));
  Vector b(m + 1, 0.0);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < m; ++j) a[i][j] = problem.metric[support[i] * n + support[j]];
    for (std::size_t j = 0; j < n; ++j) b[i] += problem.metric[support[i] * n + j] * problem.target[j];
    a[i][m] = a[m][i] = 1;
  }
  b[m] = 1;
  const auto x = solve(a, b);
  Vector p(n, 0.0);
  for (std::size_t i = 0; i < m; ++i) p[support[i]] = x[i];
  return p;
}

// The least distance over the simplex, by trying every support.
double projection_floor(const SoftmaxSimplex& problem) {
  double least = std::numeric_limits<double>::infinity();
  for (unsigned bits = 1; bits < 1u << problem.target.size(); ++bits) {
    const auto p = on_support(problem, bits);
    if (*std::min_element(p.begin(), p.end()) >= 0) least = std::min(least, distance(problem, p));
  }
  return least;
}

}  // namespace

TEST_CASE("lbfgs fits an interior target to a loss of 1e-24", "[training]") {
  const std::size_t n = GENERATE(2, 3, 7, 13);
  const std::uint32_t seed = GENERATE(1, 2, 3);
  Vector z(n);
  for (std::size_t i = 0; i < n; ++i) z[i] = 2 * Random{seed, 3}.normal(i);
  Logits weights{Vector(n, 0.0)};
  const auto history = fit(weights, SoftmaxSimplex{softmax(z), random_metric(n, seed)}, {.iterations = 2000});
  CAPTURE(n, seed, history.stopped_because, history.evaluations, history.iteration.back());
  CHECK(history.best_loss <= 1e-24);
  CHECK(history.iteration.back() < 500);
}

TEST_CASE("lbfgs reaches the projection floor of a target outside the simplex within 1e-9", "[training]") {
  const std::size_t n = GENERATE(2, 3, 5, 9, 13);
  const std::uint32_t seed = GENERATE(1, 2, 3, 4, 5, 24);
  const SoftmaxSimplex problem{random_target(n, seed), random_metric(n, seed)};
  const Options options{.iterations = 3000, .gradient_tolerance = 1e-13};
  Logits weights{Vector(n, 0.0)}, gradient = weights;
  auto history = fit(weights, problem, options);
  for (int round = 0; round < 3; ++round) {
    problem(weights, gradient);
    if (!lift_lost(weights.z, gradient.z)) break;
    history = fit(weights, problem, options);
  }
  const double floor = projection_floor(problem);
  CAPTURE(n, seed, floor, history.stopped_because, history.evaluations, history.best_gradient_norm);
  if (floor > 1e-6)
    CHECK(std::abs(history.best_loss / floor - 1) < 1e-9);
  else
    CHECK(history.best_loss < 1e-24);
  CHECK(history.best_gradient_norm < 1e-12);
}

TEST_CASE("only logits that the loss wants back are lifted", "[training]") {
  const SoftmaxSimplex problem{{0.5, 0.7, -0.2, 0.0}, identity(4)};
  Logits weights{{0, 0.2, -30, -40}}, gradient{Vector(4)};
  problem(weights, gradient);
  CHECK_FALSE(lift_lost(weights.z, gradient.z));

  const SoftmaxSimplex inside{{0.4, 0.5, 0.1, -0.5}, identity(4)};
  inside(weights, gradient);
  CHECK(lift_lost(weights.z, gradient.z));
  CHECK(weights.z == Vector{0, 0.2, 0.2 - 12, -40});
}

TEST_CASE("lbfgs drives the loss of a target with zero weights to 1e-25 geometrically", "[training]") {
  Logits weights{Vector(7, 0.0)};
  const SoftmaxSimplex problem{{0, 0, 0.25, 0.5, 0.25, 0, 0}, identity(7)};
  const auto history = fit(weights, problem, {.iterations = 200, .loss_tolerance = 1e-25});
  CAPTURE(history.evaluations);
  CHECK(history.stopped_because == "loss_tolerance");
}
