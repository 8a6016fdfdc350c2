// tests/attention/window/content_cases.hpp
//
// Grids and windows that break kernels, and random arrays over them.
#pragma once

#include "attention/window/content.hpp"
#include "core/core/blocks.hpp"
#include "tests/support/arrays.hpp"

namespace attune::test::contents {

namespace window = attention::window;
namespace content = attention::window::content;
using window::Edge;

struct Case {
  content::Grid grid;
  Index heads = 2, groups = 1, width = 3, value_width = 2, bias_rows = 1, temperature_rows = 1;
  bool masked = false;  // the first bias of a row is -infinity
  std::optional<double> scale = std::nullopt;
};

// A grid that one rank owns whole.
inline content::Grid grid(const std::vector<Index>& cells, const std::vector<Triple>& offsets,
                          const Kokkos::Array<Edge, 3>& edges, const Triple& halo = {0, 0, 0}) {
  const Box own = grid_box(cells);
  return {{offsets, edges, own}, own, halo};
}

// Cells 3 .. 6 of an open axis of nine; row 2 of a z axis of four that goes on in the ghosts.
inline content::Grid part_of_a_grid() {
  content::Grid part{
      {window::box_offsets(3, 2), {Edge::open, Edge::periodic, Edge::open}, {}}, {}, {2, 0, 3}};
  part.window.whole = {{0, 0, 0}, {4, 3, 9}};
  part.own = {{2, 0, 3}, {3, 3, 7}};
  return part;
}

inline std::vector<Case> cases() {
  constexpr auto ghost = Edge::ghost, periodic = Edge::periodic, open = Edge::open;
  using window::box_offsets, window::dilated;
  return {
      {grid({1}, box_offsets(1, 2), {ghost, ghost, periodic}), 1, 1, 2, 3},
      {grid({1}, box_offsets(1, 1), {ghost, ghost, open}), 2, 2, 1, 1, 2, 2},
      {grid({lanes + 1}, box_offsets(1, 3), {ghost, ghost, ghost}, {0, 0, 3}), 4, 2, 5, 2, 4, 4},
      {grid({2 * lanes + 1}, window::star_offsets(1, 2), {ghost, ghost, open}), 2, 1, 8, 8, 0, 0},
      {grid({5}, box_offsets(1, 7), {ghost, ghost, periodic}), 2, 1, 3, 4, 2, 1},
      {grid({5}, box_offsets(1, 7), {ghost, ghost, periodic}, {1, 2, 3}), 2, 1, 3, 4, 1, 2},
      {grid({7, 20}, box_offsets(2, 1), {ghost, periodic, open}), 3, 1, 1, 9, 1, 1, true, 0.4},
      {grid({6, 9}, window::ball_offsets(2, 2), {ghost, ghost, ghost}, {0, 2, 2}), 2, 2, 4, 3, 2, 1},
      {grid({4, 5, 6}, window::star_offsets(3, 1), {open, periodic, ghost}, {0, 0, 1}), 2, 1, 3, 2, 1, 2},
      {grid({3, 4, 5}, box_offsets(3, 1), {periodic, open, open}), 2, 1, 9, 5, 2, 1, true},
      {grid({9, 8}, dilated(box_offsets(2, 1), {1, 3, 2}), {ghost, periodic, open}), 2, 1, 4, 4, 1, 1},
      {grid({9}, {{0, 0, 2}, {0, 0, 2}, {0, 0, 5}}, {ghost, ghost, open}), 2, 1, 3, 2, 1, 1},
      {grid({4}, {{0, 0, 4}}, {ghost, ghost, open}), 2, 1, 3, 2, 2, 1},
      {grid({6}, {}, {ghost, ghost, open}), 2, 1, 3, 2, 1, 1},
      {grid({0}, box_offsets(1, 1), {ghost, ghost, open}), 2, 1, 3, 2, 1, 1},
      {part_of_a_grid(), 2, 1, 3, 3, 1, 1},
      {grid({5, 5}, box_offsets(2, 1), {ghost, open, periodic}), 2, 1, 0, 3, 2, 2},
  };
}

template <class Scalar> struct Arrays {
  content::Grid grid;
  View3<Scalar> q, k, v;
  View2<Scalar> bias;
  View1<Scalar> temperature;
  std::optional<double> scale;

  content::Inputs<Scalar> inputs() const { return {q, k, v, bias, temperature, scale}; }
};

template <class Scalar> Arrays<Scalar> random_arrays(const Case& c) {
  const Index cells = c.grid.cells(), stored = c.grid.stored(), offsets = c.grid.window.offsets.size();
  Arrays<Scalar> a{c.grid,
                   random_array<View3<Scalar>>(1, 1, c.heads, cells, c.width),
                   random_array<View3<Scalar>>(2, 1, c.groups, stored, c.width),
                   random_array<View3<Scalar>>(3, 1, c.groups, stored, c.value_width),
                   random_array<View2<Scalar>>(4, 1, c.bias_rows, offsets),
                   View1<Scalar>("temperature", c.temperature_rows),
                   c.scale};
  std::vector<double> temperature(c.temperature_rows);
  for (std::size_t h = 0; h < temperature.size(); ++h) temperature[h] = 0.7 + 0.25 * double(h);
  assign(a.temperature, temperature);
  if (c.masked) {
    auto bias = values(a.bias);
    for (Index r = 0; r < c.bias_rows; ++r) bias[r * offsets] = -INFINITY;
    assign(a.bias, bias);
  }
  return a;
}

template <class To, class From> Arrays<To> converted_arrays(const Arrays<From>& a) {
  return {a.grid,
          converted<View3<To>>(a.q),
          converted<View3<To>>(a.k),
          converted<View3<To>>(a.v),
          converted<View2<To>>(a.bias),
          converted<View1<To>>(a.temperature),
          a.scale};
}

template <class Scalar> content::Outputs<Scalar> outputs_of(const Arrays<Scalar>& a) {
  return {View3<Scalar>("o", a.q.extent(0), a.q.extent(1), a.v.extent(2)),
          View2<Scalar>("lse", a.q.extent(0), a.q.extent(1))};
}

template <class Scalar> content::Outputs<Scalar> forward(const Arrays<Scalar>& a) {
  const auto out = outputs_of(a);
  content::forward(a.inputs(), a.grid, out);
  return out;
}

template <class Scalar> content::Gradients<Scalar> gradients_of(const Arrays<Scalar>& a) {
  return {View3<Scalar>("d_q", a.q.layout()), View3<Scalar>("d_k", a.k.layout()),
          View3<Scalar>("d_v", a.v.layout())};
}

template <class Scalar> content::OutputGradients<Scalar> random_seeds(const Arrays<Scalar>& a) {
  return {random_array<View3<Scalar>>(11, 1, a.q.extent(0), a.q.extent(1), a.v.extent(2)),
          random_array<View2<Scalar>>(12, 1, a.q.extent(0), a.q.extent(1))};
}

// All gradients; d(arrays) are in `gradients`, those of the table are returned.
template <class Scalar>
content::TableGradient backward(const Arrays<Scalar>& a, const content::OutputGradients<Scalar>& seeds,
                                const content::Gradients<Scalar>& gradients) {
  const auto out = forward(a);
  content::backward(a.inputs(), a.grid, out, seeds, gradients);
  return content::backward_table(a.inputs(), a.grid, out, seeds, Communicator::alone());
}

}  // namespace attune::test::contents
