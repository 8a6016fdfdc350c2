// attention/dense/instances_rounded.cpp
//
// The shipped cases of bfloat16, compiled once: biases of float, or of bfloat16 in memory.
#include "attention/bias/bucket.hpp"
#include "attention/bias/relative.hpp"
#include "attention/dense/backward.hpp"
#include "attention/dense/forward.hpp"

namespace attune::attention::dense {

template <class Bias, class Mask> struct ShippedRounded {
  static constexpr auto forward_bfloat16 = &forward<Bfloat16, Bias, Mask>;
  static constexpr auto backward_bfloat16 = &backward<Bfloat16, Bias, Mask>;
};

template struct ShippedRounded<bias::None<float>, Full>;
template struct ShippedRounded<bias::None<float>, Causal>;
template struct ShippedRounded<bias::None<float>, KeyPadding>;
template struct ShippedRounded<bias::Tensor<float>, Full>;
template struct ShippedRounded<bias::Tensor<float>, Causal>;
template struct ShippedRounded<bias::Tensor<float>, KeyPadding>;
template struct ShippedRounded<bias::Tensor<Bfloat16>, Full>;
template struct ShippedRounded<bias::Tensor<Bfloat16>, Causal>;
template struct ShippedRounded<bias::Relative<float>, Full>;
template struct ShippedRounded<bias::Bucket<float>, Full>;

}  // namespace attune::attention::dense
