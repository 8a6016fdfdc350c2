// attention/graph/instances.cpp
//
// The shipped cases, compiled once.
#include "attention/graph/backward.hpp"
#include "attention/graph/forward.hpp"

namespace attune::attention::graph {

template void forward(const Inputs<float>&, const Neighbours&, const Outputs<float>&);
template void forward(const Inputs<double>&, const Neighbours&, const Outputs<double>&);
template void backward(const Inputs<float>&, const Neighbours&, const Outputs<float>&,
                       const OutputGradients<float>&, const Gradients<float>&);
template void backward(const Inputs<double>&, const Neighbours&, const Outputs<double>&,
                       const OutputGradients<double>&, const Gradients<double>&);

}  // namespace attune::attention::graph
