// attention/triangle/instances_rounded.cpp
//
// Both nodes of the attention in bfloat16, compiled once. What widened copies go to is in instances.cpp.
#include "attention/triangle/attention_backward.hpp"
#include "attention/triangle/attention_forward.hpp"

namespace attune::attention::triangle {

extern template void forward(const Inputs<float>&, const Starting&, const Outputs<float>&);
extern template void forward(const Inputs<float>&, const Ending&, const Outputs<float>&);
extern template void backward(const Inputs<float>&, const Starting&, const Upstream<float>&,
                              const Gradients<float>&);
extern template void backward(const Inputs<float>&, const Ending&, const Upstream<float>&,
                              const Gradients<float>&);

template void forward(const Inputs<Bfloat16>&, const Starting&, const Outputs<Bfloat16>&);
template void forward(const Inputs<Bfloat16>&, const Ending&, const Outputs<Bfloat16>&);
template void backward(const Inputs<Bfloat16>&, const Starting&, const Upstream<Bfloat16>&,
                       const Gradients<Bfloat16>&);
template void backward(const Inputs<Bfloat16>&, const Ending&, const Upstream<Bfloat16>&,
                       const Gradients<Bfloat16>&);

}  // namespace attune::attention::triangle
