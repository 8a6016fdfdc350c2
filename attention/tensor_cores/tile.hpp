// attention/tensor_cores/tile.hpp
//
// Rows of bfloat16 in shared memory, as the matrix units want them: in pieces of 16 bytes, piece c of row r at
// place c ^ turn(r). Of eight rows below one another, which a matrix load reads at once, no two pieces then
// share a bank, and no row is padded.
#pragma once

#include "attention/tensor_cores/spans.hpp"

namespace attune::attention::tensor_cores {

inline constexpr int piece = 8;  // numbers in 16 bytes
struct alignas(16) Piece {
  Word words[4];
};

template <int rows_, int width_> struct Tile {
  static constexpr int rows = rows_, width = width_, pieces = width / piece;
  static_assert(width % 16 == 0);
  static constexpr std::size_t bytes = std::size_t(rows) * width * sizeof(Bfloat16);

  Bfloat16* data;

  // Pieces a row are an odd multiple of `cycle`, where that is less than 8.
  static constexpr int cycle = pieces % 8 == 0 ? 8 : pieces % 4 == 0 ? 4 : 2;
  KOKKOS_FUNCTION static int turn(int row) { return row / (8 / cycle) % cycle; }
  KOKKOS_FUNCTION Bfloat16* at(int row, int of_row) const {
    return data + (row * pieces + (of_row ^ turn(row))) * piece;
  }
};

// The numbers [8 c, 8 c + 8) of a row of `width`, zeros beyond it. `whole`: rows begin at multiples of 16
// bytes and are multiples of 8 wide.
template <class Block>
KOKKOS_FUNCTION void fetch_piece(Block& block, Bfloat16* to, const Bfloat16* row, int c, int width,
                                 bool whole) {
  const int first = c * piece;
  if (whole) {
    const bool there = row != nullptr && first < width;
    block.copy(to, there ? row + first : to, there ? 16 : 0);
  } else {
    for (int n = 0; n < piece; ++n)
      to[n] = row != nullptr && first + n < width ? row[first + n] : Bfloat16(0.0f);
  }
}

// Rows a stride apart, of which there are `count`; null beyond.
template <class Scalar> struct RowsAt {
  Scalar* begin;
  int stride, count;
  KOKKOS_FUNCTION Scalar* operator()(int r) const { return r < count ? begin + Index(r) * stride : nullptr; }
};
// The same rows, from number `first` on.
template <class RowAt> struct From {
  const RowAt& row;
  int first;
  KOKKOS_FUNCTION auto operator()(int r) const { return row(first + r); }
};

// tile(r, :) = row(r), by all threads of the block; there after commit(), wait() and sync().
template <int threads, class Block, class Tile, class RowAt>
KOKKOS_FUNCTION void fetch(Block& block, const Tile& tile, int width, bool whole, const RowAt& row) {
  static_assert(Tile::rows * Tile::pieces % threads == 0);
  const int thread = block.thread();
  ATTUNE_UNROLL
  for (int first = 0; first < Tile::rows * Tile::pieces; first += threads) {
    const int n = first + thread, r = n / Tile::pieces, c = n % Tile::pieces;
    fetch_piece(block, tile.at(r, c), row(r), c, width, whole);
  }
}

// row(r) = tile(r, :) for rows of a warp, by its threads.
template <class Block, class Tile, class RowAt>
KOKKOS_FUNCTION void store(Block& block, const Tile& tile, const Span& rows, int width, bool whole,
                           const RowAt& row) {
  for (int n = lane_of(block); n < (rows.end - rows.begin) * Tile::pieces; n += warp_size) {
    const int r = rows.begin + n / Tile::pieces, c = n % Tile::pieces, first = c * piece;
    Bfloat16* const to = row(r);
    if (to == nullptr || first >= width) continue;
    if (whole)
      *reinterpret_cast<Piece*>(to + first) = *reinterpret_cast<const Piece*>(tile.at(r, c));
    else
      for (int e = 0; e < piece && first + e < width; ++e) to[first + e] = tile.at(r, c)[e];
  }
}

// What the matrix units take, from rows r .. r + 15 and columns c .. c + 15 of a tile. `lane` is this thread's,
// given so that a loop can hide it from the compiler, which would else keep every address in a register.
//
// a(m, k) = tile(r + m, c + k)
template <class Block, class Tile>
KOKKOS_FUNCTION Operand load_a(Block& block, const Tile& tile, int lane, int r, int c) {
  Operand a;
  block.load_matrices(a, tile.at(r + lane % 16, c / piece + lane / 16));
  return a;
}
// a(m, k) = tile(r + k, c + m)
template <class Block, class Tile>
KOKKOS_FUNCTION Operand load_a_transposed(Block& block, const Tile& tile, int lane, int r, int c) {
  Operand a;
  block.load_matrices_transposed(a, tile.at(r + lane % 8 + lane / 16 * 8, c / piece + lane / 8 % 2));
  return a;
}
// b(k, n) = tile(r + n, c + k): n = 0 .. 7 in r[0], r[1], the next eight in r[2], r[3]
template <class Block, class Tile>
KOKKOS_FUNCTION Operand load_b(Block& block, const Tile& tile, int lane, int r, int c) {
  Operand b;
  block.load_matrices(b, tile.at(r + lane % 8 + lane / 16 * 8, c / piece + lane / 8 % 2));
  return b;
}
// b(k, n) = tile(r + k, c + n)
template <class Block, class Tile>
KOKKOS_FUNCTION Operand load_b_transposed(Block& block, const Tile& tile, int lane, int r, int c) {
  Operand b;
  block.load_matrices_transposed(b, tile.at(r + lane % 16, c / piece + lane / 16));
  return b;
}

}  // namespace attune::attention::tensor_cores
