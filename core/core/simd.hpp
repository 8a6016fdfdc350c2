// core/core/simd.hpp
//
// The vector registers of a processor, in the few verbs that kernels on the host need. The instruction set is
// the one the translation unit is compiled for: AVX-512, AVX2, NEON; any other one, and a compiler for
// devices, gets plain loops over four numbers.
//
//   width<Scalar>           numbers in a register            registers      how many there are
//   load, store             at any address                   stream         past the caches, aligned
//   multiply_add(a, b, c)   a b + c, rounded once            exp2(x)        2^x
//   transpose               rows become columns              look_up        entries of a small table
//   first_lanes(n, a, b)    n lanes of a, then those of b    fold           of `width` registers
//   log(x)                  to base e
//   prefetch(x), (x, true)  *x will be read, or written, soon: bring its line into the caches
//   hold(x)                 x, in a register from here on: the compiler may not load it again at each use
//
// Errors   exp2 of float 5e-9 and of double 9e-18 relative beside the rounding of its polynomial; exact at
//          whole x; 0 below the least normal number, -infinity included; a NaN stays one
//          log of float 3e-9 and of double 3e-17 relative beside rounding; exact at x = 1
// Limits   exp2: x < 127 in float, x < 1023 in double; log: positive normal x
#pragma once

#include "core/core/simd_machine.hpp"

#if ATTUNE_VECTOR_REGISTERS
#include "core/core/simd_registers.hpp"
#else
#include "core/core/simd_loops.hpp"
#endif

namespace attune::simd {

// The sum of the lanes, two by two.
template <class Scalar, class V> ATTUNE_INLINE Scalar total(V x) {
  Scalar lane[width<Scalar>];
  store(lane, x);
  for (int half = width<Scalar> / 2; half > 0; half /= 2)
    for (int l = 0; l < half; ++l) lane[l] += lane[l + half];
  return lane[0];
}

// The lanes of each of `width` registers become one, in the lane of the number of the register: join(x, y) is
// the sum, say, of two lanes.
template <class Scalar, int group = 1, class Join>
ATTUNE_INLINE Vector<Scalar> fold(Vector<Scalar> (&row)[width<Scalar>], const Join& join) {
  constexpr auto each = std::make_index_sequence<width<Scalar>>{};
  if constexpr (group < width<Scalar>) {
#pragma GCC unroll 8
    for (int l = 0; l < width<Scalar> / (2 * group); ++l)
      row[l] = join(interleave_groups<0, group>(row[2 * l], row[2 * l + 1], each),
                    interleave_groups<1, group>(row[2 * l], row[2 * l + 1], each));
    return fold<Scalar, 2 * group>(row, join);
  } else {
    return row[0];
  }
}

template <class Scalar> struct Plus {
  ATTUNE_INLINE Vector<Scalar> operator()(Vector<Scalar> a, Vector<Scalar> b) const { return a + b; }
};
template <class Scalar> struct Greater {
  ATTUNE_INLINE Vector<Scalar> operator()(Vector<Scalar> a, Vector<Scalar> b) const { return max(a, b); }
};

// Rows become columns: `width` registers, by log2(width) rounds of interleaving. The rounds within 16 bytes
// leave the columns in the order of their reversed bits there.
template <class Scalar, int group = 1> ATTUNE_INLINE void transpose(Vector<Scalar> (&row)[width<Scalar>]) {
  constexpr int n = width<Scalar>, least = 16 / static_cast<int>(sizeof(Scalar));
  constexpr auto each = std::make_index_sequence<n>{};
  if constexpr (group < n) {
#pragma GCC unroll 16
    for (int r = 0; r < n; ++r)
      if (r / group % 2 == 0) {
        const Vector<Scalar> a = row[r], b = row[r + group];
        row[r] = interleave_groups<0, group>(a, b, each);
        row[r + group] = interleave_groups<1, group>(a, b, each);
      }
    transpose<Scalar, 2 * group>(row);
  } else if constexpr (least == 4) {
#pragma GCC unroll 4
    for (int r = 0; r < n; r += 4) {
      const Vector<Scalar> second = row[r + 1];
      row[r + 1] = row[r + 2];
      row[r + 2] = second;
    }
  }
}

}  // namespace attune::simd
