// attention/window/content_backward.hpp
//
// A processor works off tiles of cells, a device one cell a thread.
#pragma once

#include "attention/window/content_backward_cells.hpp"
#include "attention/window/content_backward_tiles.hpp"
#include "attention/window/content_backward_walk.hpp"

namespace attune::attention::window::content {

// The strip of keys that one walk takes in; no rows where two walks, from queries and from keys, are better:
// where the window leaves its plane, or what it sees of a strip no cache holds.
inline StripSize one_walk(const std::vector<Triple>& offsets) {
  Index reach = 0;
  for (const Triple& offset : offsets) {
    if (offset[0] != 0) return {0, 0};
    for (const int a : {1, 2}) reach = std::max(reach, offset[a] < 0 ? -offset[a] : offset[a]);
  }
  constexpr Index queries = 48;
  return reach > 6 ? StripSize{0, 0} : StripSize{queries, queries - 2 * reach};
}

template <class Scalar>
void backward_in_tiles(const Inputs<Scalar>& in, const Grid& grid, const Outputs<Scalar>& out,
                       const OutputGradients<Scalar>& d_out, const Gradients<Scalar>& gradients) {
  require_gradients_fit(in, grid, out, d_out, gradients);
  const auto& [d_q, d_k, d_v] = gradients;
  const RowSums<Scalar> sums{out, d_out};
  const StripSize size = one_walk(grid.window.offsets);
  if (d_q.size() > 0 && size.rows > 0 && d_k.size() + d_v.size() > 0) {
    const Walk to_keys(key_axes(grid.window, grid.own, grid.halo), grid.window.offsets, size);
    const Walk to_queries(query_axes(grid.window, grid.own, grid.halo), transposed(grid.window.offsets),
                          size);
    if (!cover(to_queries.axes, grid.own, grid.halo)) {
      Kokkos::deep_copy(d_k, Scalar(0));
      Kokkos::deep_copy(d_v, Scalar(0));
    }
    run_tiles("attention::window::content::backward",
              BackwardWalk<Scalar>{to_keys, to_queries, grid.own, grid.halo, scores(in), in.v, sums, gradients},
              to_queries.all(), in.k.extent(0));
    return;
  }
  if (d_q.size() > 0) {
    const Walk walk(key_axes(grid.window, grid.own, grid.halo), grid.window.offsets);
    run_tiles("attention::window::content::backward_queries",
              BackwardQueryTiles<Scalar>{walk, grid.own, grid.halo, scores(in), in.v, sums, d_q},
              walk.all(), in.q.extent(0));
  }
  if (d_k.size() == 0 && d_v.size() == 0) return;
  const Walk walk(query_axes(grid.window, grid.own, grid.halo), transposed(grid.window.offsets));
  if (!cover(walk.axes, grid.own, grid.halo)) {
    Kokkos::deep_copy(d_k, Scalar(0));
    Kokkos::deep_copy(d_v, Scalar(0));
  }
  run_tiles("attention::window::content::backward_keys",
            BackwardKeyTiles<Scalar>{walk, grid.own, grid.halo, scores(in), in.v, sums, d_k, d_v},
            walk.all(), in.k.extent(0));
}

template <class Scalar>
void backward(const Inputs<Scalar>& in, const Grid& grid, const Outputs<Scalar>& out,
              const OutputGradients<Scalar>& d_out, const Gradients<Scalar>& gradients) {
  if constexpr (on_host) {
    backward_in_tiles(in, grid, out, d_out, gradients);
  } else {
    backward_cell_by_cell(in, grid, out, d_out, gradients);
  }
}

}  // namespace attune::attention::window::content
