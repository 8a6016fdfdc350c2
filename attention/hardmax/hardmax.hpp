// attention/hardmax/hardmax.hpp
//
// Attention of every query to its best key alone, the limit of softmax attention for small temperatures. Per
// batch b and head h, with the scores t_ij of attention/dense/dense.hpp:
//
//   m_i  = max_j t_ij                                  over the keys that the mask allows
//   p_ij = 1 / |{j : t_ij = m_i}| where t_ij = m_i, else 0          keys that tie share evenly
//   o_i  = gain_h sum_j p_ij v_j
//
// A row with no allowed key gives o_i = 0 and m_i = -infinity. Where the best s_ij lead the others by a gap
// and there is no prior, softmax at temperature tau differs by at most (N - 1) exp(-gap / tau) in each
// weight, and sparsemax not at all once gap >= tau.
//
// Gradient of a loss L(o), with d_o = dL/do:
//   d_v_j = gain sum_{h, i} p_ij d_o_i
// The scores have none: p is constant almost everywhere.
//
// Source   limits of softmax and sparsemax [martins2016], proposition 2
// Shapes   those of attention/dense/dense.hpp; m (B, H, M) stands where lse does
// Cost     forward 2 B H M N D flops and 2 E for each new best key of a row; backward 2 B H M N 2 D
// Memory   forward none; backward one number a row (b, h, i)
// Limits   float, double; any sizes, masks and biases; no sink. Backward finds the best keys by equality with
//          m, so each pass has to compute a score to the same bit, as score.hpp does. The same bits on any
//          number of threads
#pragma once

#include "attention/dense/dense.hpp"

namespace attune::attention::hardmax {

using dense::Inputs;

template <class Scalar> struct Outputs {
  View4<Scalar> o;  // (B, H, M, E)
  View3<Scalar> most;  // (B, H, M), m_i
};

// What flows into backward: forward's largest scores and the gradient of the loss with respect to o.
template <class Scalar> struct Upstream {
  View3<const Scalar> most;  // (B, H, M)
  View4<const Scalar> d_o;  // (B, H, M, E)
};

template <class Scalar> struct Gradients {
  View4<Scalar> d_v;  // as v
};

// Throws BrokenPromise if shapes disagree, and where there is a sink.
template <class Scalar, class Bias, class Mask>
void forward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Outputs<Scalar>& out);

template <class Scalar, class Bias, class Mask>
void backward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients);

}  // namespace attune::attention::hardmax
