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
//   prefetch(x), (x, true)  *x will be read, or written, soon: bring its line into the caches
//   hold(x)                 x, in a register from here on: the compiler may not load it again at each use
//
// Errors   exp2 of float 5e-9 and of double 9e-18 relative beside the rounding of its polynomial; exact at
//          whole x; 0 below the least normal number, -infinity included; a NaN stays one
// Limits   exp2: x < 127 in float, x < 1023 in double
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#if defined(__GNUC__) && !defined(__CUDACC__) && !defined(__HIPCC__)
#define ATTUNE_VECTOR_REGISTERS 1
#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__aarch64__)
#include <arm_neon.h>
#endif
#else
#define ATTUNE_VECTOR_REGISTERS 0
#endif

#if defined(__GNUC__)
#define ATTUNE_INLINE [[gnu::always_inline]] inline
#else
#define ATTUNE_INLINE inline
#endif

namespace attune::simd {

ATTUNE_INLINE void prefetch(const void* at, bool writes = false) {
#if defined(__GNUC__)
  writes ? __builtin_prefetch(at, 1) : __builtin_prefetch(at, 0);
#else
  static_cast<void>(at);
  static_cast<void>(writes);
#endif
}

#if ATTUNE_VECTOR_REGISTERS && defined(__AVX512F__)
inline constexpr int bytes = 64, registers = 32;
#elif ATTUNE_VECTOR_REGISTERS && defined(__AVX2__) && defined(__FMA__)
inline constexpr int bytes = 32, registers = 16;
#elif defined(__aarch64__)
inline constexpr int bytes = 16, registers = 32;
#else
inline constexpr int bytes = 16, registers = 16;
#endif

template <class Scalar> inline constexpr int width = bytes / static_cast<int>(sizeof(Scalar));

// Lane l of groups that two registers, a and then b, give in turn: shuffles stay within 16 bytes, or within two
// groups where those are longer, as the instructions of x86 do.
template <class Scalar, int half, int group> constexpr int lane_of_groups(int l) {
  constexpr int least = 16 / static_cast<int>(sizeof(Scalar)), chunk = 2 * group > least ? 2 * group : least;
  const int place = l % chunk, turn = place / group;
  return turn % 2 * width<Scalar> + l - place + half * chunk / 2 + turn / 2 * group + place % group;
}

template <class Scalar> using Whole = std::conditional_t<sizeof(Scalar) == 4, std::int32_t, std::int64_t>;

// 2^f = 1 + f sum_n power[n] f^n on |f| <= 1/2: Chebyshev interpolation of (2^f - 1) / f.
template <class Scalar> struct Exponential;
template <> struct Exponential<float> {
  static constexpr int terms = 6, mantissa = 23;
  static constexpr float power[terms] = {0.69314718802622878106f,   0.24022650760568126945f,
                                         0.055503571142190778186f,  0.0096180825572778514913f,
                                         0.0013390863364671234381f, 0.00015453162945120690177f};
  static constexpr float to_whole = 12582912.0f;  // 1.5 2^23: adding it rounds to a whole number
  static constexpr float least = -126;
};
template <> struct Exponential<double> {
  static constexpr int terms = 11, mantissa = 52;
  static constexpr double power[terms] = {
      0.69314718055994530942,     0.2402265069591009822,    0.055504108664821594339,
      0.0096181291076068885273,   0.001333355814641693531,  0.00015403530441736050155,
      0.000015252733829836118394, 1.3215442587921689653e-6, 1.0178062445845773521e-7,
      7.0725859492692236999e-9,   4.4549605981865183938e-10};
  static constexpr double to_whole = 6755399441055744.0;  // 1.5 2^52
  static constexpr double least = -1022;
};

}  // namespace attune::simd

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

// Rows become columns: `width` registers, by log2(width) rounds of interleaving.
template <class Scalar> ATTUNE_INLINE void transpose(Vector<Scalar> (&row)[width<Scalar>]) {
  constexpr int n = width<Scalar>;
  constexpr auto each = std::make_index_sequence<n>{};
#pragma GCC unroll 4
  for (int round = 1; round < n; round *= 2) {
    Vector<Scalar> next[n];
#pragma GCC unroll 8
    for (int l = 0; l < n / 2; ++l) {
      next[2 * l] = interleave<0>(row[l], row[l + n / 2], each);
      next[2 * l + 1] = interleave<1>(row[l], row[l + n / 2], each);
    }
#pragma GCC unroll 16
    for (int l = 0; l < n; ++l) row[l] = next[l];
  }
}

}  // namespace attune::simd
