// attention/dense/instances_rounded.cpp
//
// The shipped cases of bfloat16 without a bias and with one of float in memory, compiled once.
#include "attention/dense/shipped_rounded.hpp"

namespace attune::attention::dense {

ATTUNE_WIDENED_ELSEWHERE(bias::None<float>, Full)
ATTUNE_WIDENED_ELSEWHERE(bias::None<float>, Causal)
ATTUNE_WIDENED_ELSEWHERE(bias::Tensor<float>, Full)
ATTUNE_WIDENED_ELSEWHERE(bias::Tensor<float>, KeyPadding)

template struct ShippedRounded<bias::None<float>, Full>;
template struct ShippedRounded<bias::None<float>, Causal>;
template struct ShippedRounded<bias::Tensor<float>, Full>;
template struct ShippedRounded<bias::Tensor<float>, KeyPadding>;

}  // namespace attune::attention::dense
