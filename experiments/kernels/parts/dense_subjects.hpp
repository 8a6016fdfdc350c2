// experiments/kernels/parts/dense_subjects.hpp
//
// Dense attention, a subject for each kind of bias, and what else has its shape.
#pragma once

#include "experiments/kernels/parts/subject.hpp"

namespace attune::experiments::kernels {

Passes dense_plain(Computation which, const Size& size, const Draw& draw);
Passes dense_shared_bias(Computation which, const Size& size, const Draw& draw);
Passes dense_relative(Computation which, const Size& size, const Draw& draw);
Passes dense_monotone(Computation which, const Size& size, const Draw& draw);
Passes dense_spectral(Computation which, const Size& size, const Draw& draw);
Passes dense_bucket(Computation which, const Size& size, const Draw& draw);
Passes dense_radial(Computation which, const Size& size, const Draw& draw);

// In the place of softmax; forward only: the gradient jumps where a key enters the support, and rounding
// decides when it does.
Passes sparsemax(Computation which, const Size& size, const Draw& draw);

// The gradient of a function of the gradients.
Passes second_derivatives(Computation which, const Size& size, const Draw& draw);

}  // namespace attune::experiments::kernels
