// tests/attention/window/test_teams.cpp
//
// The kernels of teams against the one of a cell a thread, bit for bit, in what tiles can break: ends of
// tiles and blocks, every edge, ghosts wider than the window, windows wider than the grid, and teams of any
// size.
#include <catch2/catch_test_macros.hpp>

#include "attention/window/forward.hpp"
#include "attention/window/reference.hpp"
#include "core/core/require.hpp"
#include "tests/support/fields.hpp"

using namespace attune;
using namespace attune::attention;
using attune::test::random_field;
using attune::test::unequal_cells;
using window::Edge;

namespace {

window::Table table_of(std::size_t offsets) {
  window::Table table{std::vector<double>(offsets), 0.9};
  for (std::size_t o = 0; o < offsets; ++o) table.bias[o] = Random{7, 2}.normal(o);
  return table;
}

enum class Kernel { planes, scratch };

template <class Scalar>
Index unequal_by(Kernel kernel, const std::vector<Index>& cells, const window::Window& like,
                 const Triple& halo, int threads = on_host ? 1 : 256) {
  auto window = like;
  window.whole = grid_box(cells);
  const auto table = table_of(window.offsets.size());
  const auto u = random_field<Scalar>(window.whole, halo, 3);
  const Field<Scalar> o("o", window.whole, {0, 1, 2}), plain("plain", window.whole);
  Kokkos::deep_copy(o.values, Scalar(7));
  window::forward_in_blocks(u, window, table, plain);
  if (kernel == Kernel::planes) CHECK(window::forward_in_planes(u, window, table, o, threads));
  if (kernel == Kernel::scratch)
    CHECK(window::forward_in_scratch(u, window, table, o, on_host ? threads : threads / 32));
  Index spilled = 0;  // ghosts of o that were written
  const auto all = test::host(o);
  for (std::size_t n = 0; n < all.size(); ++n) spilled -= all.data()[n] == Scalar(7);
  spilled += static_cast<Index>(all.size()) - o.box.cells();
  return unequal_cells(o, plain) + spilled;
}

const std::vector<Edge> edges{Edge::ghost, Edge::periodic, Edge::open};

// One cell, fewer than a tile, a tile, one more, some.
std::vector<std::vector<Index>> planes() { return {{1, 1}, {3, 5}, {32, 128}, {33, 129}, {70, 200}}; }
std::vector<std::vector<Index>> spaces() {
  return {{1, 1, 1}, {3, 4, 5}, {8, 16, 64}, {9, 17, 130}, {21, 5, 7}};
}

}  // namespace

TEST_CASE("window planes: bits of the kernel of a cell a thread, every shape and edge",
          "[attention][window]") {
  for (const Edge edge : edges)
    for (const int reach : {1, 2}) {
      const auto box = window::box_offsets(2, reach), star = window::star_offsets(2, reach);
      for (const auto& cells : planes())
        for (const auto& offsets : {box, star}) {
          const window::Window window{offsets, {Edge::ghost, edge, edge}, {}};
          const Triple halo{0, reach, reach + 1};
          CHECK(unequal_by<float>(Kernel::planes, cells, window, halo) == 0);
          CHECK(unequal_by<double>(Kernel::planes, cells, window, halo) == 0);
        }
      const auto cube = window::box_offsets(3, reach), cross = window::star_offsets(3, reach);
      for (const auto& cells : spaces())
        for (const auto& offsets : {cube, cross}) {
          const window::Window window{offsets, {edge, edge, edge}, {}};
          const Triple halo{reach + 1, reach, reach};
          CHECK(unequal_by<float>(Kernel::planes, cells, window, halo) == 0);
          CHECK(unequal_by<double>(Kernel::planes, cells, window, halo) == 0);
        }
    }
}

TEST_CASE("window planes: axes with different edges, and a plane window in space", "[attention][window]") {
  const auto cube = window::box_offsets(3, 1);
  for (const Edge z : edges)
    for (const Edge x : edges) {
      const window::Window window{cube, {z, Edge::periodic, x}, {}};
      CHECK(unequal_by<double>(Kernel::planes, {11, 20, 66}, window, {1, 1, 1}) == 0);
    }
  const window::Window flat{window::box_offsets(2, 1), {Edge::open, Edge::ghost, Edge::open}, {}};
  CHECK(unequal_by<float>(Kernel::planes, {4, 40, 140}, flat, {0, 1, 1}) == 0);
}

TEST_CASE("window planes: corner ghosts that a star does not see are not used", "[attention][window]") {
  const Box own = grid_box({3, 6});
  const auto u = random_field<double>(own, {0, 1, 1}, 3);
  const auto values = test::host(u);
  for (const Index j : {Index(0), Index(own.extent(1) + 1)})
    for (const Index i : {Index(0), Index(own.extent(2) + 1)})
      values(0, j, i) = std::numeric_limits<double>::quiet_NaN();
  Kokkos::deep_copy(u.values, values);
  const window::Window star{window::star_offsets(2, 1), {Edge::ghost, Edge::ghost, Edge::ghost}, own};
  const Field<double> o("o", own), plain("plain", own);
  window::forward_in_blocks(u, star, table_of(5), plain);
  CHECK(window::forward_in_planes(u, star, table_of(5), o));
  CHECK(unequal_cells(o, plain) == 0);
}

TEST_CASE("window scratch: bits of the kernel of a cell a thread, any list and edge", "[attention][window]") {
  for (const Edge edge : edges) {
    for (const Index cells : {1, 7, 512, 2500})
      for (const auto& offsets :
           {window::box_offsets(1, 3), std::vector<Triple>{{0, 0, 2}, {0, 0, 2}, {0, 0, 5}}}) {
        const window::Window window{offsets, {Edge::ghost, Edge::ghost, edge}, {}};
        CHECK(unequal_by<float>(Kernel::scratch, {cells}, window, {0, 0, 5}) == 0);
        CHECK(unequal_by<double>(Kernel::scratch, {cells}, window, {0, 0, 5}) == 0);
      }
    for (const auto& offsets :
         {window::ball_offsets(2, 3), window::dilated(window::box_offsets(2, 1), {1, 3, 2}),
          std::vector<Triple>{{0, 2, 0}, {0, -1, 3}}})
      for (const auto& cells : planes()) {
        const window::Window window{offsets, {Edge::ghost, edge, edge}, {}};
        CHECK(unequal_by<float>(Kernel::scratch, cells, window, {0, 3, 4}) == 0);
        CHECK(unequal_by<double>(Kernel::scratch, cells, window, {0, 3, 4}) == 0);
      }
    for (const auto& offsets :
         {window::ball_offsets(3, 2), window::dilated(window::box_offsets(3, 1), {2, 2, 2})})
      for (const auto& cells : spaces()) {
        const window::Window window{offsets, {edge, edge, edge}, {}};
        CHECK(unequal_by<float>(Kernel::scratch, cells, window, {2, 2, 3}) == 0);
        CHECK(unequal_by<double>(Kernel::scratch, cells, window, {2, 2, 3}) == 0);
      }
  }
}

TEST_CASE("window teams: any number of threads gives the same bits", "[attention][window]") {
  if constexpr (on_host) {
    const int most = Kokkos::TeamPolicy<Device>(1, 1).team_size_max(
        KOKKOS_LAMBDA(const Kokkos::TeamPolicy<Device>::member_type&){}, Kokkos::ParallelForTag());
    for (int threads = 2; threads <= std::min(most, 3); ++threads) {
      const window::Window window{window::box_offsets(3, 1), {Edge::open, Edge::periodic, Edge::ghost}, {}};
      CHECK(unequal_by<float>(Kernel::planes, {9, 17, 130}, window, {1, 1, 1}, threads) == 0);
      CHECK(unequal_by<float>(Kernel::scratch, {9, 17, 130}, window, {1, 1, 1}, threads) == 0);
    }
  }
}

TEST_CASE("window teams: floats err at most twice as much as the float reference", "[attention][window]") {
  const Box own = grid_box({5, 18, 70});
  const window::Window window{window::box_offsets(3, 1), {Edge::open, Edge::periodic, Edge::open}, own};
  const auto table = table_of(27);
  const auto u = random_field<float>(own, {0, 0, 0}, 3);
  const Field<double> truth("truth", own);
  const Field<float> yardstick("yardstick", own), o("o", own);
  window::reference::forward(test::converted<double>(u), window, table, truth);
  window::reference::forward(u, window, table, yardstick);
  const double allowed =
      2 * test::largest_difference(test::own_values(yardstick), test::own_values(truth)) + 4 * 1.2e-7;
  CHECK(window::forward_in_planes(u, window, table, o));
  CHECK(test::largest_difference(test::own_values(o), test::own_values(truth)) <= allowed);
  CHECK(window::forward_in_scratch(u, window, table, o));
  CHECK(test::largest_difference(test::own_values(o), test::own_values(truth)) <= allowed);
}

TEST_CASE("window teams: what fits no tile is left to the kernel that takes any window",
          "[attention][window]") {
  const Box own = grid_box({4, 4, 4});
  const auto u = random_field<double>(own, {0, 0, 0}, 3);
  const Field<double> o("o", own);
  const window::Window wide{window::dilated(window::box_offsets(3, 1), {40, 40, 40}),
                            {Edge::periodic, Edge::periodic, Edge::periodic},
                            own};
  CHECK(!window::forward_in_planes(u, wide, table_of(27), o));
  CHECK(!window::forward_in_scratch(u, wide, table_of(27), o));
}
