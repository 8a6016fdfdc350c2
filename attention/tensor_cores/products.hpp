// attention/tensor_cores/products.hpp
//
// Products of tiles by a warp: sums (16 m x 8 n) in registers, += a tile times a tile.
#pragma once

#include "attention/tensor_cores/tile.hpp"

namespace attune::attention::tensor_cores {

// s[n] += a b over 16 columns of a and the 16 n-columns that `b` has.
template <class Block>
KOKKOS_FUNCTION void multiply_add(Block& block, Sums& left, Sums& right, const Operand& a, const Operand& b) {
  block.mma(left, a.r, b.r[0], b.r[1]);
  block.mma(right, a.r, b.r[2], b.r[3]);
}

// 16 columns of a from registers: sums of a step before, rounded, become the operand of the next.
template <class Block> KOKKOS_FUNCTION Operand packed(Block& block, const Sums& left, const Sums& right) {
  return {{block.pack(left.c[0], left.c[1]), block.pack(left.c[2], left.c[3]),
           block.pack(right.c[0], right.c[1]), block.pack(right.c[2], right.c[3])}};
}

}  // namespace attune::attention::tensor_cores
