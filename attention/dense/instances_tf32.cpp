// attention/dense/instances_tf32.cpp
//
// The shipped cases of forward_tf32, compiled once.
#include "attention/dense/forward_tf32.hpp"

namespace attune::attention::dense {

extern template void forward(const Inputs<float>&, const bias::None<float>&, const Full&,
                             const Outputs<float>&);
extern template void forward(const Inputs<float>&, const bias::Tensor<float>&, const Full&,
                             const Outputs<float>&);

template void forward_tf32(const Inputs<float>&, const bias::None<float>&, const Full&,
                           const Outputs<float>&);
template void forward_tf32(const Inputs<float>&, const bias::Tensor<float>&, const Full&,
                           const Outputs<float>&);

}  // namespace attune::attention::dense
