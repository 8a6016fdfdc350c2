// tests/solvers/heat/theory/test_rollout.cpp
#include "solvers/heat/theory/rollout.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <random>

#include "core/core/require.hpp"
#include "solvers/heat/theory/extension.hpp"
#include "solvers/heat/theory/spectrum.hpp"

using namespace attune;
using namespace attune::heat::theory;

namespace {

constexpr auto periodic = Boundary::periodic;
constexpr auto neumann = Boundary::neumann;
constexpr auto dirichlet = Boundary::dirichlet;

std::vector<double> noise(const Grid& grid) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  std::vector<double> field(grid.total());
  for (double& value : field) value = normal(random);
  return field;
}

std::vector<double> stepped(const Grid& grid, const Stencil& stencil, std::vector<double> u, int steps) {
  for (int step = 0; step < steps; ++step) u = apply(grid, stencil, u);
  return u;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += (a[i] - b[i]) * (a[i] - b[i]);
    size += b[i] * b[i];
  }
  return std::sqrt(difference / size);
}

void check_against_steps(const Grid& grid, const Stencil& A, const Stencil& T) {
  const auto start = noise(grid);
  const auto predicted =
      predict_rollout(grid, start, A, [&](const PerAxis& theta) { return symbol(T, theta); }, {0, 1, 40});
  REQUIRE(predicted);
  const auto after = stepped(grid, A, start, 40), exact = stepped(grid, T, start, 40);
  CHECK(distance(predicted->field, after) < 1e-13);
  CHECK(distance(predicted->target, exact) < 1e-13);
  CHECK(predicted->relative_error[0] == 0);
  CHECK(std::abs(predicted->relative_error[1] -
                 distance(stepped(grid, A, start, 1), stepped(grid, T, start, 1))) < 1e-14);
  CHECK(std::abs(predicted->relative_error[2] - distance(after, exact)) < 1e-13);
}

}  // namespace

TEST_CASE("T12: the predicted rollout is the one that stepping gives, for every mix of boundaries",
          "[heat][theory]") {
  const PerAxis r{0.1, 0.12, 0.15};
  for (const auto& cells : {Triple{6, 7, 8}, Triple{5, 8, 9}, Triple{8, 6, 7}})
    for (const auto& edges :
         {std::array{periodic, periodic, periodic}, std::array{neumann, dirichlet, periodic},
          std::array{periodic, neumann, dirichlet}, std::array{dirichlet, periodic, neumann},
          std::array{neumann, neumann, neumann}})
      check_against_steps({cells, edges}, euler_step(4, r), euler_step(2, r));
}

TEST_CASE("on a torus the stencil may look one way", "[heat][theory]") {
  const Stencil upwind{{{0, 0, 0}, {0, 0, -1}, {0, 1, 1}}, {0.6, 0.3, 0.1}};
  const Stencil other{{{0, 0, 0}, {0, 0, -1}, {0, -2, 0}}, {0.5, 0.3, 0.2}};
  check_against_steps({{1, 9, 16}, {}}, upwind, other);
  check_against_steps({{1, 8, 15}, {}}, upwind, other);
  const Grid walls{{1, 9, 16}, {periodic, neumann, periodic}};
  CHECK_FALSE(predict_rollout(walls, noise(walls), upwind, [](const PerAxis&) { return 1.0; }, {1}));
  CHECK_FALSE(growth(walls, upwind));
}

TEST_CASE("the growth factor is the largest symbol over the grid's own angles", "[heat][theory]") {
  const Grid grid{{1, 1, 64}, {}};
  CHECK(std::abs(growth(grid, ftcs(1, 0.6)).value() - 1.4) < 1e-15);
  CHECK(growth(grid, ftcs(1, 0.4)).value() == 1);
  const Grid odd{{1, 1, 5}, {}};
  const double sine = std::sin(2 * std::numbers::pi / 5);
  CHECK(std::abs(growth(odd, ftcs(1, 0.6)).value() - (2.4 * sine * sine - 1)) < 1e-15);
  const Grid cold{{1, 1, 5}, {periodic, periodic, dirichlet}};
  CHECK(std::abs(growth(cold, ftcs(1, 0.1)).value() -
                 (1 - 0.4 * std::pow(std::sin(std::numbers::pi / 10), 2))) < 1e-15);
}

TEST_CASE("an unstable stencil grows at its growth factor", "[heat][theory]") {
  const Grid grid{{1, 1, 64}, {}};
  const auto heat = [](const PerAxis& theta) { return std::exp(-0.6 * theta[2] * theta[2]); };
  const auto rollout = predict_rollout(grid, noise(grid), ftcs(1, 0.6), heat, {1500, 1501});
  CHECK(std::abs(rollout->relative_error[1] / rollout->relative_error[0] / 1.4 - 1) < 1e-3);
}

TEST_CASE("parts of a field go to modes and back, and Parseval's weights keep its norm", "[heat][theory]") {
  for (const auto& edges :
       {std::array{periodic, periodic, periodic}, std::array{neumann, dirichlet, periodic}})
    for (const auto& cells : {Triple{1, 1, 1}, Triple{2, 3, 4}, Triple{5, 4, 7}}) {
      const Grid grid{cells, edges};
      const auto field = noise(grid);
      const auto modes = to_modes(grid, field);
      CHECK(distance(from_modes(grid, modes), field) < 1e-15);
      double in_cells = 0, in_modes = 0, scale = 1;
      std::size_t k = 0;
      for (Index z = 0; z < cells[0]; ++z)
        for (Index y = 0; y < cells[1]; ++y)
          for (Index x = 0; x < cells[2]; ++x, ++k) {
            in_cells += field[k] * field[k];
            in_modes += mode_weight(grid, 0, z) * mode_weight(grid, 1, y) * mode_weight(grid, 2, x) *
                        std::norm(modes[k]);
          }
      for (int a = 0; a < 3; ++a) scale *= static_cast<double>((edges[a] == periodic ? 1 : 2) * cells[a]);
      CHECK(std::abs(in_modes / scale / in_cells - 1) < 1e-14);
    }
}
