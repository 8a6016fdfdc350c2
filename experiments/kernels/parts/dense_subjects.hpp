// experiments/kernels/parts/dense_subjects.hpp
//
// Dense attention, a subject for each kind of bias.
#pragma once

#include "experiments/kernels/parts/subject.hpp"

namespace attune::experiments::kernels {

Passes dense_plain(Computation which, const Size& size, const Draw& draw);
Passes dense_shared_bias(Computation which, const Size& size, const Draw& draw);

}  // namespace attune::experiments::kernels
