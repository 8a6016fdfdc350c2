// attention/dense/rounded.hpp
//
// Dense attention of bfloat16: on matrix units where the device has them, and elsewhere by the kernels of float
// on widened copies, rounded at the end. Either way sums are a float's; matrix units also round the weights p_ij
// (by 2^-9 of each), which widened copies do not.
//
// Memory   widened: float copies of q, k, v and o, in backward of their gradients too
#pragma once

#include "attention/dense/backward_tensor_cores.hpp"
#include "attention/dense/forward_tensor_cores.hpp"
#include "attention/dense/widened.hpp"
#include "attention/tensor_cores/cuda.hpp"

namespace attune::attention::dense {

inline bool on_tensor_cores(const Inputs<Bfloat16>& in) {
  const Shape s = shape_of(in);
  return tensor_cores::present() && fits_tensor_cores(s, score_scale<float>(in.scale, s.width));
}

template <class Bias, class Mask>
void forward_rounded(const Inputs<Bfloat16>& in, const Bias& bias, const Mask& mask,
                     const Outputs<Bfloat16>& out) {
  if constexpr (tensor_cores::available)
    if (on_tensor_cores(in)) return forward_on_tensor_cores(in, bias, mask, out, tensor_cores::OnDevice{});
  const View4<float> o("attention::dense::o", out.o.layout());
  forward(widened(in), bias, mask, Outputs<float>{o, out.lse});
  convert_into(out.o, o);
}

template <class Bias, class Mask>
void backward_rounded(const Inputs<Bfloat16>& in, const Bias& bias, const Mask& mask,
                      const Upstream<Bfloat16>& up, const Gradients<Bfloat16>& gradients) {
  if constexpr (tensor_cores::available)
    if (on_tensor_cores(in))
      return backward_on_tensor_cores(in, bias, mask, up, gradients, tensor_cores::OnDevice{});
  const Gradients<float> wide{room_like<View4<float>>(gradients.d_q),
                              room_like<View4<float>>(gradients.d_k),
                              room_like<View4<float>>(gradients.d_v),
                              gradients.d_temperature,
                              gradients.d_gain,
                              gradients.d_sink,
                              gradients.d_prior,
                              gradients.d_table,
                              gradients.d_pairs};
  backward(widened(in), bias, mask, widened(up), wide);
  convert_into(gradients.d_q, wide.d_q);
  convert_into(gradients.d_k, wide.d_k);
  convert_into(gradients.d_v, wide.d_v);
}

}  // namespace attune::attention::dense
