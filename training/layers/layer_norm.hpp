// training/layers/layer_norm.hpp
//
// Each row to mean 0 and variance 1, then scaled and shifted entry by entry:
//
//   m_i = mean_j x_ij      r_i = 1 / sqrt(mean_j (x_ij - m_i)^2 + epsilon)      n_ij = (x_ij - m_i) r_i
//   y_ij = g_j n_ij + b_j
//
// With e_ij = d_y_ij g_j = dL/dn_ij, and dn_ij/dx_ik = r_i (delta_jk - 1/width - n_ij n_ik / width):
//
//   d_x_ik = r_i (e_ik - mean_j e_ij - n_ik mean_j e_ij n_ij)
//   d_g_j += sum_i d_y_ij n_ij      d_b_j += sum_i d_y_ij
//
// Source   Ba et al. 2016 [ba2016], eq. 4; epsilon 1e-5 as in AlphaFold 2
// Shapes   x, y (rows, width); scale g, offset b (width), or both empty: y = n; moments (rows). y may be
//          x; d_x may be x or d_y
// Cost     about 8 flops an entry forward, 14 backward; memory of the column sums only
// Limits   float, double; the mean is taken of x_ij - x_i0, so that a constant row gives n = 0 exactly
#pragma once

#include "training/layers/arrays.hpp"
#include "training/parameters.hpp"

namespace attune::training::layers::layer_norm {

inline constexpr double epsilon = 1e-5;

template <class Scalar> struct Weights {
  View1<Scalar> scale, offset;  // (width), or both empty
};

template <class Scalar> void describe(auto& tensor, Weights<Scalar>& w) {
  if (w.scale.size() == 0) return;
  tensor("scale", w.scale, "(width)", Initial::ones());
  tensor("offset", w.offset, "(width)", Initial::zeros());
}

template <class Scalar> Weights<Scalar> make(Index width) {
  return {View1<Scalar>("scale", width), View1<Scalar>("offset", width)};
}

// What backward needs of each row.
template <class Scalar> struct Moments {
  View1<Scalar> mean, inverse_deviation;  // (rows)
};

template <class Scalar> Moments<Scalar> make_moments(Index rows) {
  return {View1<Scalar>("training::layers::layer_norm::mean", rows),
          View1<Scalar>("training::layers::layer_norm::inverse_deviation", rows)};
}

template <class Scalar>
void forward(const Weights<Scalar>& w, const Input<Scalar>& x, const View2<Scalar>& y,
             const Moments<Scalar>& moments);

template <class Scalar> struct Inputs {
  View2<const Scalar> x;
  Moments<Scalar> moments;
};

// Writes d_x, unless it is empty; adds to d_w.
template <class Scalar>
void backward(const Weights<Scalar>& w, const std::type_identity_t<Inputs<Scalar>>& in,
              const Input<Scalar>& d_y, const View2<Scalar>& d_x, const Weights<Scalar>& d_w);

}  // namespace attune::training::layers::layer_norm
