// attention/running_softmax.hpp
//
// Softmax of a row seen one score at a time: after any scores z_j
//
//   max = max_j z_j,   sum = sum_j exp(z_j - max),   log sum_j exp z_j = max + log sum
//
// Source   Milakov, Gimelshein 2018 [milakov2018], algorithm 3
// Limits   finite scores: a masked key is not absorbed, for exp(-inf - (-inf)) is not a number; a NaN stays
//          one
#pragma once

#include "core/core/views.hpp"

namespace attune::attention {

template <class Scalar> inline constexpr Scalar minus_infinity = -Kokkos::Experimental::infinity_v<Scalar>;

// exp(x) = 2^{x log2_e}
template <class Scalar> inline constexpr Scalar log2_e = Scalar(1.4426950408889634074L);

template <class Scalar> struct RunningSoftmax {
  Scalar max = minus_infinity<Scalar>, sum = 0;

  struct Step {
    Scalar rescale, weight;  // multiply what there is by rescale, then add weight * v_j
  };

  KOKKOS_FUNCTION Step absorb(Scalar score) {
    if (score > max) {
      const Scalar rescale = Kokkos::exp(max - score);
      sum = sum * rescale + 1;
      max = score;
      return {rescale, 1};
    }
    const Scalar weight = Kokkos::exp(score - max);
    sum += weight;
    return {1, weight};
  }

  // What makes weights that sum to one; 0 for a row without a key.
  KOKKOS_FUNCTION Scalar norm() const { return sum == 0 ? Scalar(0) : 1 / sum; }
  KOKKOS_FUNCTION Scalar log_sum_exp() const { return sum == 0 ? max : max + Kokkos::log(sum); }
};

}  // namespace attune::attention
