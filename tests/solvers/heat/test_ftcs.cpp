// tests/solvers/heat/test_ftcs.cpp
#include "solvers/heat/ftcs.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <numbers>

#include "core/core/blocks.hpp"
#include "core/core/require.hpp"
#include "solvers/heat/ftcs_strips.hpp"
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

namespace {

// Ghosts of odd width, so that rows begin anywhere in a line; cells beyond those of `next` must stay as they
// are.
template <class Scalar> Index wrong_cells(const Box& box, const heat::Rates& r, const auto& step) {
  const auto u = test::random_field<Scalar>(box, {1, 1, 1}, 5);
  const auto next = test::random_field<Scalar>(box, {1, 0, 3}, 6),
             expected = test::random_field<Scalar>(box, {1, 0, 3}, 6);
  heat::ftcs_step_in_blocks(u, r, expected);
  step(u, r, next);
  const Box stored = grid_box({box.extent(0) + 2, box.extent(1), box.extent(2) + 6});
  const auto everything = [&](const Field<Scalar>& field) {
    Field<Scalar> all("all", stored);
    Kokkos::deep_copy(all.values, field.values);
    return all;
  };
  return test::unequal_cells(everything(next), everything(expected));
}

template <class Scalar> Index wrong_cells_everywhere(const Box& box, const heat::Rates& r) {
  const int axes = (r[0] != 0) + (r[1] != 0) + (r[2] != 0);
  Index wrong = wrong_cells<Scalar>(box, r, [](auto&... in) { heat::ftcs_step(in...); });
  if constexpr (on_host)
    for (const bool streams : {false, true})
      wrong += wrong_cells<Scalar>(box, r, [=](auto&... in) {
        if (axes == 1) heat::step_strips<1>(in..., streams);
        if (axes == 2) heat::step_strips<2>(in..., streams);
        if (axes == 3) heat::step_strips<3>(in..., streams);
      });
  return wrong;
}

}  // namespace

TEST_CASE("on the host a step has the bits of the kernel of devices, whatever the size", "[heat][ftcs]") {
  const auto cells =
      GENERATE(std::vector<Index>{1}, std::vector<Index>{7}, std::vector<Index>{33}, std::vector<Index>{8193},
               std::vector<Index>{1, 1}, std::vector<Index>{5, 40}, std::vector<Index>{33, 67},
               std::vector<Index>{4, 8200}, std::vector<Index>{1, 1, 1}, std::vector<Index>{3, 1, 19},
               std::vector<Index>{1, 6, 50}, std::vector<Index>{9, 13, 65}, std::vector<Index>{65, 5, 33},
               std::vector<Index>{2, 66, 48});
  const heat::Rates rates{0.05, 0.07, 0.11};
  for (int present = 1; present < 8; ++present) {
    heat::Rates r{0, 0, 0};
    for (int a = 0; a < 3; ++a)
      if (present >> a & 1) r[a] = rates[a];
    CAPTURE(cells, present);
    CHECK(wrong_cells_everywhere<float>(grid_box(cells), r) == 0);
    CHECK(wrong_cells_everywhere<double>(grid_box(cells), r) == 0);
  }
}

TEST_CASE("a step in planes has the bits of a cell a thread, at the ends of tiles and with any team",
          "[heat][ftcs]") {
  const auto cells =
      GENERATE(std::vector<Index>{1, 1}, std::vector<Index>{5, 40}, std::vector<Index>{32, 128},
               std::vector<Index>{33, 257}, std::vector<Index>{1, 1, 1}, std::vector<Index>{3, 1, 19},
               std::vector<Index>{9, 16, 64}, std::vector<Index>{19, 17, 129});
  for (const heat::Rates& r : {heat::Rates{0.05, 0.07, 0.11}, heat::Rates{0, 0.07, 0.11}})
    for (const int threads : {1, 2}) {
      if (!on_host || threads > Device().concurrency()) continue;
      const auto step = [&](auto& u, auto&, auto& next) {
        REQUIRE(heat::ftcs_step_in_planes(u, r, next, threads));
      };
      CAPTURE(cells, threads);
      CHECK(wrong_cells<float>(grid_box(cells), r, step) == 0);
      CHECK(wrong_cells<double>(grid_box(cells), r, step) == 0);
    }
}

TEST_CASE("a step in planes leaves axes along which nothing flows to blocks", "[heat][ftcs]") {
  const Field<double> u("u", grid_box({4, 5}), {0, 1, 1}), next("next", grid_box({4, 5}));
  CHECK(!heat::ftcs_step_in_planes(u, {0, 0, 0.1}, next));
  CHECK(!heat::ftcs_step_in_planes(u, {0, 0.1, 0}, next));
}

TEST_CASE("a step without a rate copies every bit", "[heat][ftcs]") {
  const auto u = test::random_field<double>(grid_box({3, 70}), {0, 0, 0}, 1);
  const auto values = test::host(u);
  values(0, 1, 5) = -0.0;
  Kokkos::deep_copy(u.values, values);
  const Field<double> next("next", u.box);
  heat::ftcs_step(u, {0, 0, 0}, next);
  CHECK(test::unequal_cells(u, next) == 0);
}

TEST_CASE("a step without ghosts is refused", "[heat][ftcs]") {
  const Field<double> u("u", grid_box({8})), next("next", grid_box({8}));
  CHECK_THROWS_AS(heat::ftcs_step(u, heat::rates_of(0.1, 1), next), BrokenPromise);
}
