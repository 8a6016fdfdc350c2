// experiments/heat/parts/oracle.hpp
//
// What theory says a stencil must have learned: the loss as a quadratic over the simplex of its weights, with
// tied offsets sharing theirs. Shares nothing with the kernels and solvers that it judges.
#pragma once

#include "solvers/heat/theory/covariance.hpp"

namespace attune::experiments::heat {

struct Optimum {
  attune::heat::theory::Stencil stencil;  // the best weights
  double loss = 0;
};

// Offsets that share a weight: entry o is the class of offset o.
std::vector<std::size_t> reflection_classes(const std::vector<Triple>& offsets, bool tied);

// The best stencil for these very fields and targets, row-major on every rank.
Optimum best_for_sample(const attune::heat::theory::Grid& grid, const std::vector<Triple>& offsets, bool tied,
                        const attune::heat::theory::Fields& fields,
                        const attune::heat::theory::Fields& targets);

// The best stencil in expectation over white noise of unit variance, for a target stencil.
Optimum best_for_white_noise(const attune::heat::theory::Grid& grid, const std::vector<Triple>& offsets,
                             bool tied, const attune::heat::theory::Stencil& target);

// Eigenvalues of the Hessian of the loss in the biases of a softmax at these weights, ascending,
//
//   2 J C J,  J = diag p - p p^T,   C of this very field,
//
// on the classes of offsets, without the direction that shifts all biases.
std::vector<double> softmax_curvatures(const attune::heat::theory::Grid& grid,
                                       const attune::heat::theory::Stencil& at, bool tied,
                                       const std::vector<double>& field);

}  // namespace attune::experiments::heat
