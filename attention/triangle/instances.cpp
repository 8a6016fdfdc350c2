// attention/triangle/instances.cpp
//
// Both nodes of the attention and both forms of the multiplication, in float and double, compiled once.
#include "attention/triangle/attention_backward.hpp"
#include "attention/triangle/attention_forward.hpp"
#include "attention/triangle/multiply_backward.hpp"
#include "attention/triangle/multiply_forward.hpp"

namespace attune::attention::triangle {

template void forward(const Inputs<float>&, const Starting&, const Outputs<float>&);
template void forward(const Inputs<float>&, const Ending&, const Outputs<float>&);
template void forward(const Inputs<double>&, const Starting&, const Outputs<double>&);
template void forward(const Inputs<double>&, const Ending&, const Outputs<double>&);
template void backward(const Inputs<float>&, const Starting&, const Upstream<float>&,
                       const Gradients<float>&);
template void backward(const Inputs<float>&, const Ending&, const Upstream<float>&, const Gradients<float>&);
template void backward(const Inputs<double>&, const Starting&, const Upstream<double>&,
                       const Gradients<double>&);
template void backward(const Inputs<double>&, const Ending&, const Upstream<double>&,
                       const Gradients<double>&);

}  // namespace attune::attention::triangle

namespace attune::attention::triangle::multiply {

template void forward(const Inputs<float>&, const Outgoing&, const Outputs<float>&);
template void forward(const Inputs<float>&, const Incoming&, const Outputs<float>&);
template void forward(const Inputs<double>&, const Outgoing&, const Outputs<double>&);
template void forward(const Inputs<double>&, const Incoming&, const Outputs<double>&);
template void backward(const Inputs<float>&, const Outgoing&, const Upstream<float>&,
                       const Gradients<float>&);
template void backward(const Inputs<float>&, const Incoming&, const Upstream<float>&,
                       const Gradients<float>&);
template void backward(const Inputs<double>&, const Outgoing&, const Upstream<double>&,
                       const Gradients<double>&);
template void backward(const Inputs<double>&, const Incoming&, const Upstream<double>&,
                       const Gradients<double>&);

}  // namespace attune::attention::triangle::multiply
