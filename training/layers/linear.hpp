// training/layers/linear.hpp
//
//   y_ij = sum_k x_ik W_kj + b_j
//
//   d_x = d_y W^T      d_W += x^T d_y      d_b_j += sum_i d_y_ij
//
// Shapes   x (rows, in), y (rows, out), W (in, out), b (out) or empty: none is added
// Cost     forward 2 rows in out flops, backward twice that; memory: matmul.hpp, column_sums.hpp
// Limits   float, double; any extents
#pragma once

#include "training/layers/arrays.hpp"
#include "training/layers/matmul.hpp"
#include "training/parameters.hpp"

namespace attune::training::layers::linear {

template <class Scalar> struct Weights {
  View2<Scalar> weight;  // (in, out)
  View1<Scalar> bias;  // (out) or empty
  Initial weight_rule, bias_rule;
};

template <class Scalar> void describe(auto& tensor, Weights<Scalar>& w) {
  tensor("weight", w.weight, "(in, out)", w.weight_rule);
  if (w.bias.size() > 0) tensor("bias", w.bias, "(out)", w.bias_rule);
}

// All zero until initialised: the weight by `rule`, LeCun's unless said; the bias by `bias_rule`.
template <class Scalar> Weights<Scalar> make(Index in, Index out) {
  return {View2<Scalar>("weight", in, out), View1<Scalar>("bias", out),
          Initial::lecun(static_cast<double>(in)), Initial::zeros()};
}
template <class Scalar> Weights<Scalar> make_without_bias(Index in, Index out) {
  return {View2<Scalar>("weight", in, out), {}, Initial::lecun(static_cast<double>(in)), {}};
}

template <class Scalar>
void forward(const Weights<Scalar>& w, const Input<Scalar>& x, const View2<Scalar>& y);

// Writes d_x, unless it is empty; adds to d_w.
template <class Scalar>
void backward(const Weights<Scalar>& w, const Input<Scalar>& x, const Input<Scalar>& d_y,
              const View2<Scalar>& d_x, const Weights<Scalar>& d_w);

// Adds to d_x, too, for an input that several layers read.
template <class Scalar>
void add_backward(const Weights<Scalar>& w, const Input<Scalar>& x, const Input<Scalar>& d_y,
                  const View2<Scalar>& d_x, const Weights<Scalar>& d_w) {
  matmul(d_y, transposed(w.weight), d_x, {.beta = 1});
  backward(w, x, d_y, {}, d_w);
}

}  // namespace attune::training::layers::linear
