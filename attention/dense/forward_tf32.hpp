// attention/dense/forward_tf32.hpp
//
// Forward of floats on matrix units, which read them as tf32: 10 bits of fraction, each operand rounded to the
// nearest; sums are a float's. Where the device has none, forward().
#pragma once

#include "attention/dense/forward.hpp"

namespace attune::attention::dense {

template <class Bias, class Mask>
void forward_tf32(const Inputs<float>& in, const Bias& bias, const Mask& mask, const Outputs<float>& out) {
  if constexpr (tensor_cores::available) {
    const Shape s = shape_of(in);
    require_shapes(in, bias);
    if (tensor_cores::present() && fits_tensor_cores(s, score_scale<float>(in.scale, s.width)))
      return forward_on_tensor_cores(in, bias, mask, out, tensor_cores::OnDevice{});
  }
  forward(in, bias, mask, out);
}

}  // namespace attune::attention::dense
