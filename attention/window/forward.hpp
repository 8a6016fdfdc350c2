// attention/window/forward.hpp
//
// Forward is a stencil whose keys are the stored cells. A processor works it off in tiles (stencil.hpp). A
// device takes the fastest of three kernels that the window fits, all with the same bits: planes that march
// through scratch (forward_march.hpp), blocks in scratch (forward_scratch.hpp), a cell a thread
// (forward_blocks.hpp).
#pragma once

#include "attention/window/forward_blocks.hpp"
#include "attention/window/forward_march.hpp"
#include "attention/window/forward_scratch.hpp"
#include "attention/window/stencil_apply.hpp"

namespace attune::attention::window {

template <class Scalar>
void forward_in_tiles(const Field<Scalar>& u, const Window& window, const Table& table,
                      const Field<Scalar>& o) {
  require_keys_stored(window, u.box, u.halo);
  const Keys keys(window, u.box);
  const auto [origin, plane, row] = cells_of(u);
  Stencil<Scalar> stencil{{origin, plane, row}, cells_of(o), key_axes(window, u.box, u.halo), {}, {},
                          keys.masks,           false};
  const auto p = weights(table);
  apply("attention::window::forward", stencil, Taps<Scalar>{window.offsets, {p.begin(), p.end()}});
}

template <class Scalar>
void forward(const Field<Scalar>& u, const Window& window, const Table& table, const Field<Scalar>& o) {
  if constexpr (on_host) {
    forward_in_tiles(u, window, table, o);
  } else {
    if (forward_in_planes(u, window, table, o) || forward_in_scratch(u, window, table, o)) return;
    forward_in_blocks(u, window, table, o);
  }
}

}  // namespace attune::attention::window
