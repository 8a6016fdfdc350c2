// attention/window/content_rounded.hpp
//
// Window attention of bfloat16 with content: forward on matrix units where the device has them and the window is
// one for them; else, and backward, by the kernels of float on widened copies, rounded at the end. Either way sums
// are a float's; matrix units also round the weights p_io (by 2^-9 of each), which widened copies do not.
//
// Memory   widened: float copies of q, k, v and o, in backward of d_o and the gradients too
#pragma once

#include "attention/convert.hpp"
#include "attention/tensor_cores/cuda.hpp"
#include "attention/window/forward_tensor_cores.hpp"

namespace attune::attention::window::content {

inline Inputs<float> widened(const Inputs<Bfloat16>& in) {
  return {convert<View3<float>>(in.q),
          convert<View3<float>>(in.k),
          convert<View3<float>>(in.v),
          in.bias,
          in.temperature,
          in.scale};
}
inline Outputs<float> widened(const Outputs<Bfloat16>& out) {
  return {convert<View3<float>>(out.o), out.lse};
}
inline OutputGradients<float> widened(const OutputGradients<Bfloat16>& d_out) {
  return {convert<View3<float>>(d_out.d_o), d_out.d_lse};
}

// Scalar is Bfloat16; a template, since a processor is to compile no kernels for matrix units.
template <class Scalar>
void forward_rounded(const Inputs<Scalar>& in, const Grid& grid, const Outputs<Scalar>& out) {
  if constexpr (tensor_cores::available)
    if (tensor_cores::present() && forward_on_tensor_cores(in, grid, out, tensor_cores::OnDevice{})) return;
  const View3<float> o("attention::window::content::o", out.o.layout());
  forward(widened(in), grid, Outputs<float>{o, out.lse});
  convert_into(out.o, o);
}

inline void backward_rounded(const Inputs<Bfloat16>& in, const Grid& grid, const Outputs<Bfloat16>& out,
                             const OutputGradients<Bfloat16>& d_out, const Gradients<Bfloat16>& gradients) {
  const Gradients<float> wide{room_like<View3<float>>(gradients.d_q), room_like<View3<float>>(gradients.d_k),
                              room_like<View3<float>>(gradients.d_v)};
  backward(widened(in), grid, widened(out), widened(d_out), wide);
  convert_into(gradients.d_q, wide.d_q);
  convert_into(gradients.d_k, wide.d_k);
  convert_into(gradients.d_v, wide.d_v);
}

}  // namespace attune::attention::window::content
