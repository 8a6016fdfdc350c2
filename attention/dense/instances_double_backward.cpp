// attention/dense/instances_double_backward.cpp
//
// The shipped cases of double_backward, compiled once. Double only: the forces of a fit want it.
#include "attention/dense/double_backward_kernels.hpp"

namespace attune::attention::dense {

template <template <class> class Bias, class Mask> struct ShippedTwice {
  static constexpr auto double_backward_double = &double_backward<double, Bias<double>, Mask>;
};

template struct ShippedTwice<bias::None, Full>;
template struct ShippedTwice<bias::None, Causal>;
template struct ShippedTwice<bias::None, KeyPadding>;
template struct ShippedTwice<bias::None, Lengths>;
template struct ShippedTwice<bias::Tensor, Full>;
template struct ShippedTwice<bias::Tensor, Causal>;
template struct ShippedTwice<bias::Tensor, KeyPadding>;
template struct ShippedTwice<bias::Tensor, Lengths>;

}  // namespace attune::attention::dense
