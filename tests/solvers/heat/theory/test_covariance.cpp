// tests/solvers/heat/theory/test_covariance.cpp
#include "solvers/heat/theory/covariance.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <random>

#include "solvers/heat/theory/extension.hpp"

using namespace attune;
using namespace attune::heat::theory;

namespace {

constexpr auto periodic = Boundary::periodic;
constexpr auto neumann = Boundary::neumann;
constexpr auto dirichlet = Boundary::dirichlet;

std::vector<double> noise(const Grid& grid, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> field(grid.total());
  for (double& value : field) value = normal(random);
  return field;
}

// mean_i E u_{i+o} u_{i+o'} from the response of each neighbour to each cell's own unit spike.
Eigen::MatrixXd counted(const Grid& grid, const std::vector<Triple>& offsets) {
  const auto n = static_cast<Eigen::Index>(offsets.size());
  Eigen::MatrixXd C = Eigen::MatrixXd::Zero(n, n);
  for (Index spike = 0; spike < grid.total(); ++spike) {
    std::vector<double> field(grid.total(), 0);
    field[spike] = 1;
    C += sample_quadratic(grid, offsets, {field}, {field}).C;
  }
  return C;
}

}  // namespace

TEST_CASE("ghosts reflect at walls, with the sign of the boundary", "[heat][theory]") {
  const Grid even{{1, 1, 3}, {periodic, periodic, neumann}}, odd{{1, 1, 3}, {periodic, periodic, dirichlet}};
  const Grid torus{{1, 1, 3}, {}};
  const std::vector<double> u{1, 2, 3};
  CHECK(extend(even, u, {0, 0, 3}).values == std::vector<double>{3, 2, 1, 1, 2, 3, 3, 2, 1});
  CHECK(extend(odd, u, {0, 0, 3}).values == std::vector<double>{-3, -2, -1, 1, 2, 3, -3, -2, -1});
  CHECK(extend(torus, u, {0, 0, 3}).values == std::vector<double>{1, 2, 3, 1, 2, 3, 1, 2, 3});
}

TEST_CASE("the covariance of white noise is counted exactly, corners and wraps included", "[heat][theory]") {
  const std::vector<Triple> box = box_offsets({1, 2, 2});
  for (const auto& edges :
       {std::array{periodic, neumann, dirichlet}, std::array{dirichlet, periodic, neumann},
        std::array{neumann, dirichlet, periodic}}) {
    const Grid grid{{3, 5, 4}, edges};
    CHECK((white_noise_covariance(grid, box) - counted(grid, box)).cwiseAbs().maxCoeff() < 1e-14);
  }
  const Grid torus{{8, 8, 8}, {}};
  const auto n = static_cast<Eigen::Index>(box.size());
  CHECK(white_noise_covariance(torus, box) == Eigen::MatrixXd::Identity(n, n));
}

TEST_CASE("the quadratic form of a sample is the mean square of its residuals", "[heat][theory]") {
  const Grid grid{{6, 7, 1100}, {dirichlet, neumann, periodic}};
  const Fields fields{noise(grid, 1), noise(grid, 2)}, targets{noise(grid, 3), noise(grid, 4)};
  const Stencil stencil{box_offsets({1, 1, 2}), std::vector<double>(45, 1.0 / 45)};
  const Quadratic q = sample_quadratic(grid, stencil.offsets, fields, targets);
  const Eigen::VectorXd p = Eigen::VectorXd::Constant(45, 1.0 / 45);
  const double form = p.dot(q.C * p) - 2 * q.b.dot(p) + q.c0;

  double direct = 0;
  for (int f = 0; f < 2; ++f) {
    const auto mapped = apply(grid, stencil, fields[f]);
    for (std::size_t i = 0; i < mapped.size(); ++i)
      direct += (mapped[i] - targets[f][i]) * (mapped[i] - targets[f][i]) /
                (2.0 * static_cast<double>(mapped.size()));
  }
  CHECK(std::abs(form / direct - 1) < 1e-13);
  CHECK(std::abs(sample_loss(grid, stencil, fields, targets) / direct - 1) < 1e-13);
  CHECK(q.C == q.C.transpose());
}

TEST_CASE("a loss of 1e-20 keeps its digits when it is summed from residuals", "[heat][theory]") {
  const Grid grid{{1, 64, 64}, {periodic, neumann, neumann}};
  const auto u = noise(grid, 5);
  Stencil stencil = ftcs(2, 0.2);
  const auto target = apply(grid, stencil, u);
  const double nudge = std::ldexp(1.0, -33);
  stencil.weights[0] += nudge;
  double expected = 0;
  for (const double value : u) expected += nudge * nudge * value * value / static_cast<double>(u.size());
  CHECK(std::abs(sample_loss(grid, stencil, {u}, {target}) / expected - 1) < 1e-5);
}

TEST_CASE("the best head on a sample approaches the floor of white noise", "[heat][theory]") {
  const Grid grid{{1, 1, 65536}, {}};
  const auto u = noise(grid, 6);
  const Stencil step = ftcs(1, 0.6);
  const auto y = apply(grid, step, u);
  const auto box = box_offsets({0, 0, 3});
  const SimplexMinimum found = minimise_on_simplex(sample_quadratic(grid, box, {u}, {y}));
  CHECK(std::abs(found.value / 0.06 - 1) < 0.02);
  CHECK(found.kkt_residual < 1e-12);
  const Stencil learned{box, {found.weights.begin(), found.weights.end()}};
  CHECK(std::abs(sample_loss(grid, learned, {u}, {y}) / found.value - 1) < 1e-13);
}

TEST_CASE("343 offsets on 32768 cells take a second, not a minute", "[heat][theory]") {
  const Grid grid{{32, 32, 32}, {neumann, dirichlet, periodic}};
  const auto u = noise(grid, 7);
  const auto box = box_offsets({3, 3, 3});
  const Quadratic q = sample_quadratic(grid, box, {u}, {apply(grid, ftcs(3, 0.2), u)});
  const SimplexMinimum found = minimise_on_simplex(q);
  CHECK(found.kkt_residual < 1e-12);
  CHECK((q.C - white_noise_covariance(grid, box)).cwiseAbs().maxCoeff() < 0.1);
}
