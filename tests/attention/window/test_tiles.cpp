// tests/attention/window/test_tiles.cpp
//
// The tiled kernels of a processor against the plain ones of a device, in what tiles can break: ends of
// tiles, chunks and strips, every edge, alignments, and the cut of a grid among ranks.
#include <catch2/catch_test_macros.hpp>

#include "attention/window/backward.hpp"
#include "attention/window/forward.hpp"
#include "core/core/simd.hpp"
#include "tests/support/fields.hpp"

using namespace attune;
using namespace attune::attention;
using attune::test::largest_difference;
using attune::test::own_values;
using attune::test::random_field;
using window::Edge;

namespace {

constexpr Index chunk = 512;  // cells of float that the first cache is asked to hold

window::Table table_of(std::size_t offsets) {
  window::Table table{std::vector<double>(offsets), 0.9};
  for (std::size_t o = 0; o < offsets; ++o) table.bias[o] = Random{7, 2}.normal(o);
  return table;
}

template <class Scalar>
void check_tiles(const std::vector<Index>& cells, const window::Window& like, const Triple& halo) {
  auto window = like;
  window.whole = grid_box(cells);
  const auto table = table_of(window.offsets.size());
  const double tolerance = 16 * std::numeric_limits<Scalar>::epsilon();
  const auto u = random_field<Scalar>(window.whole, halo, 3),
             d_o = random_field<Scalar>(window.whole, halo, 4);
  const Field<Scalar> o("o", window.whole, halo), plain("o", window.whole, halo);
  window::forward_in_tiles(u, window, table, o);
  window::forward_in_blocks(u, window, table, plain);
  CHECK(largest_difference(own_values(o), own_values(plain)) < tolerance);

  const Field<Scalar> d_u("d_u", window.whole, halo), d_u_plain("d_u", window.whole, halo);
  Kokkos::deep_copy(d_u.values, Scalar(7));
  window::backward_input_in_tiles(d_o, window, table, d_u);
  window::backward_input_in_blocks(d_o, window, table, d_u_plain);
  const auto a = test::host(d_u), b = test::host(d_u_plain);
  double most = 0;
  for (std::size_t n = 0; n < a.size(); ++n)
    most = std::max(most, std::abs(double(a.data()[n]) - b.data()[n]));
  CHECK(most < tolerance);
}

std::vector<std::vector<Triple>> lists(int dimensions) {
  return {window::box_offsets(dimensions, 1), window::box_offsets(dimensions, 2),
          window::star_offsets(dimensions, 2),
          window::dilated(window::box_offsets(dimensions, 1), {2, 2, 2})};
}

// The bits of own cells: whole, and cut in two along an axis with ghosts between.
template <class Scalar>
void check_cut(const std::vector<Index>& cells, const std::vector<Triple>& offsets, int axis, Index at) {
  const Box whole = grid_box(cells);
  const window::Window window{offsets, {Edge::open, Edge::open, Edge::open}, whole};
  const auto table = table_of(offsets.size());
  const auto u = random_field<Scalar>(whole, {0, 0, 0}, 5);
  const Field<Scalar> o("o", whole);
  window::forward(u, window, table, o);
  for (const bool upper : {false, true}) {
    Box part = whole;
    (upper ? part.lower : part.upper)[axis] = at;
    Triple halo{0, 0, 0};
    halo[axis] = 3;
    const Field<Scalar> mine("u", part, halo), o_mine("o", part);
    for (Index k = 0; k < part.extent(0); ++k)
      for (Index j = 0; j < part.extent(1); ++j)
        for (Index i = 0; i < part.extent(2); ++i) {
          for (int side = -1; side <= 1; ++side) {
            Triple local{k, j, i};
            local[axis] += 3 * side;
            Triple global;
            for (int a = 0; a < 3; ++a) global[a] = local[a] + part.lower[a];
            if (global[axis] >= 0 && global[axis] < whole.upper[axis])
              mine(local[0], local[1], local[2]) = u(global[0], global[1], global[2]);
          }
        }
    window::forward(mine, window, table, o_mine);
    bool same = true;
    for (Index k = 0; k < part.extent(0); ++k)
      for (Index j = 0; j < part.extent(1); ++j)
        for (Index i = 0; i < part.extent(2); ++i)
          same = same && o_mine(k, j, i) == o(k + part.lower[0], j + part.lower[1], i + part.lower[2]);
    CHECK(same);
  }
}

}  // namespace

TEST_CASE("window tiles: every edge, dimension and half-width, at the ends of tiles and chunks",
          "[attention][window]") {
  if constexpr (on_host) {
    for (const auto edge : {Edge::ghost, Edge::periodic, Edge::open})
      for (const Index columns : {Index(1), Index(3), Index(16), Index(33), chunk + 9})
        for (const Index rows : {Index(1), Index(9)}) {
          for (const auto& offsets : lists(2))
            for (const Index halo : {Index(4), Index(5)}) {
              check_tiles<float>({rows, columns}, {offsets, {Edge::ghost, edge, edge}, {}}, {0, halo, halo});
              check_tiles<double>({rows, columns}, {offsets, {Edge::ghost, edge, edge}, {}}, {0, halo, halo});
            }
          if (columns > 40) continue;
          for (const auto& offsets : lists(3)) {
            check_tiles<float>({3, rows, columns}, {offsets, {edge, edge, edge}, {}}, {4, 4, 5});
            check_tiles<double>({3, rows, columns}, {offsets, {edge, edge, edge}, {}}, {4, 4, 5});
          }
        }
  }
}

TEST_CASE("window tiles: results that are streamed are those that are stored", "[attention][window]") {
  if constexpr (on_host) {
    const Index columns = 2051, rows = streamed_bytes / 4 / columns + 3;
    constexpr auto ghost = Edge::ghost, periodic = Edge::periodic;
    const auto box = window::box_offsets(2, 1), star = window::star_offsets(2, 1);
    check_tiles<float>({rows, columns}, {box, {ghost, periodic, periodic}, {}}, {0, 0, 0});
    check_tiles<float>({rows, columns}, {star, {ghost, ghost, ghost}, {}}, {0, 1, 1});
    const Index deep = rows / 97 + 1;
    check_tiles<float>({deep, 97, columns}, {window::box_offsets(3, 1), {ghost, ghost, periodic}, {}},
                       {1, 1, 0});
  }
}

TEST_CASE("window tiles: the bits of a cell do not depend on where the grid is cut", "[attention][window]") {
  for (const int axis : {1, 2})
    for (const Index at : {Index(3), Index(10), Index(17)}) {
      check_cut<float>({21, 37}, window::box_offsets(2, 1), axis, at);
      check_cut<float>({21, 37}, window::box_offsets(2, 2), axis, at);
      check_cut<double>({21, 37}, window::star_offsets(2, 2), axis, at);
      check_cut<double>({21, 37}, window::ball_offsets(2, 2), axis, at);
    }
  for (const int axis : {0, 1, 2}) {
    check_cut<float>({7, 8, 21}, window::box_offsets(3, 1), axis, 4);
    check_cut<double>({7, 8, 21}, window::box_offsets(3, 2), axis, 3);
  }
}
