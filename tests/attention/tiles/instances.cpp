// tests/attention/tiles/instances.cpp
//
// Operators in tiles, to be compiled for other instruction sets.
#include "attention/bias/bucket.hpp"
#include "attention/bias/relative.hpp"
#include "attention/dense/shipped.hpp"
#include "attention/triangle/attention_backward.hpp"
#include "attention/triangle/attention_forward.hpp"

namespace attune::attention {

template struct dense::Shipped<bias::Tensor, Causal>;
template struct dense::Shipped<bias::Bucket, Full>;
template struct dense::Shipped<bias::Relative, Full>;
template void triangle::forward(const triangle::Inputs<float>&, const triangle::Starting&,
                                const triangle::Outputs<float>&);
template void triangle::backward(const triangle::Inputs<double>&, const triangle::Ending&,
                                 const triangle::Upstream<double>&, const triangle::Gradients<double>&);

}  // namespace attune::attention
