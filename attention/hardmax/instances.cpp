// attention/hardmax/instances.cpp
//
// The shipped cases, compiled once. Any other bias or mask is compiled where it is used, from forward.hpp and
// backward.hpp.
#include "attention/hardmax/backward.hpp"

namespace attune::attention::hardmax {

template <template <class> class Bias, class Mask> struct Shipped {
  static constexpr auto forward_float = &forward<float, Bias<float>, Mask>;
  static constexpr auto forward_double = &forward<double, Bias<double>, Mask>;
  static constexpr auto backward_float = &backward<float, Bias<float>, Mask>;
  static constexpr auto backward_double = &backward<double, Bias<double>, Mask>;
};

template struct Shipped<bias::None, Full>;
template struct Shipped<bias::None, Causal>;
template struct Shipped<bias::None, Window>;
template struct Shipped<bias::None, KeyPadding>;
template struct Shipped<bias::None, Lengths>;
template struct Shipped<bias::Tensor, Full>;
template struct Shipped<bias::Tensor, Causal>;
template struct Shipped<bias::Tensor, Window>;
template struct Shipped<bias::Tensor, KeyPadding>;
template struct Shipped<bias::Tensor, Lengths>;

}  // namespace attune::attention::hardmax
