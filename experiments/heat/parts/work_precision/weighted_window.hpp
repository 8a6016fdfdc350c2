// experiments/heat/parts/work_precision/weighted_window.hpp
//
// The kernels of the position-only window with any weights, of either sign: what a linear convolution, or a
// combination of heads collapsed into one stencil, is applied by.
//
//   o_i = sum_w p_w u_{i + offset_w}
#pragma once

#include "attention/window/forward.hpp"

namespace attune::experiments::heat::work_precision {

// Ghosts of u as wide as the offsets reach, filled.
template <class Scalar>
void apply_weights(const Field<Scalar>& u, const std::vector<Triple>& offsets, const std::vector<double>& p,
                   const Field<Scalar>& o) {
  namespace window = attention::window;
  const window::Window all{offsets, {}, u.box};
  window::require_keys_stored(all, u.box, u.halo);
  const std::vector<Scalar> weights(p.begin(), p.end());
  if constexpr (on_host) {
    const auto [origin, plane, row] = window::cells_of(u);
    window::Stencil<Scalar> stencil{{origin, plane, row},
                                    window::cells_of(o),
                                    window::key_axes(all, u.box, u.halo),
                                    {},
                                    {},
                                    false,
                                    false};
    window::apply("heat::weighted_window", stencil, window::Taps<Scalar>{offsets, weights});
  } else {
    const Blocks blocks(u.box);
    Kokkos::parallel_for(
        "heat::weighted_window", blocks.policy(),
        window::ForwardBlocks<Scalar>{u, o, window::Keys(all, u.box), blocks, window::device_offsets(all),
                                      to_device("heat::weighted_window::p", weights)});
  }
}

}  // namespace attune::experiments::heat::work_precision
