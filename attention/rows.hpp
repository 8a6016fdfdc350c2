// attention/rows.hpp
//
// Rows of arrays and the loops over them that every attention kernel is made of.
#pragma once

#include "core/core/views.hpp"

namespace attune::attention {

// The first entry of row (a, b), or (a, b, c). The entries of a row lie side by side, for Views are
// LayoutRight; an array without entries has rows too, which nobody reads.
template <class Scalar> KOKKOS_INLINE_FUNCTION Scalar* row(const View3<Scalar>& x, Index a, Index b) {
  return x.data() + (a * static_cast<Index>(x.extent(1)) + b) * static_cast<Index>(x.extent(2));
}
template <class Scalar>
KOKKOS_INLINE_FUNCTION Scalar* row(const View4<Scalar>& x, Index a, Index b, Index c) {
  const auto second = static_cast<Index>(x.extent(1)), third = static_cast<Index>(x.extent(2));
  return x.data() + ((a * second + b) * third + c) * static_cast<Index>(x.extent(3));
}

// a b + c. Contraction is off, so a device is asked by name for the one instruction that does both; on a
// processor these loops become vectors of the two.
template <class Scalar> KOKKOS_INLINE_FUNCTION Scalar multiply_add(Scalar a, Scalar b, Scalar c) {
  if constexpr (on_host)
    return a * b + c;
  else
    return Kokkos::fma(a, b, c);
}

// A product is added up in this many sums, then those two by two: one running sum, whose order the compiler
// must keep, would leave a processor's vector unit idle.
inline constexpr int partial_sums = on_host ? 8 : 1;

template <class Scalar> KOKKOS_INLINE_FUNCTION Scalar total(Scalar* sum) {
  for (int half = partial_sums / 2; half > 0; half /= 2)
    for (int l = 0; l < half; ++l) sum[l] += sum[l + half];
  return sum[0];
}

// a . b
template <class Scalar> KOKKOS_INLINE_FUNCTION Scalar dot(const Scalar* a, const Scalar* b, Index n) {
  Scalar sum[partial_sums] = {};
  Index d = 0;
  for (; d + partial_sums <= n; d += partial_sums)
    for (int l = 0; l < partial_sums; ++l) sum[l] = multiply_add(a[d + l], b[d + l], sum[l]);
  for (int l = 0; d < n; ++d, ++l) sum[l] = multiply_add(a[d], b[d], sum[l]);
  return total(sum);
}

// a . (b - c), without the cancellation of a . b - a . c
template <class Scalar>
KOKKOS_INLINE_FUNCTION Scalar dot_difference(const Scalar* a, const Scalar* b, const Scalar* c, Index n) {
  Scalar sum[partial_sums] = {};
  Index d = 0;
  for (; d + partial_sums <= n; d += partial_sums)
    for (int l = 0; l < partial_sums; ++l) sum[l] = multiply_add(a[d + l], b[d + l] - c[d + l], sum[l]);
  for (int l = 0; d < n; ++d, ++l) sum[l] = multiply_add(a[d], b[d] - c[d], sum[l]);
  return total(sum);
}

// a . ((b + c) - d)
template <class Scalar>
KOKKOS_INLINE_FUNCTION Scalar dot_difference_of_sum(const Scalar* a, const Scalar* b, const Scalar* c,
                                                    const Scalar* d, Index n) {
  Scalar sum[partial_sums] = {};
  Index k = 0;
  for (; k + partial_sums <= n; k += partial_sums)
    for (int l = 0; l < partial_sums; ++l)
      sum[l] = multiply_add(a[k + l], (b[k + l] + c[k + l]) - d[k + l], sum[l]);
  for (int l = 0; k < n; ++k, ++l) sum[l] = multiply_add(a[k], (b[k] + c[k]) - d[k], sum[l]);
  return total(sum);
}

// a += weight b
template <class Scalar>
KOKKOS_INLINE_FUNCTION void add_scaled(Scalar* a, Scalar weight, const Scalar* b, Index n) {
  for (Index d = 0; d < n; ++d) a[d] = multiply_add(weight, b[d], a[d]);
}

// a <- factor a + weight b
template <class Scalar>
KOKKOS_INLINE_FUNCTION void rescale_and_add(Scalar* a, Scalar factor, Scalar weight, const Scalar* b,
                                            Index n) {
  for (Index d = 0; d < n; ++d) a[d] = multiply_add(weight, b[d], factor * a[d]);
}

template <class Scalar> KOKKOS_INLINE_FUNCTION void multiply(Scalar* a, Scalar factor, Index n) {
  for (Index d = 0; d < n; ++d) a[d] *= factor;
}

template <class Scalar> KOKKOS_INLINE_FUNCTION void clear(Scalar* a, Index n) {
  for (Index d = 0; d < n; ++d) a[d] = 0;
}

}  // namespace attune::attention
