// attention/dense/shipped.hpp
//
// One line ships a case, in float and double: template struct Shipped<bias::Tensor, Causal>;
// Any other bias or mask is compiled where it is used, from forward.hpp and backward.hpp.
#pragma once

#include "attention/dense/backward.hpp"
#include "attention/dense/forward.hpp"

namespace attune::attention::dense {

template <template <class> class Bias, class Mask> struct Shipped {
  static constexpr auto forward_float = &forward<float, Bias<float>, Mask>;
  static constexpr auto forward_double = &forward<double, Bias<double>, Mask>;
  static constexpr auto backward_float = &backward<float, Bias<float>, Mask>;
  static constexpr auto backward_double = &backward<double, Bias<double>, Mask>;
};

}  // namespace attune::attention::dense
