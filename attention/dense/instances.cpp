// attention/dense/instances.cpp
//
// The shipped cases without a bias and with one in memory, compiled once.
#include "attention/dense/shipped.hpp"

namespace attune::attention::dense {

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

}  // namespace attune::attention::dense
