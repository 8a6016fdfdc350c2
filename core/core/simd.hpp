// core/core/simd.hpp
//
// The vector registers of a processor, in the few verbs that kernels on the host need. The instruction set is
// the one the translation unit is compiled for: AVX-512, AVX2, NEON; any other one, and a compiler for
// devices, gets plain loops over four numbers.
//
//   width<Scalar>           numbers in a register            registers      how many there are
//   load, store             at any address                   stream         past the caches, aligned
//   multiply_add(a, b, c)   a b + c, rounded once            exp2(x)        2^x
//   hold(x)                 x, in a register from here on: the compiler may not load it again at each use
//
// Errors   exp2 of float 5e-9 and of double 9e-18 relative beside the rounding of its polynomial; exact at
//          whole x; 0 below the least normal number, -infinity included
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
      0.69314718055994530942,     0.2402265069591009822,     0.055504108664821594339,
      0.0096181291076068885273,   0.001333355814641693531,   0.00015403530441736050155,
      0.000015252733829836118394, 1.3215442587921689653e-6,  1.0178062445845773521e-7,
      7.0725859492692236999e-9,   4.4549605981865183938e-10};
  static constexpr double to_whole = 6755399441055744.0;  // 1.5 2^52
  static constexpr double least = -1022;
};

#if ATTUNE_VECTOR_REGISTERS

template <class Scalar> struct Register {
  typedef Scalar type __attribute__((vector_size(bytes), may_alias));
  typedef Scalar anywhere __attribute__((vector_size(bytes), may_alias, aligned(alignof(Scalar))));
};
template <class Scalar> using Vector = typename Register<Scalar>::type;

template <class Scalar> ATTUNE_INLINE Vector<Scalar> load(const Scalar* from) {
  return *reinterpret_cast<const typename Register<Scalar>::anywhere*>(from);
}
template <class Scalar> ATTUNE_INLINE void store(Scalar* to, Vector<Scalar> x) {
  *reinterpret_cast<typename Register<Scalar>::anywhere*>(to) = x;
}
template <class Scalar> ATTUNE_INLINE Vector<Scalar> splat(Scalar x) { return x - Vector<Scalar>{}; }

template <class Scalar> ATTUNE_INLINE void stream(Scalar* to, Vector<Scalar> x) {
#if defined(__AVX512F__)
  if constexpr (sizeof(Scalar) == 4)
    _mm512_stream_ps(to, (__m512)x);
  else
    _mm512_stream_pd(to, (__m512d)x);
#elif defined(__AVX2__) && defined(__FMA__)
  if constexpr (sizeof(Scalar) == 4)
    _mm256_stream_ps(to, (__m256)x);
  else
    _mm256_stream_pd(to, (__m256d)x);
#else
  store(to, x);
#endif
}

// After streaming stores, before another thread reads what they wrote.
ATTUNE_INLINE void end_stream() {
#if defined(__x86_64__)
  _mm_sfence();
#endif
}

template <class V> ATTUNE_INLINE V multiply_add(V a, V b, V c) {
  constexpr bool single = sizeof(a[0]) == 4;
#if defined(__AVX512F__)
  if constexpr (single)
    return (V)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
  else
    return (V)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(__AVX2__) && defined(__FMA__)
  if constexpr (single)
    return (V)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
  else
    return (V)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif defined(__aarch64__)
  if constexpr (single)
    return (V)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
  else
    return (V)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#else
  static_cast<void>(single);
  return a * b + c;
#endif
}

template <class V> ATTUNE_INLINE V hold(V x) {
#if defined(__x86_64__)
  asm("" : "+v"(x));
#elif defined(__aarch64__)
  asm("" : "+w"(x));
#endif
  return x;
}

template <class V> ATTUNE_INLINE V max(V a, V b) { return a > b ? a : b; }

// Is a > b in any lane?
template <class V> ATTUNE_INLINE bool any_greater(V a, V b) {
  const auto greater = a > b;
#if defined(__AVX512F__)
  return _mm512_test_epi32_mask((__m512i)greater, (__m512i)greater) != 0;
#elif defined(__AVX2__) && defined(__FMA__)
  return _mm256_testz_si256((__m256i)greater, (__m256i)greater) == 0;
#else
  bool any = false;
  for (int l = 0; l < bytes / static_cast<int>(sizeof(a[0])); ++l) any |= greater[l] != 0;
  return any;
#endif
}

template <class Scalar> ATTUNE_INLINE Vector<Scalar> exp2_of(Vector<Scalar> x) {
  using E = Exponential<Scalar>;
  typedef Whole<Scalar> Bits __attribute__((vector_size(bytes), may_alias));
  const Vector<Scalar> shifted = x + E::to_whole, f = x - (shifted - E::to_whole);
  Vector<Scalar> sum = splat(E::power[E::terms - 1]);
  for (int n = E::terms - 2; n >= 0; --n) sum = multiply_add(sum, f, splat(E::power[n]));
  sum = multiply_add(sum, f, splat(Scalar(1)));
  const Bits scaled = (Bits)sum + ((Bits)shifted << E::mantissa);
  return (Vector<Scalar>)(scaled & (Bits)(x >= E::least));
}
template <class V> ATTUNE_INLINE V exp2(V x) { return exp2_of<std::remove_cvref_t<decltype(x[0])>>(x); }

// The first halves of two registers, lane by lane in turn; the second halves.
template <int half, class V, std::size_t... l>
ATTUNE_INLINE V interleave(V a, V b, std::index_sequence<l...>) {
  constexpr int n = sizeof...(l);
  return __builtin_shufflevector(a, b, (half * n / 2 + int(l) / 2 + (int(l) % 2) * n)...);
}

#else

template <class Scalar> struct Vector {
  Scalar lane[width<Scalar>] = {};
  Scalar& operator[](int l) { return lane[l]; }
  const Scalar& operator[](int l) const { return lane[l]; }
};
template <class Scalar, class Each> Vector<Scalar> lane_by_lane(const Each& each) {
  Vector<Scalar> x;
  for (int l = 0; l < width<Scalar>; ++l) x[l] = each(l);
  return x;
}
template <class S> Vector<S> operator+(Vector<S> a, Vector<S> b) {
  return lane_by_lane<S>([&](int l) { return a[l] + b[l]; });
}
template <class S> Vector<S> operator-(Vector<S> a, Vector<S> b) {
  return lane_by_lane<S>([&](int l) { return a[l] - b[l]; });
}
template <class S> Vector<S> operator*(Vector<S> a, Vector<S> b) {
  return lane_by_lane<S>([&](int l) { return a[l] * b[l]; });
}
template <class S> Vector<S> operator/(Vector<S> a, Vector<S> b) {
  return lane_by_lane<S>([&](int l) { return a[l] / b[l]; });
}
template <class S> Vector<S> operator-(Vector<S> a) {
  return lane_by_lane<S>([&](int l) { return -a[l]; });
}
template <class S> Vector<S>& operator+=(Vector<S>& a, Vector<S> b) { return a = a + b; }
template <class S> Vector<S>& operator*=(Vector<S>& a, Vector<S> b) { return a = a * b; }
template <class S> Vector<S> load(const S* from) {
  return lane_by_lane<S>([&](int l) { return from[l]; });
}
template <class S> void store(S* to, Vector<S> x) {
  for (int l = 0; l < width<S>; ++l) to[l] = x[l];
}
template <class S> void stream(S* to, Vector<S> x) { store(to, x); }
inline void end_stream() {}
template <class S> Vector<S> splat(S x) {
  return lane_by_lane<S>([&](int) { return x; });
}
template <class S> Vector<S> multiply_add(Vector<S> a, Vector<S> b, Vector<S> c) { return a * b + c; }
template <class V> V hold(V x) { return x; }
template <class S> Vector<S> max(Vector<S> a, Vector<S> b) {
  return lane_by_lane<S>([&](int l) { return a[l] > b[l] ? a[l] : b[l]; });
}
template <class S> bool any_greater(Vector<S> a, Vector<S> b) {
  bool any = false;
  for (int l = 0; l < width<S>; ++l) any = any || a[l] > b[l];
  return any;
}
template <class S> Vector<S> exp2(Vector<S> x) {
  return lane_by_lane<S>([&](int l) { return x[l] < Exponential<S>::least ? S(0) : std::exp2(x[l]); });
}
template <int half, class S, std::size_t... l>
Vector<S> interleave(Vector<S> a, Vector<S> b, std::index_sequence<l...>) {
  constexpr int n = sizeof...(l);
  return lane_by_lane<S>([&](int k) { return (k % 2 ? b : a)[half * n / 2 + k / 2]; });
}

#endif

// The sum of the lanes, two by two.
template <class Scalar, class V> ATTUNE_INLINE Scalar total(V x) {
  Scalar lane[width<Scalar>];
  store(lane, x);
  for (int half = width<Scalar> / 2; half > 0; half /= 2)
    for (int l = 0; l < half; ++l) lane[l] += lane[l + half];
  return lane[0];
}

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
