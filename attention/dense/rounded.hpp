// attention/dense/rounded.hpp
//
// Dense attention of bfloat16: on matrix units where the device has them, and elsewhere by the kernels of float
// on widened copies, rounded at the end. Either way sums are a float's; matrix units also round the weights p_ij
// (by 2^-9 of each), which widened copies do not.
//
// Memory   widened: float copies of q, k, v and o
#pragma once

#include "attention/dense/forward_tensor_cores.hpp"
#include "attention/tensor_cores/cuda.hpp"

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

template <class Bias, class Mask>
void forward_rounded(const Inputs<Bfloat16>& in, const Bias& bias, const Mask& mask,
                     const Outputs<Bfloat16>& out) {
  if constexpr (tensor_cores::available) {
    const Shape s = shape_of(in);
    if (tensor_cores::present() && fits_tensor_cores(s, score_scale<float>(in.scale, s.width)))
      return forward_on_tensor_cores(in, bias, mask, out, tensor_cores::OnDevice{});
  }
  const View4<float> o("attention::dense::o", out.o.layout());
  forward(widened(in), bias, mask, Outputs<float>{o, out.lse});
  convert_into(out.o, o);
}

}  // namespace attune::attention::dense
