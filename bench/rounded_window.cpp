// bench/rounded_window.cpp
//
// Windows with content in bfloat16, as models of video have them: every cell of an open grid in space attends to
// a box of cells round it. The cost counts the pairs that take part, and no others.
#include <algorithm>
#include <tuple>

#include "attention/window/content.hpp"
#include "bench/arrays.hpp"
#include "bench/rounded.hpp"
#include "bench/sampled.hpp"

namespace attune::bench {
namespace {

namespace window = attention::window;
namespace content = attention::window::content;

struct Extents {
  Triple cells, box;  // (z, y, x); a cell sees offsets -box / 2 .. box / 2 - 1
  Index heads, width;
};
Extents extents() {
  if (on_host) return {{6, 8, 12}, {4, 4, 6}, 2, 32};
  return {{30, 48, 80}, {18, 24, 24}, 24, 128};
}

content::Grid grid_of(const Extents& e) {
  std::vector<Triple> offsets;
  for (Index z = 0; z < e.box[0]; ++z)
    for (Index y = 0; y < e.box[1]; ++y)
      for (Index x = 0; x < e.box[2]; ++x)
        offsets.push_back({z - e.box[0] / 2, y - e.box[1] / 2, x - e.box[2] / 2});
  const Box own = grid_box({e.cells[0], e.cells[1], e.cells[2]});
  return {{offsets, {window::Edge::open, window::Edge::open, window::Edge::open}, own}, own, {0, 0, 0}};
}

// The cells along an axis that `at` sees, and how many pairs that makes of all.
std::pair<Index, Index> seen(const Extents& e, int axis, Index at) {
  const Index half = e.box[axis] / 2;
  return {std::max<Index>(0, at - half), std::min(e.cells[axis], at + half)};
}
double pairs_of(const Extents& e) {
  double pairs = 1;
  for (int axis = 0; axis < 3; ++axis) {
    double along = 0;
    for (Index at = 0; at < e.cells[axis]; ++at) {
      const auto [begin, end] = seen(e, axis, at);
      along += static_cast<double>(end - begin);
    }
    pairs *= along;
  }
  return pairs;
}

struct Pass {
  Extents extents;
  content::Grid grid;
  View3<Bfloat16> q, k, v, o;
  View2<float> lse;

  explicit Pass(const Extents& e)
      : extents(e),
        grid(grid_of(e)),
        q(random_array<View3<Bfloat16>>(1, e.heads, grid.cells(), e.width)),
        k(random_array<View3<Bfloat16>>(2, e.heads, grid.cells(), e.width)),
        v(random_array<View3<Bfloat16>>(3, e.heads, grid.cells(), e.width)),
        o(shaped_as(q)),
        lse("bench::lse", e.heads, grid.cells()) {}
  void run() const { content::forward<Bfloat16>({q, k, v, {}, {}, {}}, grid, {o, lse}); }

  // Cell (z, y, x) of head h has row ((h Z + z) Y + y) X + x.
  std::vector<Link<float>> keys_of(Index row) const {
    const auto& [nz, ny, nx] = std::tie(extents.cells[0], extents.cells[1], extents.cells[2]);
    const auto of_x = seen(extents, 2, row % nx), of_y = seen(extents, 1, row / nx % ny),
               of_z = seen(extents, 0, row / nx / ny % nz);
    const Index h = row / nx / ny / nz;
    std::vector<Link<float>> links;
    for (Index z = of_z.first; z < of_z.second; ++z)
      for (Index y = of_y.first; y < of_y.second; ++y)
        for (Index x = of_x.first; x < of_x.second; ++x)
          links.push_back({((h * nz + z) * ny + y) * nx + x, 0.0f});
    return links;
  }
  Compared compare() const {
    const auto hq = floats_of(q), hk = floats_of(k), hv = floats_of(v);
    const Attention<float> rows{hq.data(),
                                hk.data(),
                                hv.data(),
                                extents.width,
                                extents.width,
                                [this](Index row) { return keys_of(row); },
                                {}};
    return compare_rounded_outputs(rows, o, lse);
  }
};

}  // namespace

void add_rounded_window_cases(std::vector<Case>& cases) {
  const Extents e = extents();
  const auto heads = static_cast<double>(e.heads), width = static_cast<double>(e.width);
  const double cells = static_cast<double>(e.cells[0] * e.cells[1] * e.cells[2]);
  const Cost cost{4 * heads * width * pairs_of(e),
                  heads * cells * (4 * width * sizeof(Bfloat16) + sizeof(float))};
  cases.push_back({"rounded_window",
                   "bfloat16",
                   "3-D, a box of cells, d = " + std::to_string(e.width),
                   cost,
                   Roof::arithmetic,
                   {},
                   {},
                   {}});
  if (!on_host) cases.back().bars.rate = 186e12;
  cases.back().prepare = [e]() -> Prepared {
    const Pass pass(e);
    return {[pass] { pass.run(); }, [pass] { return pass.compare(); }};
  };
}

}  // namespace attune::bench
