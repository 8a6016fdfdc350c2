// attention/window/content_backward.hpp
//
// A processor works off tiles of cells, in one walk or in two, a device one cell a thread. bfloat16 has
// a way of its own (content_rounded.hpp).
#pragma once

#include <algorithm>
#include <cstdlib>

#include "attention/window/content_backward_cells.hpp"
#include "attention/window/content_backward_tiles.hpp"
#include "attention/window/content_backward_walk.hpp"
#include "attention/window/content_rounded.hpp"

namespace attune::attention::window::content {

// The strip of keys that one walk takes in: what it keeps is to stay in the second cache. No rows where two
// walks, from queries and from keys, are better: where the window leaves its plane, or reaches so far that
// most queries lie at the rim of a strip.
inline StripSize one_walk(const std::vector<Triple>& offsets) {
  constexpr Index rows = 64, queries = 48;
  Index reach = 0;
  for (const Triple& offset : offsets) {
    if (offset[0] != 0) return {0, 0};
    for (const int a : {1, 2}) reach = std::max(reach, std::abs(offset[a]));
  }
  return reach > 6 ? StripSize{0, 0} : StripSize{rows, queries - 2 * reach};
}

template <class Scalar>
void backward_in_one_walk(const Inputs<Scalar>& in, const Grid& grid, const RowSums<Scalar>& sums,
                          const Gradients<Scalar>& d, const StripSize& size) {
  const auto& [window, own, halo] = grid;
  const Walk to_keys(key_axes(window, own, halo), window.offsets, size);
  const Walk to_queries(query_axes(window, own, halo), transposed(window.offsets), size);
  run_tiles("attention::window::content::backward",
            BackwardWalk<Scalar>{to_keys, to_queries, own, halo, scores(in), in.v, sums, d}, to_queries.all(),
            in.k.extent(0));
}

template <class Scalar>
void backward_queries(const Inputs<Scalar>& in, const Grid& grid, const RowSums<Scalar>& sums,
                      const View3<Scalar>& d_q) {
  const Walk walk(key_axes(grid.window, grid.own, grid.halo), grid.window.offsets);
  run_tiles("attention::window::content::backward_queries",
            BackwardQueryTiles<Scalar>{walk, grid.own, grid.halo, scores(in), in.v, sums, d_q}, walk.all(),
            in.q.extent(0));
}

template <class Scalar>
void backward_keys(const Inputs<Scalar>& in, const Grid& grid, const RowSums<Scalar>& sums,
                   const Gradients<Scalar>& d) {
  const Walk walk(query_axes(grid.window, grid.own, grid.halo), transposed(grid.window.offsets));
  run_tiles("attention::window::content::backward_keys",
            BackwardKeyTiles<Scalar>{walk, grid.own, grid.halo, scores(in), in.v, sums, d.d_k, d.d_v},
            walk.all(), in.k.extent(0));
}

template <class Scalar>
void backward_in_tiles(const Inputs<Scalar>& in, const Grid& grid, const Outputs<Scalar>& out,
                       const OutputGradients<Scalar>& d_out, const Gradients<Scalar>& gradients) {
  require_gradients_fit(in, grid, out, d_out, gradients);
  const RowSums<Scalar> sums{out, d_out};
  const bool of_queries = gradients.d_q.size() > 0;
  const bool of_keys = gradients.d_k.size() > 0 || gradients.d_v.size() > 0;
  if (of_keys && !cover(query_axes(grid.window, grid.own, grid.halo), grid.own, grid.halo)) {
    Kokkos::deep_copy(gradients.d_k, Scalar(0));
    Kokkos::deep_copy(gradients.d_v, Scalar(0));
  }
  const StripSize size = one_walk(grid.window.offsets);
  if (of_queries && of_keys && size.rows > 0) {
    backward_in_one_walk(in, grid, sums, gradients, size);
    return;
  }
  if (of_queries) backward_queries(in, grid, sums, gradients.d_q);
  if (of_keys) backward_keys(in, grid, sums, gradients);
}

template <class Scalar>
void backward(const Inputs<Scalar>& in, const Grid& grid, const Outputs<Scalar>& out,
              const OutputGradients<Scalar>& d_out, const Gradients<Scalar>& gradients) {
  if constexpr (std::is_same_v<Scalar, Bfloat16>) {
    require_gradients_fit(in, grid, out, d_out, gradients);
    backward_rounded(in, grid, out, d_out, gradients);
  } else if constexpr (on_host) {
    backward_in_tiles(in, grid, out, d_out, gradients);
  } else {
    backward_cell_by_cell(in, grid, out, d_out, gradients);
  }
}

}  // namespace attune::attention::window::content
