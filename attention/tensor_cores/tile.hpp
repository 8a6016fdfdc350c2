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
  static_assert(pieces >= 4 && (pieces & (pieces - 1)) == 0 && rows % 16 == 0);
  static constexpr std::size_t bytes = std::size_t(rows) * width * sizeof(Bfloat16);

  Bfloat16* data;

  static constexpr int cycle = pieces < 8 ? pieces : 8;
  KOKKOS_FUNCTION static int turn(int row) { return row / (8 / cycle) % cycle; }
  // Piece `of_row` of a row, counted in pieces from the beginning of the tile. Of the row 16 m below, and with
  // `of_row` ^ c in place of `of_row`, it is (place ^ c) + 16 m pieces.
  KOKKOS_FUNCTION static int place(int row, int of_row) { return row * pieces + (of_row ^ turn(row)); }
  KOKKOS_FUNCTION Bfloat16* at(int row, int of_row) const { return data + place(row, of_row) * piece; }
};

// Rows a stride apart, of which there are `count`; null beyond.
template <class Scalar> struct RowsAt {
  Scalar* begin;
  std::uint32_t stride;
  int count;
  KOKKOS_FUNCTION Scalar* operator()(int r) const {
    return r < count ? begin + std::uint64_t(static_cast<std::uint32_t>(r)) * stride : nullptr;
  }
};
// The same rows, from number `first` on.
template <class RowAt> struct From {
  const RowAt& row;
  int first;
  KOKKOS_FUNCTION auto operator()(int r) const { return row(first + r); }
};

// tile(r, :) = row(r), by all threads of the block; there after commit(), wait() and sync(). Rows begin at
// multiples of 16 bytes and are `pieces` of them wide; zeros beyond, and where a row is null. A device
// then copies no bytes from an address beyond null, which it does not read: to choose another one costs more
// than the copy. On a processor that sum is not defined.
template <int threads, class Block, class Tile, class RowAt>
KOKKOS_FUNCTION void fetch(Block& block, const Tile& tile, int pieces, const RowAt& row) {
  static_assert(Tile::rows * Tile::pieces % threads == 0);
  const int thread = block.thread();
  ATTUNE_UNROLL
  for (int first = 0; first < Tile::rows * Tile::pieces; first += threads) {
    const int n = first + thread, r = n / Tile::pieces, c = n % Tile::pieces;
    const Bfloat16* const from = row(r);
    const bool there = from != nullptr && c < pieces;
    block.copy(tile.at(r, c), there || !on_host ? from + c * piece : from, there ? 16 : 0);
  }
}

// row(r) = tile(r, :) for rows of a warp, by its threads.
template <class Block, class Tile, class RowAt>
KOKKOS_FUNCTION void store(Block& block, const Tile& tile, const Span& rows, int pieces, const RowAt& row) {
  for (int n = lane_of(block); n < (rows.end - rows.begin) * Tile::pieces; n += warp_size) {
    const int r = rows.begin + n / Tile::pieces, c = n % Tile::pieces;
    Bfloat16* const to = row(r);
    if (to != nullptr && c < pieces)
      *reinterpret_cast<Piece*>(to + c * piece) = *reinterpret_cast<const Piece*>(tile.at(r, c));
  }
}

// Where a lane reads what the matrix units take, in a tile of this width: two numbers, from which every address
// follows by an exclusive or and a constant.
template <class Tile> struct Lanes {
  int along, across;
  KOKKOS_FUNCTION explicit Lanes(int lane)
      : along(Tile::place(lane % 16, lane / 16)),
        across(Tile::place(lane % 8 + lane / 16 * 8, lane / 8 % 2)) {}
};

// From rows r .. r + 15 and columns c .. c + 15 of a tile, r and c multiples of 16:
//
//   load_a                a(m, k) = tile(r + m, c + k)
//   load_a_transposed     a(m, k) = tile(r + k, c + m)
//   load_b                b(k, n) = tile(r + n, c + k)     n = 0 .. 7 in r[0], r[1], the next eight in r[2], r[3]
//   load_b_transposed     b(k, n) = tile(r + k, c + n)
template <class Tile> KOKKOS_FUNCTION const Bfloat16* place_of(const Tile& tile, int place, int r, int c) {
  return tile.data + (place ^ c / piece) * piece + r * Tile::width;
}
template <class Block, class Tile>
KOKKOS_FUNCTION Operand load_a(Block& block, const Tile& tile, const Lanes<Tile>& lanes, int r, int c) {
  Operand a;
  block.load_matrices(a, place_of(tile, lanes.along, r, c));
  return a;
}
template <class Block, class Tile>
KOKKOS_FUNCTION Operand load_a_transposed(Block& block, const Tile& tile, const Lanes<Tile>& lanes, int r,
                                          int c) {
  Operand a;
  block.load_matrices_transposed(a, place_of(tile, lanes.across, r, c));
  return a;
}
template <class Block, class Tile>
KOKKOS_FUNCTION Operand load_b(Block& block, const Tile& tile, const Lanes<Tile>& lanes, int r, int c) {
  Operand b;
  block.load_matrices(b, place_of(tile, lanes.across, r, c));
  return b;
}
template <class Block, class Tile>
KOKKOS_FUNCTION Operand load_b_transposed(Block& block, const Tile& tile, const Lanes<Tile>& lanes, int r,
                                          int c) {
  Operand b;
  block.load_matrices_transposed(b, place_of(tile, lanes.along, r, c));
  return b;
}

}  // namespace attune::attention::tensor_cores
