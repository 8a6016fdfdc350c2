// attention/dense/instances_rounded_bias.cpp
//
// The shipped case of bfloat16 with a bias of bfloat16 in memory, compiled once.
#include "attention/dense/shipped_rounded.hpp"

namespace attune::attention::dense {

template struct ShippedRounded<bias::Tensor<Bfloat16>, Full>;

}  // namespace attune::attention::dense
