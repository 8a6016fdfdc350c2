// attention/tensor_cores/products.hpp
//
// Products of tiles by a warp, sums (16 m x 8 n) in registers += a tile times a tile, in the arithmetic of a type
// of numbers: bfloat16, or floats read as tf32, each rounded to nearest on its way into the product.
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

// row(r) = factor sums(r, :), rounded, for the 16 `tall` rows of a warp from `mine` on; by way of its rows of a tile
// that nobody reads any more, so that they are written in pieces.
template <class Block, class Tile, class RowAt, int tall, int wide>
KOKKOS_FUNCTION void store_sums(Block& block, const Tile& tile, int mine, const Sums (&sums)[tall][wide],
                                float factor, int pieces, const RowAt& row) {
  const int lane = lane_of(block);
  ATTUNE_UNROLL
  for (int m = 0; m < tall; ++m) {
    ATTUNE_UNROLL
    for (int n = 0; n < wide; ++n) {
      ATTUNE_UNROLL
      for (int half = 0; half < 2; ++half)
        *reinterpret_cast<Word*>(tile.at(mine + 16 * m + row_of(lane, 2 * half), n) + column_of(lane, 0)) =
            block.pack(sums[m][n].c[2 * half] * factor, sums[m][n].c[2 * half + 1] * factor);
    }
  }
  block.sync_warp();
  store<16 * tall>(block, tile, mine, pieces, row);
}

//   rows(tile, lanes, r, c), columns(...)   operands a, and b of rows, from columns c on (tile.hpp)
//   multiply(left, right, a, b)             sums of 16 x 8 and of the next eight columns, += a b
//   weights(p, j)                           sums as operand a, for the j-th `keys` keys
//   values(tile, lanes, j, c)               operand b of columns c .. c + 15 for these keys
//   put(to, two)                            two numbers of a row side by side
template <class Number> struct Arithmetic;

template <> struct Arithmetic<Bfloat16> {
  static constexpr int keys = 16;
  template <class Tile> using ValueLanes = Lanes<Tile>;

  template <class Block, class Tile>
  KOKKOS_FUNCTION static Operand rows(Block& block, const Tile& tile, const Lanes<Tile>& lanes, int r,
                                      int c) {
    return load_a(block, tile, lanes, r, c);
  }
  template <class Block, class Tile>
  KOKKOS_FUNCTION static Operand columns(Block& block, const Tile& tile, const Lanes<Tile>& lanes, int r,
                                         int c) {
    return load_b(block, tile, lanes, r, c);
  }
  template <class Block>
  KOKKOS_FUNCTION static void multiply(Block& block, Sums& left, Sums& right, const Operand& a,
                                       const Operand& b) {
    multiply_add(block, left, right, a, b);
  }
  template <class Block, int wide>
  KOKKOS_FUNCTION static Operand weights(Block& block, const Sums (&p)[wide], int j) {
    return packed(block, p[2 * j], p[2 * j + 1]);
  }
  template <class Block, class Tile>
  KOKKOS_FUNCTION static Operand values(Block& block, const Tile& tile, const Lanes<Tile>& lanes, int j,
                                        int c) {
    return load_b_transposed(block, tile, lanes, keys * j, c);
  }
  template <class Block>
  KOKKOS_FUNCTION static void put(Block& block, Bfloat16* to, float first, float second) {
    *reinterpret_cast<Word*>(to) = block.pack(first, second);
  }
};

// Columns 2 t and 2 t + 1 of a sum go by k = t and t + 4 as an operand: the keys of v are dealt likewise.
template <> struct Arithmetic<float> {
  static constexpr int keys = 8;

  template <class Tile> struct ValueLanes {
    int even, odd;
    KOKKOS_FUNCTION explicit ValueLanes(int lane)
        : even(place(2 * (lane % 4), lane / 4)), odd(place(2 * (lane % 4) + 1, lane / 4)) {}
    // In numbers; of columns c .. c + 7, c a multiple of 8, it is place ^ c.
    KOKKOS_FUNCTION static int place(int row, int column) {
      return Tile::place(row, column / Tile::piece) * Tile::piece + column % Tile::piece;
    }
  };

  template <class Block> KOKKOS_FUNCTION static Operand rounded(Block& block, const Operand& x) {
    Operand y;
    ATTUNE_UNROLL
    for (int n = 0; n < 4; ++n) y.r[n] = block.to_tf32(Kokkos::bit_cast<float>(x.r[n]));
    return y;
  }
  template <class Block, class Tile>
  KOKKOS_FUNCTION static Operand rows(Block& block, const Tile& tile, const Lanes<Tile>& lanes, int r,
                                      int c) {
    return rounded(block, load_a(block, tile, lanes, r, c));
  }
  template <class Block, class Tile>
  KOKKOS_FUNCTION static Operand columns(Block& block, const Tile& tile, const Lanes<Tile>& lanes, int r,
                                         int c) {
    return rounded(block, load_b(block, tile, lanes, r, c));
  }
  template <class Block>
  KOKKOS_FUNCTION static void multiply(Block& block, Sums& left, Sums& right, const Operand& a,
                                       const Operand& b) {
    block.mma_tf32(left, a.r, b.r[0], b.r[1]);
    block.mma_tf32(right, a.r, b.r[2], b.r[3]);
  }
  template <class Block, int wide>
  KOKKOS_FUNCTION static Operand weights(Block& block, const Sums (&p)[wide], int j) {
    return {{block.to_tf32(p[j].c[0]), block.to_tf32(p[j].c[2]), block.to_tf32(p[j].c[1]),
             block.to_tf32(p[j].c[3])}};
  }
  template <class Block, class Tile>
  KOKKOS_FUNCTION static Operand values(Block& block, const Tile& tile, const ValueLanes<Tile>& lanes, int j,
                                        int c) {
    const float* const rows = tile.data + keys * j * Tile::width;
    return {{block.to_tf32(rows[lanes.even ^ c]), block.to_tf32(rows[lanes.odd ^ c]),
             block.to_tf32(rows[lanes.even ^ (c + 8)]), block.to_tf32(rows[lanes.odd ^ (c + 8)])}};
  }
  template <class Block> KOKKOS_FUNCTION static void put(Block&, float* to, float first, float second) {
    to[0] = first;
    to[1] = second;
  }
};

}  // namespace attune::attention::tensor_cores
