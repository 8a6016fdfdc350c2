// training/layers/transition.hpp
//
// The block of two linear layers with a function between, row by row:
//
//   relu, gelu     y = down(f(up(x)))
//   swiglu         y = down(up(x) * silu(gate(x)))          [shazeer2020]
//
// Backward draws on the arguments of f alone; what f gives is computed again.
//
// Shapes   x (rows, width), y (rows, out); up and gate (width, hidden), down (hidden, out)
// Cost     2 rows hidden (width + out) flops forward, with a gate 2 rows hidden (2 width + out); backward
//          twice that. Memory kept for backward: rows hidden scalars, twice that with a gate; beside, in
//          backward, two such arrays
// Limits   float, double
#pragma once

#include "training/layers/linear.hpp"

namespace attune::training::layers::transition {

enum class Function { relu, gelu, swiglu };

template <class Scalar> struct Weights {
  Function function = Function::relu;
  linear::Weights<Scalar> up, gate, down;  // gate of swiglu alone
};

template <class Scalar> void describe(auto& tensor, Weights<Scalar>& w) {
  nested(tensor, "up", w.up);
  if (w.function == Function::swiglu) nested(tensor, "gate", w.gate);
  nested(tensor, "down", w.down);
}

struct Widths {
  Index width, hidden, out;
};

// Rules: He's before a ReLU, LeCun's otherwise.
template <class Scalar> Weights<Scalar> make(Function function, const Widths& widths) {
  Weights<Scalar> w{function,
                    linear::make<Scalar>(widths.width, widths.hidden),
                    {},
                    linear::make<Scalar>(widths.hidden, widths.out)};
  if (function == Function::relu) w.up.weight_rule = Initial::he(static_cast<double>(widths.width));
  if (function == Function::swiglu) w.gate = linear::make<Scalar>(widths.width, widths.hidden);
  return w;
}

// up(x) and gate(x). Shapes (rows, hidden); gate of swiglu alone.
template <class Scalar> struct Saved { View2<Scalar> up, gate; };

template <class Scalar>
Saved<Scalar> forward(const Weights<Scalar>& w, const Input<Scalar>& x, const View2<Scalar>& y);

template <class Scalar> struct Inputs {
  View2<const Scalar> x;
  Saved<Scalar> saved;
};

// Writes d_x, unless it is empty; adds to d_w.
template <class Scalar>
void backward(const Weights<Scalar>& w, const std::type_identity_t<Inputs<Scalar>>& in,
              const Input<Scalar>& d_y, const View2<Scalar>& d_x, const Weights<Scalar>& d_w);

}  // namespace attune::training::layers::transition
