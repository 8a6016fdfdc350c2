// experiments/kernels/parts/triangle_subjects.hpp
//
// The triangle operators: attention around both nodes, and the multiplication both ways.
#pragma once

#include "experiments/kernels/parts/subject.hpp"

namespace attune::experiments::kernels {

Passes triangle_starting(Computation which, const Size& size, const Draw& draw);
Passes triangle_ending(Computation which, const Size& size, const Draw& draw);
Passes triangle_outgoing(Computation which, const Size& size, const Draw& draw);
Passes triangle_incoming(Computation which, const Size& size, const Draw& draw);

}  // namespace attune::experiments::kernels
