// training/layers/dropout.hpp
//
//   y_n = x_n k_n / (1 - rate),   k_n = 1 where u_n >= rate, else 0        d_x_n = d_y_n k_n / (1 - rate)
//
// u_n is a uniform number keyed by (seed, stream, place, step): no mask is stored, backward draws it again,
// and the bits depend on no number of threads or ranks. The place is the entry's number in the whole array;
// where a mask is shared along an axis, its number without that axis, so that all entries along it are kept
// or dropped together. Every layer has a random stream of its own, every step of training its own draw. In
// evaluation, and with rate 0, y = x.
//
// Source   [srivastava2014]; shared along rows or columns as in AlphaFold 2 ([jumper2021], supplement 1.11.6)
// Shapes   x, y (n0, n1, n2) or (rows, width), the latter as (rows, 1, width); y may be x; no gaps in memory
// Cost     a Philox block an entry: 10 rounds of 2 multiplications
// Limits   float, double; 0 <= rate < 1; an array cut among ranks is cut along the first axis
#pragma once

#include <concepts>

#include "core/core/random.hpp"
#include "training/layers/arrays.hpp"

namespace attune::training::layers::dropout {

enum class Phase { training, evaluation };
enum class Shared { none, first_axis, second_axis, third_axis };

struct Dropout {
  double rate = 0;
  Random random;  // seed of the run, stream of the layer
  std::uint32_t step = 0;
  Phase phase = Phase::training;
  Shared shared = Shared::none;
  Index first = 0;  // global number along the first axis of this rank's first entry
};

template <std::floating_point Scalar>
void forward(const Dropout& dropout, const std::type_identity_t<View3<const Scalar>>& x,
             const View3<Scalar>& y);
template <std::floating_point Scalar>
void forward(const Dropout& dropout, const Input<Scalar>& x, const View2<Scalar>& y);

// Linear, and its own adjoint: d_x may be d_y.
template <std::floating_point Scalar>
void backward(const Dropout& dropout, const std::type_identity_t<View3<const Scalar>>& d_y,
              const View3<Scalar>& d_x) {
  forward(dropout, d_y, d_x);
}
template <std::floating_point Scalar>
void backward(const Dropout& dropout, const Input<Scalar>& d_y, const View2<Scalar>& d_x) {
  forward(dropout, d_y, d_x);
}

}  // namespace attune::training::layers::dropout
