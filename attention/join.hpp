// attention/join.hpp
//
// Softmax attention over two disjoint sets of keys from the outputs over each, exactly:
//
//   l = log(e^{l_a} + e^{l_b})        o = e^{l_a - l} o_a + e^{l_b - l} o_b
//
// A set without keys, l = -infinity, adds nothing. Commutative bit for bit; associative to rounding. A sink
// belongs to one of the sets alone.
//
// Gradients need no rule of their own: an operator's backward given the joined o and l yields the exact
// gradients of its own keys, and the d_q of both sets add up.
//
// Source   split softmax [milakov2018]; combination of partial outputs [dao2023]
// Shapes   o (B, H, M, E), l (B, H, M)
// Cost     3 flops a number of o, 3 exponentials or logarithms a row. Bytes: both outputs read, one written
// Limits   float, double; `out` may be `a` or `b`
#pragma once

#include "attention/rows.hpp"
#include "attention/running_softmax.hpp"
#include "core/core/require.hpp"

namespace attune::attention {

template <class Scalar> struct Partial {
  View4<const Scalar> o;
  View3<const Scalar> lse;
};

template <class Scalar> struct Join {
  Partial<Scalar> a, b;
  View4<Scalar> o;
  View3<Scalar> lse;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index width = static_cast<Index>(o.extent(3));
    const Scalar of_a = a.lse.data()[n], of_b = b.lse.data()[n], most = of_a > of_b ? of_a : of_b;
    Scalar joined = most, weight_a = 0, weight_b = 0;
    if (most != minus_infinity<Scalar>) {
      joined = most + Kokkos::log(Kokkos::exp(of_a - most) + Kokkos::exp(of_b - most));
      weight_a = Kokkos::exp(of_a - joined);
      weight_b = Kokkos::exp(of_b - joined);
    }
    for (Index e = n * width; e < (n + 1) * width; ++e)
      o.data()[e] = weight_a * a.o.data()[e] + weight_b * b.o.data()[e];
    lse.data()[n] = joined;
  }
};

template <class Scalar>
void join(const Partial<Scalar>& a, const Partial<Scalar>& b, const View4<Scalar>& o,
          const View3<Scalar>& lse) {
  require(a.o.layout() == o.layout() && b.o.layout() == o.layout() && a.lse.layout() == lse.layout() &&
              b.lse.layout() == lse.layout() && o.extent(0) * o.extent(1) * o.extent(2) == lse.size(),
          "partial outputs (B, H, M, E) and (B, H, M) of one shape");
  Kokkos::parallel_for(
      "attention::join",
      Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, static_cast<Index>(lse.size())),
      Join<Scalar>{a, b, o, lse});
}

}  // namespace attune::attention
