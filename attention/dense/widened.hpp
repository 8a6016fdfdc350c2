// attention/dense/widened.hpp
//
// Arrays of bfloat16 as arrays of float, and back.
#pragma once

#include "attention/dense/score.hpp"

namespace attune::attention::dense {

template <class From, class To> struct Convert {
  const From* from;
  To* to;
  KOKKOS_FUNCTION void operator()(Index n) const { to[n] = static_cast<To>(static_cast<float>(from[n])); }
};
template <class To, class View> View4<To> converted(const View& from) {
  const View4<To> to(Kokkos::view_alloc("attention::dense::converted", Kokkos::WithoutInitializing),
                     from.extent(0), from.extent(1), from.extent(2), from.extent(3));
  using From = typename View::non_const_value_type;
  Kokkos::parallel_for("attention::dense::convert", every(static_cast<Index>(from.size())),
                       Convert<From, To>{from.data(), to.data()});
  return to;
}
template <class To, class View> void convert_into(const View4<To>& to, const View& from) {
  using From = typename View::non_const_value_type;
  Kokkos::parallel_for("attention::dense::convert", every(static_cast<Index>(from.size())),
                       Convert<From, To>{from.data(), to.data()});
}

inline Inputs<float> widened(const Inputs<Bfloat16>& in) {
  return {converted<float>(in.q),
          converted<float>(in.k),
          converted<float>(in.v),
          in.scale,
          in.temperature,
          in.gain,
          in.sink,
          in.prior};
}

inline Upstream<float> widened(const Upstream<Bfloat16>& up) {
  return {converted<float>(up.o), up.lse, converted<float>(up.d_o), up.d_lse};
}

}  // namespace attune::attention::dense
