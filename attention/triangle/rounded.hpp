// attention/triangle/rounded.hpp
//
// Triangle attention of bfloat16: on matrix units where the device has them, and elsewhere by the kernels of float
// on widened copies, rounded at the end. Either way sums are a float's; matrix units also round the weights p_ijk
// (by 2^-9 of each), which widened copies do not.
//
// Memory   widened: float copies of q, k, v, gate and o, in backward of their gradients too
#pragma once

#include "attention/convert.hpp"
#include "attention/tensor_cores/cuda.hpp"
#include "attention/triangle/backward_tensor_cores.hpp"
#include "attention/triangle/forward_tensor_cores.hpp"

namespace attune::attention::triangle {

inline Inputs<float> widened(const Inputs<Bfloat16>& in) {
  return {convert<View5<float>>(in.q),
          convert<View5<float>>(in.k),
          convert<View5<float>>(in.v),
          in.bias,
          convert<View5<float>>(in.gate),
          in.mask,
          in.scale};
}

template <class Node>
void forward_rounded(const Inputs<Bfloat16>& in, const Node& node, const Outputs<Bfloat16>& out) {
  if constexpr (tensor_cores::available)
    if (tensor_cores::present() && fits_tensor_cores(in, node))
      return forward_on_tensor_cores(in, node, out, tensor_cores::OnDevice{});
  const View5<float> o("attention::triangle::o", out.o.layout());
  forward(widened(in), node, Outputs<float>{o, out.lse});
  convert_into(out.o, o);
}

template <class Node>
void backward_rounded(const Inputs<Bfloat16>& in, const Node& node, const Upstream<Bfloat16>& up,
                      const Gradients<Bfloat16>& gradients) {
  if constexpr (tensor_cores::available)
    if (tensor_cores::present() && fits_tensor_cores(in, node))
      return backward_on_tensor_cores(in, node, up, gradients, tensor_cores::OnDevice{});
  const Gradients<float> wide{
      room_like<View5<float>>(gradients.d_q),    room_like<View5<float>>(gradients.d_k),
      room_like<View5<float>>(gradients.d_v),    gradients.d_bias,
      room_like<View5<float>>(gradients.d_gate), gradients.into_bias};
  backward(widened(in), node,
           Upstream<float>{convert<View5<float>>(up.o), up.lse, convert<View5<float>>(up.d_o)}, wide);
  convert_into(gradients.d_q, wide.d_q);
  convert_into(gradients.d_k, wide.d_k);
  convert_into(gradients.d_v, wide.d_v);
  convert_into(gradients.d_gate, wide.d_gate);
}

}  // namespace attune::attention::triangle
