// attention/window/content_instances_rounded.cpp
//
// The shipped cases of bfloat16, compiled once. What widened copies go to is in content_instances.cpp.
#include "attention/window/content_backward.hpp"
#include "attention/window/content_forward.hpp"

namespace attune::attention::window::content {

extern template void forward(const Inputs<float>&, const Grid&, const Outputs<float>&);
extern template void backward(const Inputs<float>&, const Grid&, const Outputs<float>&,
                              const OutputGradients<float>&, const Gradients<float>&);

template void forward(const Inputs<Bfloat16>&, const Grid&, const Outputs<Bfloat16>&);
template void backward(const Inputs<Bfloat16>&, const Grid&, const Outputs<Bfloat16>&,
                       const OutputGradients<Bfloat16>&, const Gradients<Bfloat16>&);

}  // namespace attune::attention::window::content
