// attention/window/forward_blocks.hpp
//
// One thread works a block of cells along x and runs over the offsets; the sums of the block stay in
// registers or the first cache, and u is read row by row. An offset whose row takes no part is skipped for
// the whole block. Any window, whatever its reach; windows that fit into the scratch of a team have faster
// kernels with the same bits (forward_march.hpp, forward_scratch.hpp).
#pragma once

#include "attention/window/keys.hpp"
#include "core/core/blocks.hpp"

namespace attune::attention::window {

template <class Scalar> struct ForwardBlocks {
  Field<Scalar> u, o;
  Keys keys;
  Blocks blocks;
  View1<const Triple> offsets;
  View1<const Scalar> p;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block block = blocks.at(n);
    Scalar sum[lanes] = {}, kept[lanes] = {};
    for (std::size_t w = 0; w < p.extent(0); ++w) {
      const Triple offset = offsets(w);
      Index k, j;
      if (!keys.find(0, block.k + offset[0], k) || !keys.find(1, block.j + offset[1], j)) continue;
      if (keys.contiguous(block.i + offset[2], block.cells))
        absorb_row(p(w), &u(k, j, block.i + offset[2]), block.cells, sum, kept);
      else
        absorb_cells(p(w), k, j, block.i + offset[2], block.cells, sum, kept);
    }
    for (int c = 0; c < block.cells; ++c) {
      if (keys.masks) sum[c] = kept[c] > 0 ? sum[c] / kept[c] : Scalar(0);
      o(block.k, block.j, block.i + c) = sum[c];
    }
  }

  KOKKOS_FUNCTION void absorb_row(Scalar weight, const Scalar* row, int cells, Scalar* sum,
                                  Scalar* kept) const {
    for (int c = 0; c < cells; ++c) sum[c] = Kokkos::fma(weight, row[c], sum[c]);
    if (keys.masks)
      for (int c = 0; c < cells; ++c) kept[c] += weight;
  }

  KOKKOS_FUNCTION void absorb_cells(Scalar weight, Index k, Index j, Index at, int cells, Scalar* sum,
                                    Scalar* kept) const {
    for (int c = 0; c < cells; ++c) {
      Index i;
      if (!keys.find(2, at + c, i)) continue;
      sum[c] = Kokkos::fma(weight, u(k, j, i), sum[c]);
      kept[c] += weight;
    }
  }
};

template <class Scalar>
void forward_in_blocks(const Field<Scalar>& u, const Window& window, const Table& table,
                       const Field<Scalar>& o) {
  require_keys_stored(window, u.box, u.halo);
  const Blocks blocks(u.box);
  Kokkos::parallel_for("attention::window::forward", blocks.policy(),
                       ForwardBlocks<Scalar>{u, o, Keys(window, u.box), blocks, device_offsets(window),
                                             device_weights<Scalar>(table)});
}

}  // namespace attune::attention::window
