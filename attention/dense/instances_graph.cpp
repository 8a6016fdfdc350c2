// attention/dense/instances_graph.cpp
//
// The shipped cases of biases by what lies between two nodes or particles, compiled once.
#include "attention/bias/bucket.hpp"
#include "attention/bias/radial.hpp"
#include "attention/dense/shipped.hpp"

namespace attune::attention::dense {

template struct Shipped<bias::Bucket, Full>;
template struct Shipped<bias::Bucket, KeyPadding>;
template struct Shipped<bias::Bucket, Lengths>;
template struct Shipped<bias::Radial, Full>;
template struct Shipped<bias::Radial, KeyPadding>;
template struct Shipped<bias::Radial, Lengths>;

}  // namespace attune::attention::dense
