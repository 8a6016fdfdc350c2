// attention/window/instances.cpp
//
// The shipped cases, compiled once.
#include "attention/window/backward.hpp"
#include "attention/window/forward.hpp"

namespace attune::attention::window {

template void forward(const Field<float>&, const Window&, const Table&, const Field<float>&);
template void forward(const Field<double>&, const Window&, const Table&, const Field<double>&);
template TableGradient backward_table(const Field<float>&, const Window&, const Table&, const Field<float>&,
                                      const Field<float>&, const Communicator&);
template TableGradient backward_table(const Field<double>&, const Window&, const Table&, const Field<double>&,
                                      const Field<double>&, const Communicator&);
template void backward_input(const Field<float>&, const Window&, const Table&, const Field<float>&);
template void backward_input(const Field<double>&, const Window&, const Table&, const Field<double>&);

}  // namespace attune::attention::window
