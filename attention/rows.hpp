// attention/rows.hpp
//
// Rows of numbers inside kernels: the two loops that every attention kernel is made of. The dot product runs in
// a fixed number of partial sums, so that the vector unit takes it without reordering.
#pragma once

#include "core/core/views.hpp"

namespace attune::attention {

inline constexpr int partial_sums = on_host ? 8 : 1;

// Where the numbers (b, h, i, 0 ..) of an array (B, H, M, D) begin.
template <class Scalar> KOKKOS_FUNCTION Scalar* row(const View4<Scalar>& array, Index b, Index h, Index i) {
  const auto heads = static_cast<Index>(array.extent(1)), rows = static_cast<Index>(array.extent(2));
  return array.data() + ((b * heads + h) * rows + i) * static_cast<Index>(array.extent(3));
}

// sum_d a_d b_d over `width` numbers each.
template <class Scalar> KOKKOS_FUNCTION Scalar dot(const Scalar* a, const Scalar* b, Index width) {
  Scalar part[partial_sums] = {};
  Index d = 0;
  for (; d + partial_sums <= width; d += partial_sums)
    for (int l = 0; l < partial_sums; ++l) part[l] += a[d + l] * b[d + l];
  Scalar sum = 0;
  for (; d < width; ++d) sum += a[d] * b[d];
  for (int l = 0; l < partial_sums; ++l) sum += part[l];
  return sum;
}

// y_d <- factor y_d + weight x_d
template <class Scalar>
KOKKOS_FUNCTION void rescale_and_add(Scalar* y, Scalar factor, Scalar weight, const Scalar* x, Index width) {
  for (Index d = 0; d < width; ++d) y[d] = factor * y[d] + weight * x[d];
}

// y_d <- y_d + weight x_d
template <class Scalar> KOKKOS_FUNCTION void add(Scalar* y, Scalar weight, const Scalar* x, Index width) {
  for (Index d = 0; d < width; ++d) y[d] += weight * x[d];
}

}  // namespace attune::attention
