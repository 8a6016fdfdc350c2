// tests/solvers/heat/test_ftcs_blocked.cpp
#include "solvers/heat/ftcs_blocked.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/core/require.hpp"
#include "solvers/heat/ftcs_sweep.hpp"
#include "solvers/heat/initial.hpp"
#include "tests/support/fields.hpp"

using namespace attune;
using heat::Boundary;

namespace {

constexpr auto P = Boundary::periodic, D = Boundary::dirichlet, N = Boundary::neumann;

struct Case {
  std::vector<Index> cells;
  heat::Boundaries boundaries;
  int most_steps;
};

heat::Rates rates(std::size_t dimensions) {
  heat::Rates r{0.05, 0.07, 0.11};
  for (std::size_t a = 0; a + dimensions < 3; ++a) r[a] = 0;
  return r;
}
Triple halo_of(const heat::Rates& r, Index width) {
  return {r[0] != 0 ? width : 0, r[1] != 0 ? width : 0, r[2] != 0 ? width : 0};
}

template <class Scalar>
Field<Scalar> step_by_step(const Field<Scalar>& start, const Domain& domain, const Case& one, int steps) {
  const heat::Rates r = rates(one.cells.size());
  auto u = domain.field<Scalar>("u", halo_of(r, 1)), next = domain.field<Scalar>("next", halo_of(r, 1));
  heat::assign(u, test::own_values(start));
  for (int n = 0; n < steps; ++n) {
    heat::fill_ghosts(u, domain, one.boundaries);
    heat::ftcs_step_in_blocks(u, r, next);
    std::swap(u, next);
  }
  return u;
}

// Cells in which a pass differs from single steps; `empty`: the field is 0 but for one cell.
template <class Scalar> Index wrong_cells(const Case& one, int steps, bool empty) {
  const heat::Rates r = rates(one.cells.size());
  const Domain domain = Domain::world().split(grid_box(one.cells), heat::periodic_axes(one.boundaries));
  const auto u = domain.field<Scalar>("u", halo_of(r, steps)),
             next = domain.field<Scalar>("next", halo_of(r, 1));
  heat::white_noise(u, domain.whole(), Random{3, 1});
  if (empty) {
    Kokkos::deep_copy(u.values, Scalar(0));
    if (domain.speaks())
      heat::assign(u, [&] {
        std::vector<double> values(static_cast<std::size_t>(u.box.cells()), 0.0);
        values.back() = -1;
        return values;
      }());
  }
  heat::fill_ghosts(u, domain, one.boundaries);
  heat::ftcs_steps(u, r, steps, next);
  Index wrong = test::unequal_cells(next, step_by_step(u, domain, one, steps));
  heat::ftcs_steps_one_by_one(u, r, steps, next);
  return wrong + test::unequal_cells(next, step_by_step(u, domain, one, steps));
}

}  // namespace

TEST_CASE(
    "a pass of several steps has the bits of as many single ones, under all boundaries, on any number of "
    "ranks",
    "[heat][ftcs]") {
  const auto one =
      GENERATE(Case{{73}, {P, P, P}, 8}, Case{{73}, {P, P, D}, 8}, Case{{73}, {P, P, N}, 8},
               Case{{9}, {P, P, N}, 8}, Case{{9, 12}, {P, P, P}, 8}, Case{{9, 12}, {P, D, D}, 8},
               Case{{9, 40}, {P, N, N}, 8}, Case{{8, 9}, {P, D, N}, 8}, Case{{11, 12}, {P, N, P}, 8},
               Case{{6, 5, 7}, {P, P, P}, 8}, Case{{8, 9, 10}, {D, D, D}, 8}, Case{{9, 8, 33}, {N, N, N}, 8},
               Case{{9, 5, 8}, {D, P, N}, 8}, Case{{3, 3, 9}, {N, P, D}, 3});
  for (int steps = 1; steps <= one.most_steps; ++steps) {
    CAPTURE(one.cells, steps);
    CHECK(wrong_cells<float>(one, steps, false) == 0);
    CHECK(wrong_cells<double>(one, steps, false) == 0);
    CHECK(wrong_cells<double>(one, steps, true) == 0);
  }
}

namespace {

// On one rank, ghosts random: against a pass over memory for every step. What lies beyond the cells of
// `next` stays.
template <class Scalar> Index wrong_cells_of_tiles(const Box& box, const heat::Rates& r, int steps) {
  const auto u = test::random_field<Scalar>(box, halo_of(r, steps), 2);
  const Field<Scalar> expected("expected", box);
  heat::ftcs_steps_one_by_one(u, r, steps, expected);
  Index wrong = 0;
  if constexpr (on_host)
    for (const bool streams : {false, true}) {
      const Field<Scalar> next("next", box, {0, 0, 3});
      const int axes = (r[0] != 0) + (r[1] != 0) + (r[2] != 0);
      if (axes == 1) heat::sweep_tiles<1>(u, r, steps, next, streams);
      if (axes == 2) heat::sweep_tiles<2>(u, r, steps, next, streams);
      if (axes == 3) heat::sweep_tiles<3>(u, r, steps, next, streams);
      wrong += test::unequal_cells(next, expected);
      for (Index k = 0; k < box.extent(0); ++k)
        for (Index j = 0; j < box.extent(1); ++j)
          for (Index i = 1; i <= 3; ++i)
            wrong += (next(k, j, -i) != 0) + (next(k, j, box.extent(2) - 1 + i) != 0);
    }
  return wrong;
}

}  // namespace

TEST_CASE("tiles of any shape agree with single steps", "[heat][ftcs]") {
  const auto cells =
      GENERATE(std::vector<Index>{1}, std::vector<Index>{50}, std::vector<Index>{30000},
               std::vector<Index>{1, 1}, std::vector<Index>{5, 6}, std::vector<Index>{130, 41},
               std::vector<Index>{3, 9000}, std::vector<Index>{1, 1, 1}, std::vector<Index>{1, 9, 9},
               std::vector<Index>{4, 1, 40}, std::vector<Index>{9, 8, 1}, std::vector<Index>{130, 5, 20},
               std::vector<Index>{5, 60, 70}, std::vector<Index>{6, 20, 1100});
  const int steps = GENERATE(2, 3, 4, 5, 8);
  const heat::Rates all = rates(cells.size());
  CAPTURE(cells, steps);
  CHECK(wrong_cells_of_tiles<float>(grid_box(cells), all, steps) == 0);
  CHECK(wrong_cells_of_tiles<double>(grid_box(cells), all, steps) == 0);
  for (int absent = 0; absent < 3; ++absent) {
    heat::Rates r = all;
    r[absent] = 0;
    if (r[0] + r[1] + r[2] > 0) CHECK(wrong_cells_of_tiles<float>(grid_box(cells), r, steps) == 0);
  }
}

TEST_CASE("a pass without ghosts for all its steps is refused", "[heat][ftcs]") {
  const Field<double> u("u", grid_box({8}), {0, 0, 2}), next("next", grid_box({8}));
  CHECK_THROWS_AS(heat::ftcs_steps(u, heat::rates_of(0.1, 1), 3, next), BrokenPromise);
  CHECK_THROWS_AS(heat::ftcs_steps(u, heat::rates_of(0.1, 1), 0, next), BrokenPromise);
}
