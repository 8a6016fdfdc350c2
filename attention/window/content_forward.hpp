// attention/window/content_forward.hpp
//
// A processor works off tiles of queries, a device one query a thread. bfloat16 has ways of its own
// (content_rounded.hpp).
#pragma once

#include "attention/window/content_forward_cells.hpp"
#include "attention/window/content_forward_tiles.hpp"
#include "attention/window/content_rounded.hpp"

namespace attune::attention::window::content {

template <class Scalar>
void forward_in_tiles(const Inputs<Scalar>& in, const Grid& grid, const Outputs<Scalar>& out) {
  require_shapes(in, grid, out);
  const Walk walk(key_axes(grid.window, grid.own, grid.halo), grid.window.offsets);
  run_tiles("attention::window::content::forward",
            ForwardTiles<Scalar>{walk, grid.own, grid.halo, scores(in), in.v, out}, walk.all(),
            in.q.extent(0));
}

template <class Scalar> void forward(const Inputs<Scalar>& in, const Grid& grid, const Outputs<Scalar>& out) {
  if constexpr (std::is_same_v<Scalar, Bfloat16>) {
    require_shapes(in, grid, out);
    forward_rounded(in, grid, out);
  } else if constexpr (on_host) {
    forward_in_tiles(in, grid, out);
  } else {
    forward_cell_by_cell(in, grid, out);
  }
}

}  // namespace attune::attention::window::content
