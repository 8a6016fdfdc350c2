// bench/window.cpp
//
// Windows with content: every cell of an open square grid attends to the 7 x 7 cells round it. The cost
// counts the pairs that take part, and no others.
#include "attention/window/content.hpp"
#include "bench/arrays.hpp"
#include "bench/cases.hpp"
#include "bench/sampled.hpp"

namespace attune::bench {
namespace {

namespace window = attention::window;
namespace content = attention::window::content;
using attention::on_host_copy;

constexpr Index heads = 2, width = 32, half_width = 3;

content::Grid grid_of(Index side) {
  const Box own = grid_box({side, side});
  const window::Window square{
      window::box_offsets(2, half_width), {window::Edge::open, window::Edge::open, window::Edge::open}, own};
  return {square, own, {0, 0, 0}};
}

// Pairs of cells of a line of `side` that are at most half_width apart.
double pairs_of_line(Index side) {
  double pairs = 0;
  for (Index i = 0; i < side; ++i)
    for (Index j = std::max<Index>(0, i - half_width); j <= std::min(side - 1, i + half_width); ++j) ++pairs;
  return pairs;
}

template <class Scalar> struct Pass {
  content::Grid grid;
  View3<Scalar> q, k, v, o, d_o, d_q, d_k, d_v;
  View2<Scalar> bias, lse;

  Pass(Index side, bool backwards)
      : grid(grid_of(side)),
        q(random_array<View3<Scalar>>(1, heads, side * side, width)),
        k(random_array<View3<Scalar>>(2, heads, side * side, width)),
        v(random_array<View3<Scalar>>(3, heads, side * side, width)),
        o(shaped_as(q)),
        bias(random_array<View2<Scalar>>(4, heads, grid.window.offsets.size())),
        lse("bench::lse", heads, side * side) {
    if (!backwards) return;  // the memory of forward is its own
    d_o = random_array<View3<Scalar>>(5, heads, side * side, width);
    d_q = shaped_as(q);
    d_k = shaped_as(q);
    d_v = shaped_as(q);
  }
  content::Inputs<Scalar> inputs() const { return {q, k, v, bias, {}, {}}; }
  void forward() const { content::forward<Scalar>(inputs(), grid, {o, lse}); }
  void backward() const { content::backward<Scalar>(inputs(), grid, {o, lse}, {d_o, {}}, {d_q, d_k, d_v}); }
  Compared compare(bool backwards) const;
};

// Cell (y, x) of head h has row (h side + y) side + x.
template <class Scalar> Compared Pass<Scalar>::compare(bool backwards) const {
  const auto hq = on_host_copy(q), hk = on_host_copy(k), hv = on_host_copy(v), ho = on_host_copy(o);
  const auto up = on_host_copy(d_o), left_q = on_host_copy(d_q), left_k = on_host_copy(d_k),
             left_v = on_host_copy(d_v);
  const auto hl = on_host_copy(lse), b = on_host_copy(bias);
  const Index side = grid.own.extent(2);
  const auto linked = [side, b](Index row, int sign) {
    const Index h = row / (side * side), y = row / side % side, x = row % side;
    std::vector<Link<Scalar>> links;
    Index offset = 0;
    for (Index dy = -half_width; dy <= half_width; ++dy)
      for (Index dx = -half_width; dx <= half_width; ++dx, ++offset) {
        const Index at_y = y + sign * dy, at_x = x + sign * dx;
        if (at_y >= 0 && at_y < side && at_x >= 0 && at_x < side)
          links.push_back({(h * side + at_y) * side + at_x, b(h, offset)});
      }
    return links;
  };
  const Attention<Scalar> rows{hq.data(),
                               hk.data(),
                               hv.data(),
                               width,
                               width,
                               [linked](Index row) { return linked(row, 1); },
                               [linked](Index row) { return linked(row, -1); }};
  const Saved<Scalar> saved{ho.data(), hl.data(), up.data()};
  const auto count = static_cast<Index>(hl.size());
  Compared compared;
  if (!backwards) compare_outputs(rows, saved, sample(count, 1000, 1), compared);
  if (backwards)
    compare_gradients(rows, saved, {left_q.data(), left_k.data(), left_v.data()},
                      {sample(count, 1000, 2), sample(count, 1000, 3)}, compared);
  return compared;
}

template <class Scalar> void add_cases(Index side, std::vector<Case>& cases) {
  const double along = pairs_of_line(side), rows = static_cast<double>(heads * side * side);
  const double numbers = rows * (4 * width + 1) * sizeof(Scalar);
  const Cost forward{2.0 * heads * along * along * 2 * width, numbers};
  const std::string precision = precision_of<Scalar>();
  cases.push_back({"window_content_forward",
                   precision,
                   "2-D, half-width 3, d = 32",
                   forward,
                   Roof::arithmetic,
                   {.fraction = 0.35, .scales = true},
                   {},
                   {}});
  cases.back().prepare = [side]() -> Prepared {
    const Pass<Scalar> pass(side, false);
    return {[pass] { pass.forward(); }, [pass] { return pass.compare(false); }};
  };
  cases.push_back({"window_content_backward",
                   precision,
                   "gradients of q, k, v",
                   {2.5 * forward.flops, 2 * numbers},
                   Roof::arithmetic,
                   {.fraction = 0.25, .scales = true},
                   {},
                   {}});
  cases.back().prepare = [side]() -> Prepared {
    const Pass<Scalar> pass(side, true);
    pass.forward();
    return {[pass] { pass.backward(); }, [pass] { return pass.compare(true); }};
  };
}

}  // namespace

Family window_family(const Sizes& sizes) {
  Family family{"window", {}};
  add_cases<float>(sizes.window_side, family.cases);
  add_cases<double>(sizes.window_side, family.cases);
  return family;
}

}  // namespace attune::bench
