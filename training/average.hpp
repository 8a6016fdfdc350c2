// training/average.hpp
//
// The mean of iterates x_1, x_2, .., which often generalises better than the last of them.
//
//   a_t = a_{t-1} + w_t (x_t - a_{t-1}),   w_t = (1 - beta) / (1 - beta^t)
//
// beta < 1   exponential mean with bias correction: a_t = e_t / (1 - beta^t), where e_0 = 0 and
//            e_t = beta e_{t-1} + (1 - beta) x_t. For then
//            a_t (1 - beta^t) = beta (1 - beta^{t-1}) a_{t-1} + (1 - beta) x_t,
//            and the two factors, divided by 1 - beta^t, are 1 - w_t and w_t
// beta = 1   plain running mean, the limit w_t = 1 / t
//
// Source   plain [izmailov2018, algorithm 1]; the correction [kingma2015, section 3]
// Limits   1 / w_t iterates count: about 1 / (1 - beta) once t is larger
#pragma once

#include "core/core/views.hpp"
#include "training/parameters.hpp"

namespace attune::training {

struct Average {
  Vector mean;  // a_t; empty before the first iterate
  Index iterates = 0;  // t
};

void absorb(Average& average, const Vector& x, double beta);

}  // namespace attune::training
