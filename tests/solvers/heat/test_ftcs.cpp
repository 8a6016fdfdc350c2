// tests/solvers/heat/test_ftcs.cpp
#include "solvers/heat/ftcs.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <numbers>

#include "core/core/blocks.hpp"
#include "core/core/require.hpp"
#include "solvers/heat/initial.hpp"
#include "tests/support/fields.hpp"

using namespace attune;

TEST_CASE("equation in ftcs.hpp: one step multiplies a mode by 1 - 4 sum r sin^2(theta / 2)",
          "[heat][ftcs]") {
  const auto word = GENERATE("periodic", "dirichlet", "neumann");
  const auto cells =
      GENERATE(std::vector<Index>{lanes + 1}, std::vector<Index>{9, 12}, std::vector<Index>{6, 5, 7});
  const int dimensions = static_cast<int>(cells.size());
  const auto boundaries = heat::boundaries_of({word}, dimensions);
  const Domain domain = Domain::world().split(grid_box(cells), heat::periodic_axes(boundaries));
  const Triple halo{dimensions > 2, dimensions > 1, 1};
  const auto u = domain.field<double>("u", halo), next = domain.field<double>("next", halo);
  const Triple m{dimensions > 2 ? 1 : 0, dimensions > 1 ? 2 : 0, 3};
  heat::mode(u, domain.whole(), boundaries, m);
  heat::fill_ghosts(u, domain, boundaries);
  heat::ftcs_step(u, heat::rates_of(0.13, dimensions), next);

  double factor = 1;
  for (int a = 0; a < 3; ++a) {
    const double turn = std::string(word) == "periodic" ? 2 * std::numbers::pi : std::numbers::pi;
    const double theta = turn * static_cast<double>(m[a]) / static_cast<double>(domain.whole().extent(a));
    if (m[a] > 0) factor -= 4 * 0.13 * std::pow(std::sin(theta / 2), 2);
  }
  auto expected = test::own_values(u);
  for (double& x : expected) x *= factor;
  CHECK(test::largest_difference(test::own_values(next), expected) < 4e-15);
}

TEST_CASE("a step without ghosts is refused", "[heat][ftcs]") {
  const Field<double> u("u", grid_box({8})), next("next", grid_box({8}));
  CHECK_THROWS_AS(heat::ftcs_step(u, heat::rates_of(0.1, 1), next), BrokenPromise);
}
