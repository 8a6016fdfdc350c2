// attention/sparsemax/sparsemax.hpp
//
// Attention with sparsemax in the place of softmax: the weights of a row are the point of the simplex nearest
// to its scores, and keys far below the best get the weight zero exactly. Per batch b and head h:
//
//   t_ij    = (scale q_i . k_j + bias(b, h, i, j)) / tau_h + prior(b, h, i, j)    where the mask allows it
//   p_i     = argmin_{p >= 0, sum_j p_j = 1} |p - t_i|^2
//   p_ij    = max(0, t_ij - theta_i)            theta_i: the threshold at which the row sums to one
//   o_i     = gain_h sum_j p_ij v_j
//
// A row with no allowed key gives o_i = 0 and theta_i = -infinity. Adding a constant to a row's scores moves
// theta_i by it and nothing else.
//
// Gradients of a loss L(o, theta), with S_i = {j : p_ij > 0}:
//   d_t_ij = gain_h d_o_i . v_j - delta_i on S_i, else 0
//   delta_i = (sum_{j in S_i} gain_h d_o_i . v_j - d_theta_i) / |S_i|
// and from there as in dense.hpp. p has kinks where a key enters the support; there the key counts as
// outside.
//
// Source   [martins2016]: eq. 2, proposition 1, section 2.5; theta by the variable fixing of [michelot1986],
//          that is Newton's steps on the convex function sum_j max(0, t_ij - theta) - 1 [condat2016], from
//          max_j t_ij - 1, which lies left of its root: they end exactly, after N at most, few where scores
//          are spread
// Shapes   those of attention/dense/dense.hpp; theta (B, H, M) stands where lse does
// Cost     forward 2 B H M N D (3 + steps) flops for the scores, computed anew in each step so that nothing
//          of M x N is stored, and 2 E a pair of the support; backward as dense, and 2 B H M N D + 2 E a pair
//          of the support for delta_i
// Memory   forward none; backward that of dense.hpp, workspace_bytes()
// Limits   float, double; any sizes, masks and biases; no sink. theta and so p of backward err by an ulp of
//          the scores. The same bits on any number of threads
#pragma once

#include "attention/dense/dense.hpp"

namespace attune::attention::sparsemax {

using dense::Gradients;
using dense::Inputs;

template <class Scalar> struct Outputs {
  View4<Scalar> o;  // (B, H, M, E)
  View3<Scalar> theta;  // (B, H, M)
};

// What flows into backward: forward's threshold and the gradient of the loss with respect to forward's
// outputs.
template <class Scalar> struct Upstream {
  View3<const Scalar> theta;  // (B, H, M)
  View4<const Scalar> d_o;  // (B, H, M, E)
  View3<const Scalar> d_theta = {};  // (B, H, M); empty: the loss does not see theta
};

// Throws BrokenPromise if shapes disagree, and where there is a sink.
template <class Scalar, class Bias, class Mask>
void forward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Outputs<Scalar>& out);

template <class Scalar, class Bias, class Mask>
void backward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients);

}  // namespace attune::attention::sparsemax
