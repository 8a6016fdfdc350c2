// attention/dense/instances_position.cpp
//
// The shipped cases of biases by position on a grid, compiled once.
#include "attention/bias/monotone.hpp"
#include "attention/bias/relative.hpp"
#include "attention/bias/spectral.hpp"
#include "attention/dense/shipped.hpp"

namespace attune::attention::dense {

template struct Shipped<bias::Relative, Full>;
template struct Shipped<bias::Relative, Causal>;
template struct Shipped<bias::Relative, Window>;
template struct Shipped<bias::Relative, KeyPadding>;
template struct Shipped<bias::Monotone, Full>;
template struct Shipped<bias::Monotone, Causal>;
template struct Shipped<bias::Monotone, Window>;
template struct Shipped<bias::Monotone, KeyPadding>;
template struct Shipped<bias::Spectral, Full>;
template struct Shipped<bias::Spectral, Causal>;
template struct Shipped<bias::Spectral, Window>;
template struct Shipped<bias::Spectral, KeyPadding>;

}  // namespace attune::attention::dense
