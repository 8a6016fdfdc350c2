// experiments/kernels/parts/local_subjects.hpp
//
// Operators that list the keys of a query: graphs and windows.
#pragma once

#include "experiments/kernels/parts/subject.hpp"

namespace attune::experiments::kernels {

Passes graph(Computation which, const Size& size, const Draw& draw);
Passes window_content(Computation which, const Size& size, const Draw& draw);
Passes window_position(Computation which, const Size& size, const Draw& draw);

}  // namespace attune::experiments::kernels
