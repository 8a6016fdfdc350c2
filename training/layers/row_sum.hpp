// training/layers/row_sum.hpp
//
//   sum_j term(j),   j < width
//
// by one thread, in eight partial sums that a vector unit adds side by side, then one after the other: an
// order that depends on the width alone.
#pragma once

#include "core/core/views.hpp"

namespace attune::training::layers {

template <class Scalar, class Term> KOKKOS_INLINE_FUNCTION Scalar row_sum(Index width, const Term& term) {
  constexpr int parts = 8;
  Scalar part[parts] = {};
  const Index whole = width - width % parts;
  for (Index j = 0; j < whole; j += parts)
    for (int p = 0; p < parts; ++p) part[p] += term(j + p);
  for (Index j = whole; j < width; ++j) part[j - whole] += term(j);
  Scalar sum = 0;
  for (int p = 0; p < parts; ++p) sum += part[p];
  return sum;
}

}  // namespace attune::training::layers
