// tests/attention/window/test_content_tiles.cpp
//
// The tiled kernels of window attention with content against the plain ones, in what tiles can break.
#include <catch2/catch_test_macros.hpp>

#include "attention/window/content_backward_cells.hpp"
#include "tests/attention/window/content_cases.hpp"

using namespace attune;
using namespace attune::test::contents;
using attune::test::largest;
using attune::test::largest_difference;
using attune::test::values;

namespace {

void check_close(const std::vector<double>& found, const std::vector<double>& truth) {
  CHECK(largest_difference(found, truth) < 1e-14 * (1 + largest(truth)));
}

}  // namespace

TEST_CASE(
    "window attention with content: tiles give what cells one by one give, whatever the shape of the grid",
    "[attention][window]") {
  for (const auto edge : {Edge::periodic, Edge::open, Edge::ghost})
    for (const auto& shape :
         std::vector<std::vector<Index>>{{1, 15}, {2, 16}, {3, 17}, {66, 5}, {5, 66}, {2, 3, 4}}) {
      const int dimensions = static_cast<int>(shape.size());
      for (const auto& offsets : {window::box_offsets(dimensions, 2), window::star_offsets(dimensions, 3),
                                  window::dilated(window::box_offsets(dimensions, 1), {1, 3, 2})}) {
        const Triple halo = edge == Edge::ghost ? Triple{dimensions > 2 ? 3 : 0, 3, 3} : Triple{0, 1, 0};
        const auto flat = dimensions > 2 ? edge : Edge::ghost;
        const auto a =
            random_arrays<double>({grid(shape, offsets, {flat, edge, edge}, halo), 2, 1, 9, 17, 2, 2});
        const auto seeds = random_seeds(a);
        const auto out = forward(a), truth = outputs_of(a);
        content::forward_cell_by_cell(a.inputs(), a.grid, truth);
        check_close(values(out.o), values(truth.o));
        const auto d = gradients_of(a), d_truth = gradients_of(a);
        Kokkos::deep_copy(d.d_k, 7.0);
        Kokkos::deep_copy(d.d_v, 7.0);
        content::backward(a.inputs(), a.grid, out, seeds, d);
        content::backward_cell_by_cell(a.inputs(), a.grid, out, seeds, d_truth);
        check_close(values(d.d_q), values(d_truth.d_q));
        check_close(values(d.d_k), values(d_truth.d_k));
        check_close(values(d.d_v), values(d_truth.d_v));
      }
    }
}

TEST_CASE("window attention with content: the bits of a cell do not depend on where the grid is cut",
          "[attention][window]") {
  const Index ny = 13, nx = 21, width = 5, cut = 6;
  const auto window = window::box_offsets(2, 2);
  const Case whole{grid({ny, nx}, window, {Edge::ghost, Edge::open, Edge::open}), 1, 1, width, width, 1, 1};
  const auto a = random_arrays<double>(whole);
  const auto o = values(forward(a).o);
  for (const int axis : {1, 2})
    for (const bool upper : {false, true}) {
      auto c = whole;
      (upper ? c.grid.own.lower : c.grid.own.upper)[axis] = cut;
      c.grid.halo[axis] = 2;
      const auto part = random_arrays<double>(c);
      const Box& own = c.grid.own;
      const auto rows = [&](const View3<double>& to, const View3<double>& from, const Triple& halo) {
        Index n = 0;
        for (Index y = own.lower[1] - halo[1]; y < own.upper[1] + halo[1]; ++y)
          for (Index x = own.lower[2] - halo[2]; x < own.upper[2] + halo[2]; ++x, ++n)
            for (Index d = 0; d < width; ++d)
              if (y >= 0 && y < ny && x >= 0 && x < nx) to(0, n, d) = from(0, y * nx + x, d);
      };
      rows(part.q, a.q, {0, 0, 0});
      rows(part.k, a.k, c.grid.halo);
      rows(part.v, a.v, c.grid.halo);
      const View3<double> expected("o", 1, own.cells(), width), all("o", 1, ny * nx, width);
      test::assign(all, o);
      rows(expected, all, {0, 0, 0});
      CHECK(values(forward(part).o) == values(expected));
    }
}
