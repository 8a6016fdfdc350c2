// attention/short_softmax.hpp
//
// Softmax of a list short enough to be at hand, over any kind of number:
//
//   e_k = exp(z_k - max z),   sum = sum_k e_k,   p_k = e_k / sum,   mean of y = sum_k e_k y_k / sum
//
// Number may be double, a register of the processor or a complex number. Arithmetic says what exp and the
// larger of two are:
//
//   template <class Number> static Number exponential(const Number&)
//   template <class Number> static Number larger(const Number&, const Number&)
//
// Limits   n >= 1; a logit of -infinity has no weight, if another one is finite
// Cost     n exponentials
#pragma once

#include "core/core/views.hpp"

namespace attune::attention {

// z (n) becomes e; returns their sum.
template <class Arithmetic, class Number> KOKKOS_INLINE_FUNCTION Number exponentials(Number* z, int n) {
  Number most = z[0];
  for (int k = 1; k < n; ++k) most = Arithmetic::larger(most, z[k]);
  z[0] = Arithmetic::exponential(Number(z[0] - most));
  Number sum = z[0];
  for (int k = 1; k < n; ++k) {
    z[k] = Arithmetic::exponential(Number(z[k] - most));
    sum = sum + z[k];
  }
  return sum;
}

}  // namespace attune::attention
