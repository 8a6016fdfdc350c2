// attention/window/forward.hpp
//
// Forward is a stencil whose keys are the stored cells. A processor works it off in tiles (stencil.hpp), a
// device block by block (forward_blocks.hpp).
#pragma once

#include "attention/window/forward_blocks.hpp"
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
    forward_in_blocks(u, window, table, o);
  }
}

}  // namespace attune::attention::window
