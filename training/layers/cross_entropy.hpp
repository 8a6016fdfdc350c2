// training/layers/cross_entropy.hpp
//
// The negative logarithm of the probability that a softmax gives the target:
//
//   l_i = log sum_j exp x_ij - x_{i t_i}        L = scale sum_i w_i l_i
//   d_x_ij = scale w_i (p_ij - [j = t_i])       p_ij = exp x_ij / sum_k exp x_ik
//
// Rows with t_i = -1 or w_i = 0 take no part. The sum runs over the rows of every rank, exactly; `scale` is
// the caller's: 1 / rows that take part, on all ranks, gives the mean.
//
// Shapes   logits x (rows, classes); target t (rows), -1 <= t_i < classes; weight w (rows) or empty: all 1
// Cost     an exponential an entry; memory of the value rows doubles
// Limits   float, double; l in double, whatever the logits are; a target out of range is a broken promise
#pragma once

#include "core/core/communicator.hpp"
#include "training/layers/arrays.hpp"

namespace attune::training::layers::cross_entropy {

template <class Scalar> struct Inputs {
  View2<const Scalar> logits;
  View1<const int> target;
  View1<const Scalar> weight = {};  // or empty
};

// L. Collective.
template <class Scalar> double value(const Inputs<Scalar>& in, double scale, const Communicator& ranks);

// w_i l_i. Shape (rows).
template <class Scalar> View1<double> row_values(const Inputs<Scalar>& in);

template <class Scalar>
void gradient(const std::type_identity_t<Inputs<Scalar>>& in, double scale, const View2<Scalar>& d_x);

}  // namespace attune::training::layers::cross_entropy
