// attention/tiles/lanes.hpp
//
// Rows of an array laid along the lanes, and back: b[c P + r] = a_r[c], blocks of registers at a time.
#pragma once

#include "core/core/simd.hpp"
#include "core/core/views.hpp"

namespace attune::attention::tiles {

template <class Scalar> struct Rows {
  const Scalar* data;
  Index pitch;  // from a row to the next
};

inline Index rounded_up(Index n, Index to) { return (n + to - 1) / to * to; }

// put(to + c * to_pitch + r, from[r * from_pitch + c]) for `rows` rows and `columns` columns, registers and numbers.
template <class Scalar, class Put>
void for_each_turned(const Scalar* from, Index from_pitch, Index rows, Index columns, Scalar* to,
                     Index to_pitch, const Put& put) {
  constexpr Index W = simd::width<Scalar>;
  const Index whole_rows = rows - rows % W, whole_columns = columns - columns % W;
  for (Index r = 0; r < whole_rows; r += W)
    for (Index c = 0; c < whole_columns; c += W) {
      simd::Vector<Scalar> block[W];
#pragma GCC unroll 16
      for (Index l = 0; l < W; ++l) block[l] = simd::load(from + (r + l) * from_pitch + c);
      simd::transpose<Scalar>(block);
#pragma GCC unroll 16
      for (Index l = 0; l < W; ++l) put(to + (c + l) * to_pitch + r, block[l]);
    }
  for (Index r = 0; r < rows; ++r)
    for (Index c = r < whole_rows ? whole_columns : 0; c < columns; ++c)
      put(to + c * to_pitch + r, from[r * from_pitch + c]);
}

// to[c * to_pitch + r] = from[r * from_pitch + c]
template <class Scalar>
void transpose(const Scalar* from, Index from_pitch, Index rows, Index columns, Scalar* to, Index to_pitch) {
  struct Put {
    ATTUNE_INLINE void operator()(Scalar* at, Scalar x) const { *at = x; }
    ATTUNE_INLINE void operator()(Scalar* at, simd::Vector<Scalar> x) const { simd::store(at, x); }
  };
  for_each_turned(from, from_pitch, rows, columns, to, to_pitch, Put{});
}

// to[c * to_pitch + r] += factor from[r * from_pitch + c]
template <class Scalar>
void add_transposed(const Scalar* from, Index from_pitch, Index rows, Index columns, Scalar factor,
                    Scalar* to, Index to_pitch) {
  struct Put {
    Scalar factor;
    ATTUNE_INLINE void operator()(Scalar* at, Scalar x) const { *at = *at + factor * x; }
    ATTUNE_INLINE void operator()(Scalar* at, simd::Vector<Scalar> x) const {
      simd::store(at, simd::multiply_add(simd::splat(factor), x, simd::load(at)));
    }
  };
  for_each_turned(from, from_pitch, rows, columns, to, to_pitch, Put{factor});
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

// Rows of a multiple of 512 bytes meet in few places of a first cache of 64 sets, and a column of them in fewer.
template <class Scalar> bool rows_collide(Index pitch) {
  return pitch * static_cast<Index>(sizeof(Scalar)) % 512 == 0;
}

// From a row to the next, where `width` of them count and nothing else is between but a cache line.
template <class Scalar> Index near_pitch(Index width) {
  return width + (rows_collide<Scalar>(width) ? 64 / static_cast<Index>(sizeof(Scalar)) : 0);
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

// Rows as they lie, or copied to `memory` where they collide.
template <class Scalar>
Rows<Scalar> near_rows(const Rows<Scalar>& rows, Index count, Index width, Scalar* memory) {
  if (!rows_collide<Scalar>(rows.pitch)) return rows;
  const Index pitch = near_pitch<Scalar>(width);
  packed_rows<Scalar>(rows.data, rows.pitch, count, width, 1, memory, pitch, count);
  return {memory, pitch};
}

}  // namespace attune::attention::tiles
