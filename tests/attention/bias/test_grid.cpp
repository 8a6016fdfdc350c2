// tests/attention/bias/test_grid.cpp
#include "attention/bias/grid.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/attention/bias/grids.hpp"

using namespace attune;
using attune::test::grids;
using attune::test::shape_on;

TEST_CASE("grid: the difference of every pair is that to the nearest image", "[attention][bias]") {
  for (const auto& grid : grids()) {
    const auto shape = shape_on(grid, 1, 1);
    for (Index i = 0; i < shape[2]; ++i)
      for (Index j = 0; j < shape[3]; ++j) {
        const Triple d = grid.difference(i, j);
        const auto expected = test::difference_by_search(grid, i, j);
        for (int a = 0; a < 3; ++a) {
          REQUIRE(d[a] == expected[a]);
          REQUIRE(d[a] >= grid.first(a));
          REQUIRE(d[a] <= grid.last(a));
        }
      }
  }
}

TEST_CASE("grid: there and back differ in sign alone, but for half an even period", "[attention][bias]") {
  for (const auto& grid : grids()) {
    const auto shape = shape_on(grid, 1, 1);
    if (shape[2] != shape[3]) continue;
    for (Index i = 0; i < shape[2]; ++i)
      for (Index j = 0; j < shape[3]; ++j) {
        const Triple there = grid.difference(i, j), back = grid.difference(j, i);
        for (int a = 0; a < 3; ++a) {
          const bool half = grid.periodic[a] && 2 * there[a] == grid.keys[a];
          REQUIRE(back[a] == (half ? there[a] : -there[a]));
        }
      }
  }
}

TEST_CASE("grid: token numbers beyond 32 bits are told apart", "[attention][bias]") {
  constexpr Index n = Index(1) << 20;
  const test::Grid grid({1, n, n}, {1, n, n});
  const Triple d = grid.difference(n * n - 1, 0);
  CHECK((d[0] == 0 && d[1] == 1 - n && d[2] == 1 - n));
}

TEST_CASE("grid: it fits its own tokens, and a periodic axis asks for as many queries as keys",
          "[attention][bias]") {
  for (const auto& grid : grids()) {
    auto shape = shape_on(grid, 2, 3);
    CHECK(grid.fits(shape));
    ++shape[3];
    CHECK_FALSE(grid.fits(shape));
  }
  CHECK_THROWS_AS(test::Grid({1, 1, 3}, {1, 1, 4}, {false, false, true}), BrokenPromise);
}
