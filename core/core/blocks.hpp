// core/core/blocks.hpp
//
// The loop of stencil kernels: rows of cells along x, cut into blocks of `lanes` cells that a processor's
// vector unit works off together; one cell a block on a device, where neighbouring threads take neighbouring
// cells.
#pragma once

#include "core/core/box.hpp"

namespace attune {

inline constexpr int lanes = on_host ? 64 : 1;

struct Block {
  Index k, j, i;  // first cell, local
  int cells;  // along x, 1 .. lanes
};

struct Blocks {
  Index rows, columns, blocks;  // ny, nx, blocks a row

  explicit Blocks(const Box& box)
      : rows(box.extent(1)),
        columns(box.extent(2)),
        blocks((box.extent(2) + lanes - 1) / lanes),
        all(box.extent(0) * rows * blocks) {}
  KOKKOS_FUNCTION Block at(Index n) const {
    const Index row = n / blocks, i = (n - row * blocks) * lanes;
    return {row / rows, row % rows, i, static_cast<int>(columns - i < lanes ? columns - i : lanes)};
  }
  Index count() const { return all; }
  Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>> policy() const { return {0, all}; }

 private:
  Index all;
};

}  // namespace attune
