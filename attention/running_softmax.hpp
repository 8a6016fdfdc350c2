// attention/running_softmax.hpp
//
// Softmax of a row seen one score at a time. After any scores t_j:  max = max_j t_j,  sum = sum_j exp(t_j - max).
//
// Source   [milakov2018], algorithm 3
// Limits   a score is finite or NaN: a masked key is not absorbed, because exp(-inf - (-inf)) is not a number
#pragma once

#include "core/core/views.hpp"

namespace attune::attention {

template <class Scalar> inline constexpr Scalar minus_infinity = -Kokkos::Experimental::infinity_v<Scalar>;

template <class Scalar> struct RunningSoftmax {
  Scalar max = minus_infinity<Scalar>, sum = 0;

  struct Step {
    Scalar rescale, weight;  // multiply what you have, then add weight * v_j
  };

  KOKKOS_FUNCTION Step absorb(Scalar score) {
    if (score <= max) {
      const Scalar weight = Kokkos::exp(score - max);
      sum += weight;
      return {1, weight};
    }
    const Scalar rescale = Kokkos::exp(max - score);
    max = score;
    sum = rescale * sum + 1;
    return {rescale, 1};
  }

  // log sum_j exp t_j; -infinity if nothing was absorbed.
  KOKKOS_FUNCTION Scalar log_sum_exp() const { return max + Kokkos::log(sum); }
};

}  // namespace attune::attention
