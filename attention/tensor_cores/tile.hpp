// attention/tensor_cores/tile.hpp
//
// Rows of numbers in shared memory, as the matrix units want them: in pieces of 16 bytes, piece c of row r at
// place c ^ turn(r). Of eight rows below one another, which a matrix load reads at once, no two pieces then
// share a bank, and no row is padded. Two pieces side by side, of 16 rows, are an operand: 16 bfloat16, or 8 floats
// that are read as tf32.
#pragma once

#include "attention/tensor_cores/spans.hpp"

namespace attune::attention::tensor_cores {

struct alignas(16) Piece {
  Word words[4];
};
template <class Number> inline constexpr int numbers_of_piece = static_cast<int>(16 / sizeof(Number));
inline constexpr int piece = numbers_of_piece<Bfloat16>;

template <int rows_, int width_, class Number_ = Bfloat16> struct Tile {
  using Number = Number_;
  static constexpr int piece = numbers_of_piece<Number>;
  static constexpr int rows = rows_, width = width_, pieces = width / piece, steps = pieces / 2;
  static_assert(pieces >= 4 && (pieces & (pieces - 1)) == 0 && rows % 16 == 0);
  static constexpr std::size_t bytes = std::size_t(rows) * width * sizeof(Number);

  Number* data;

  static constexpr int cycle = pieces < 8 ? pieces : 8;
  KOKKOS_FUNCTION static int turn(int row) { return row / (8 / cycle) % cycle; }
  // Piece `of_row` of a row, counted in pieces from the beginning of the tile. Of the row 16 m below, and with
  // `of_row` ^ c in place of `of_row`, it is (place ^ c) + 16 m pieces.
  KOKKOS_FUNCTION static int place(int row, int of_row) { return row * pieces + (of_row ^ turn(row)); }
  KOKKOS_FUNCTION Number* at(int row, int of_row) const { return data + place(row, of_row) * piece; }
};

// Rows a stride apart, of which there are `count`; null beyond.
template <class Scalar> struct RowsAt {
  Scalar* begin;
  std::uint32_t stride;
  int count;
  KOKKOS_FUNCTION bool has(int r) const { return r < count; }
  KOKKOS_FUNCTION Scalar* at(int r) const {
    return begin + std::uint64_t(static_cast<std::uint32_t>(r)) * stride;
  }
  KOKKOS_FUNCTION Scalar* operator()(int r) const { return has(r) ? at(r) : nullptr; }
};
// The same rows, from number `first` on.
template <class RowAt> struct From {
  const RowAt& row;
  int first;
  KOKKOS_FUNCTION auto operator()(int r) const { return row(first + r); }
  KOKKOS_FUNCTION bool has(int r) const requires requires(const RowAt& of) { of.has(r); }
  { return row.has(first + r); }
  KOKKOS_FUNCTION auto at(int r) const requires requires(const RowAt& of) { of.at(r); }
  { return row.at(first + r); }
};

// tile(r, :) = row(r), by all threads of the block; there after commit(), wait() and sync(). Rows begin at
// multiples of 16 bytes and are `pieces` of them wide; zeros beyond, and where a row is null.
template <int threads, class Block, class Tile, class RowAt>
KOKKOS_FUNCTION void fetch(Block& block, const Tile& tile, int pieces, const RowAt& row) {
  constexpr int together = threads / Tile::pieces;  // rows; a thread's pieces lie below one another
  static_assert(threads % Tile::pieces == 0 && Tile::rows % together == 0);
  const auto thread = static_cast<unsigned>(block.thread());
  const int r = static_cast<int>(thread / Tile::pieces), c = static_cast<int>(thread % Tile::pieces);
  auto* const first = tile.at(r, c);
  ATTUNE_UNROLL
  for (int n = 0; n < Tile::rows; n += together) {
    auto* const to = together % 8 == 0 ? first + n * Tile::width : tile.at(n + r, c);
    if constexpr (requires {
                    row.has(n);
                    row.at(n);
                  }) {  // a comparison less of 64 bits, and no choice of addresses
      block.copy(to, row.at(n + r) + c * Tile::piece, row.has(n + r) && c < pieces ? 16 : 0);
    } else {
      const auto* const from = row(n + r);
      const bool there = from != nullptr && c < pieces;
      block.copy(to, there ? from + c * Tile::piece : to, there ? 16 : 0);
    }
  }
}

// row(r) = tile(r, :) for rows of a warp, by its threads.
template <int rows, class Block, class Tile, class RowAt>
KOKKOS_FUNCTION void store(Block& block, const Tile& tile, int first, int pieces, const RowAt& row) {
  constexpr int together = warp_size / Tile::pieces;
  const auto lane = static_cast<unsigned>(lane_of(block));
  const int c = static_cast<int>(lane % Tile::pieces), r = first + static_cast<int>(lane / Tile::pieces);
  if (c >= pieces) return;
  ATTUNE_UNROLL
  for (int n = 0; n < rows; n += together) {
    auto* const to = row(n + r);
    if (to != nullptr)
      *reinterpret_cast<Piece*>(to + c * Tile::piece) = *reinterpret_cast<const Piece*>(tile.at(n + r, c));
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

// From rows r .. r + 15 and columns c .. c + 15 of a tile, r and c multiples of 16 (8 columns of floats):
//
//   load_a                a(m, k) = tile(r + m, c + k)
//   load_a_transposed     a(m, k) = tile(r + k, c + m)     of bfloat16
//   load_b                b(k, n) = tile(r + n, c + k)     n = 0 .. 7 in r[0], r[1], the next eight in r[2], r[3]
//   load_b_transposed     b(k, n) = tile(r + k, c + n)     of bfloat16
template <class Tile>
KOKKOS_FUNCTION const typename Tile::Number* place_of(const Tile& tile, int place, int r, int c) {
  return tile.data + (place ^ c / Tile::piece) * Tile::piece + r * Tile::width;
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
