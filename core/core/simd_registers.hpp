// core/core/simd_registers.hpp
//
// The verbs of simd.hpp on the vector types of GCC and Clang, and by name where those have no word for an
// instruction.
#pragma once

#include "core/core/simd_machine.hpp"

namespace attune::simd {

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

// yes where a < b, else no.
template <class V> ATTUNE_INLINE V select_less(V a, V b, V yes, V no) { return a < b ? yes : no; }

// Is a > b in any lane of any of `count` registers?
template <int count, class V> ATTUNE_INLINE bool any_greater(const V (&a)[count], const V (&b)[count]) {
  auto greater = a[0] > b[0];
#pragma GCC unroll 8
  for (int v = 1; v < count; ++v) greater |= a[v] > b[v];
#if defined(__AVX512F__)
  return _mm512_test_epi32_mask((__m512i)greater, (__m512i)greater) != 0;
#elif defined(__AVX2__) && defined(__FMA__)
  return _mm256_testz_si256((__m256i)greater, (__m256i)greater) == 0;
#else
  bool any = false;
  for (int l = 0; l < bytes / static_cast<int>(sizeof(a[0][0])); ++l) any |= greater[l] != 0;
  return any;
#endif
}

template <class Scalar>
ATTUNE_INLINE Vector<Scalar> first_lanes(int count, Vector<Scalar> a, Vector<Scalar> b) {
  typedef Whole<Scalar> Bits __attribute__((vector_size(bytes), may_alias));
  constexpr auto lanes = [] {
    Bits lane{};
    for (int l = 0; l < width<Scalar>; ++l) lane[l] = l;
    return lane;
  };
  return lanes() < Whole<Scalar>(count) ? a : b;
}

template <class Scalar> ATTUNE_INLINE Vector<Scalar> exp2_of(Vector<Scalar> x) {
  using E = Exponential<Scalar>;
  typedef Whole<Scalar> Bits __attribute__((vector_size(bytes), may_alias));
  const Vector<Scalar> shifted = x + E::to_whole, f = x - (shifted - E::to_whole);
  Vector<Scalar> sum = splat(E::power[E::terms - 1]);
  for (int n = E::terms - 2; n >= 0; --n) sum = multiply_add(sum, f, splat(E::power[n]));
  sum = multiply_add(sum, f, splat(Scalar(1)));
  const Bits scaled = (Bits)sum + ((Bits)shifted << E::mantissa);
  return (Vector<Scalar>)(scaled & ~(Bits)(x < E::least));
}
template <class V> ATTUNE_INLINE V exp2(V x) { return exp2_of<std::remove_cvref_t<decltype(x[0])>>(x); }

template <class Scalar> ATTUNE_INLINE Vector<Scalar> log_of(Vector<Scalar> x) {
  using L = Logarithm<Scalar>;
  constexpr int mantissa = Exponential<Scalar>::mantissa;
  typedef Whole<Scalar> Bits __attribute__((vector_size(bytes), may_alias));
  const Bits e = ((Bits)x - L::least) >> mantissa;
  const auto f = (Vector<Scalar>)((Bits)x - (e << mantissa));
  const Vector<Scalar> t = (f - Scalar(1)) / (f + Scalar(1)), square = t * t;
  Vector<Scalar> sum = splat(Scalar(2) / Scalar(2 * L::terms - 1));
  for (int n = L::terms - 2; n >= 0; --n)
    sum = multiply_add(sum, square, splat(Scalar(2) / Scalar(2 * n + 1)));
  const auto power = __builtin_convertvector(e, Vector<Scalar>);
  return multiply_add(power, splat(Scalar(0.69314718055994530942)), sum * t);
}
template <class V> ATTUNE_INLINE V log(V x) { return log_of<std::remove_cvref_t<decltype(x[0])>>(x); }

// The first halves of two registers, lane by lane in turn; the second halves.
template <int half, class V, std::size_t... l>
ATTUNE_INLINE V interleave(V a, V b, std::index_sequence<l...>) {
  constexpr int n = sizeof...(l);
  return __builtin_shufflevector(a, b, (half * n / 2 + int(l) / 2 + (int(l) % 2) * n)...);
}

// to[c * to_pitch + r] = from[r * from_pitch + c], 8 x 8 bytes.
ATTUNE_INLINE void transpose_bytes(const std::uint8_t* from, std::int64_t from_pitch, std::uint8_t* to,
                                   std::int64_t to_pitch) {
  typedef std::uint8_t Bytes __attribute__((vector_size(16)));
  typedef std::uint64_t Halves __attribute__((vector_size(16)));
  constexpr auto each = std::make_index_sequence<16>{};
  Bytes pair[4], next[4];
#pragma GCC unroll 4
  for (int r = 0; r < 4; ++r) {
    std::uint64_t low, high;
    std::memcpy(&low, from + r * from_pitch, 8);
    std::memcpy(&high, from + (r + 4) * from_pitch, 8);
    pair[r] = interleave<0>((Bytes)Halves{low, 0}, (Bytes)Halves{high, 0}, each);
  }
#pragma GCC unroll 2
  for (int round = 0; round < 2; ++round) {
#pragma GCC unroll 2
    for (int r = 0; r < 2; ++r) {
      next[2 * r] = interleave<0>(pair[r], pair[r + 2], each);
      next[2 * r + 1] = interleave<1>(pair[r], pair[r + 2], each);
    }
#pragma GCC unroll 4
    for (int r = 0; r < 4; ++r) pair[r] = next[r];
  }
#pragma GCC unroll 4
  for (int r = 0; r < 4; ++r) {
    const auto halves = (Halves)pair[r];
    const std::uint64_t low = halves[0], high = halves[1];
    std::memcpy(to + 2 * r * to_pitch, &low, 8);
    std::memcpy(to + (2 * r + 1) * to_pitch, &high, 8);
  }
}

typedef std::int32_t Entries __attribute__((vector_size(bytes), may_alias));

// Bytes as whole numbers, one a lane.
ATTUNE_INLINE Entries widened(const std::uint8_t* from) {
#if defined(__AVX512F__)
  return (Entries)_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
#elif defined(__AVX2__) && defined(__FMA__)
  return (Entries)_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)));
#else
  Entries entries{};
  for (int l = 0; l < width<float>; ++l) entries[l] = from[l];
  return entries;
#endif
}

// Lane l gets entry index[l] of a table held in registers, one after another.
template <int count>
ATTUNE_INLINE Vector<float> look_up(const Vector<float> (&table)[count], const std::uint8_t* index) {
#if defined(__clang__)
  Vector<float> found{};
  for (int l = 0; l < width<float>; ++l) found[l] = table[index[l] / width<float>][index[l] % width<float>];
  return found;
#else
  const Entries entry = widened(index);
  Vector<float> found = __builtin_shuffle(table[0], entry);
#pragma GCC unroll 4
  for (int r = 1; r < count; ++r)
    found = entry >= r * width<float> ? __builtin_shuffle(table[r], entry) : found;
  return found;
#endif
}
// Groups of lanes of two registers in turn, from the first or second half of each chunk.
template <int half, int group, class V, std::size_t... l>
ATTUNE_INLINE V interleave_groups(V a, V b, std::index_sequence<l...>) {
  using S = std::remove_cvref_t<decltype(a[0])>;
  return __builtin_shufflevector(a, b, lane_of_groups<S, half, group>(int(l))...);
}

}  // namespace attune::simd
