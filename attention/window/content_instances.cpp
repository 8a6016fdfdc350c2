// attention/window/content_instances.cpp
//
// The shipped cases, compiled once.
#include "attention/window/content_backward.hpp"
#include "attention/window/content_backward_table.hpp"
#include "attention/window/content_forward.hpp"

namespace attune::attention::window::content {

template void forward(const Inputs<float>&, const Grid&, const Outputs<float>&);
template void forward(const Inputs<double>&, const Grid&, const Outputs<double>&);
template void backward(const Inputs<float>&, const Grid&, const Outputs<float>&,
                       const OutputGradients<float>&, const Gradients<float>&);
template void backward(const Inputs<double>&, const Grid&, const Outputs<double>&,
                       const OutputGradients<double>&, const Gradients<double>&);
template TableGradient backward_table(const Inputs<float>&, const Grid&, const Outputs<float>&,
                                      const OutputGradients<float>&, const Communicator&);
template TableGradient backward_table(const Inputs<double>&, const Grid&, const Outputs<double>&,
                                      const OutputGradients<double>&, const Communicator&);

}  // namespace attune::attention::window::content
