// experiments/heat/parts/rollout_benchmark/least_squares_stencil.hpp
//
// The best convolution of a window without a sign: weights, one a class of offsets, that minimise
//
//   sum over samples and cells of (sum_o w_o u_{i+o} - y_i)^2,
//
// by an orthogonal decomposition of the shifted fields, columns that are dependent to round-off left at least
// norm: descent is too ill-conditioned on smooth fields to get there.
// Limits   (samples cells) x classes numbers are held
#pragma once

#include "experiments/heat/parts/learned_stencil.hpp"
#include "experiments/heat/parts/rollout_benchmark/batch.hpp"

namespace attune::experiments::heat::rollout_benchmark {

// One weight an offset.
std::vector<double> least_squares_weights(const attune::heat::theory::Grid& grid,
                                          const LearnedStencil& window, const Samples& from,
                                          const Samples& to);

}  // namespace attune::experiments::heat::rollout_benchmark
