// core/core/simd_machine.hpp
//
// What the vector registers are that a translation unit is compiled for, and the constants of the arithmetic
// on them.
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

// Loops of constant length whose counters are indices of registers: a device that does not unroll them keeps
// the registers in memory. A processor is spared the long code.
#if ATTUNE_VECTOR_REGISTERS
#define ATTUNE_UNROLL
#else
#define ATTUNE_UNROLL _Pragma("unroll")
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

// log x = e log 2 + log f, x = 2^e f with f in [sqrt 1/2, sqrt 2), and
// log f = 2 artanh t = sum_n 2 t^(2n+1) / (2n+1) with t = (f - 1) / (f + 1), t^2 < 0.0295.
template <class Scalar> struct Logarithm;
template <> struct Logarithm<float> {
  static constexpr int terms = 5;
  static constexpr std::int32_t least = 0x3f3504f3;  // the bits of sqrt 1/2
};
template <> struct Logarithm<double> {
  static constexpr int terms = 10;
  static constexpr std::int64_t least = 0x3fe6a09e667f3bcd;
};

}  // namespace attune::simd
