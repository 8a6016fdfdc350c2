// attention/dense/shipped_rounded.hpp
//
// One line ships a case of bfloat16: template struct ShippedRounded<bias::Tensor<float>, Full>; before it a line
// ATTUNE_WIDENED_ELSEWHERE(bias::Tensor<float>, Full) where a case of float that widened copies go to is shipped too, so
// that it is not compiled again.
#pragma once

#include "attention/dense/backward.hpp"
#include "attention/dense/forward.hpp"

#define ATTUNE_WIDENED_ELSEWHERE(Bias, Mask)                                                            \
  extern template void forward(const Inputs<float>&, const Bias&, const Mask&, const Outputs<float>&);  \
  extern template void backward(const Inputs<float>&, const Bias&, const Mask&, const Upstream<float>&, \
                                const Gradients<float>&);

namespace attune::attention::dense {

template <class Bias, class Mask> struct ShippedRounded {
  static constexpr auto forward_bfloat16 = &forward<Bfloat16, Bias, Mask>;
  static constexpr auto backward_bfloat16 = &backward<Bfloat16, Bias, Mask>;
};

}  // namespace attune::attention::dense
