// attention/tiles/lanes.hpp
//
// Rows of an array laid along the lanes, and back: b[c P + r] = a_r[c], blocks of registers at a time.
#pragma once

#include "core/core/simd.hpp"
#include "core/core/views.hpp"

namespace attune::attention::tiles {

inline Index rounded_up(Index n, Index to) { return (n + to - 1) / to * to; }

// to[c * to_pitch + r] = from[r * from_pitch + c] for `rows` rows and `columns` columns.
template <class Scalar>
void transpose(const Scalar* from, Index from_pitch, Index rows, Index columns, Scalar* to, Index to_pitch) {
  constexpr Index W = simd::width<Scalar>;
  const Index whole_rows = rows - rows % W, whole_columns = columns - columns % W;
  for (Index r = 0; r < whole_rows; r += W)
    for (Index c = 0; c < whole_columns; c += W) {
      simd::Vector<Scalar> block[W];
#pragma GCC unroll 16
      for (Index l = 0; l < W; ++l) block[l] = simd::load(from + (r + l) * from_pitch + c);
      simd::transpose<Scalar>(block);
#pragma GCC unroll 16
      for (Index l = 0; l < W; ++l) simd::store(to + (c + l) * to_pitch + r, block[l]);
    }
  for (Index r = 0; r < rows; ++r)
    for (Index c = r < whole_rows ? whole_columns : 0; c < columns; ++c)
      to[c * to_pitch + r] = from[r * from_pitch + c];
}

// to[r * to_pitch + c] += factor tile[c * lanes + r] for `rows` lanes and `columns` rows of a tile.
template <class Scalar>
void add_transposed(const Scalar* tile, Index lanes, Index rows, Index columns, Scalar factor, Scalar* to,
                    Index to_pitch) {
  constexpr Index W = simd::width<Scalar>;
  const Index whole_rows = rows - rows % W, whole_columns = columns - columns % W;
  for (Index r = 0; r < whole_rows; r += W)
    for (Index c = 0; c < whole_columns; c += W) {
      simd::Vector<Scalar> block[W];
#pragma GCC unroll 16
      for (Index l = 0; l < W; ++l) block[l] = simd::load(tile + (c + l) * lanes + r);
      simd::transpose<Scalar>(block);
#pragma GCC unroll 16
      for (Index l = 0; l < W; ++l) {
        Scalar* const at = to + (r + l) * to_pitch + c;
        simd::store(at, simd::multiply_add(simd::splat(factor), block[l], simd::load(at)));
      }
    }
  for (Index r = 0; r < rows; ++r)
    for (Index c = r < whole_rows ? whole_columns : 0; c < columns; ++c)
      to[r * to_pitch + c] += factor * tile[c * lanes + r];
}

// Queries along the lanes: lanes beyond the rows are zero, and everything is multiplied by
// `factor`.
template <class Scalar>
void along_lanes(const Scalar* from, Index from_pitch, Index rows, Index columns, Scalar factor, Scalar* to,
                 Index lanes) {
  transpose(from, from_pitch, rows, columns, to, lanes);
  for (Index c = 0; c < columns; ++c) {
    for (Index r = rows; r < lanes; ++r) to[c * lanes + r] = 0;
    for (Index r = 0; r < lanes; ++r) to[c * lanes + r] *= factor;
  }
}

// Rows copied side by side, padded by zeros to `to_pitch` columns and `all_rows` rows, multiplied by
// `factor`.
template <class Scalar>
void packed_rows(const Scalar* from, Index from_pitch, Index rows, Index columns, Scalar factor, Scalar* to,
                 Index to_pitch, Index all_rows) {
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; c < columns; ++c) to[r * to_pitch + c] = factor * from[r * from_pitch + c];
    for (Index c = columns; c < to_pitch; ++c) to[r * to_pitch + c] = 0;
  }
  for (Index n = rows * to_pitch; n < all_rows * to_pitch; ++n) to[n] = 0;
}

}  // namespace attune::attention::tiles
