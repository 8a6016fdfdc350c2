// training/blocks/pair_transition.hpp
//
// The transition of every pair by itself:
//
//   out_ij = down(f(up(norm(z_ij))))        f ReLU, or SwiGLU with a gate (training/layers/transition.hpp)
//
// Backward keeps nothing of forward: it computes the chunk's layers again.
//
// Source   [jumper2021], algorithm 15 (ReLU); [abramson2024], algorithm 11 (SwiGLU, without biases)
// Shapes   z, out (B, N, N, c_z); hidden width expansion c_z
// Cost     forward 4 B N^2 expansion c_z^2 flops, with a gate 6; backward three times that
// Memory   forward_bytes(), backward_bytes() below, beside what the layers take
// Limits   float, double; any sizes. Chunks leave outputs and d_z as they are, on a processor bit for bit,
//          and weights' gradients to round-off. out is not z; d_z is neither z nor d_out
#pragma once

#include "training/blocks/pairs.hpp"
#include "training/layers/layer_norm.hpp"
#include "training/layers/transition.hpp"

namespace attune::training::blocks::pair_transition {

using layers::transition::Function;

struct Options {
  Index pair_width = 128, expansion = 4;
  Function function = Function::relu;
  bool linear_biases = true;
};

template <class Scalar> struct Weights {
  layers::layer_norm::Weights<Scalar> norm;
  layers::transition::Weights<Scalar> transition;
};

template <class Scalar> void describe(auto& tensor, Weights<Scalar>& w) {
  nested(tensor, "norm", w.norm);
  describe(tensor, w.transition);
}

// All zero until initialised.
template <class Scalar> Weights<Scalar> make(const Options& options);

template <class Scalar>
void forward(const Weights<Scalar>& w, const Pairs<Scalar>& in, const View4<Scalar>& out);

template <class Scalar> struct Gradients {
  View4<Scalar> d_z;
  Weights<Scalar> d_w;
};

// Writes d_z; adds to d_w.
template <class Scalar>
void backward(const Weights<Scalar>& w, const Pairs<Scalar>& in,
              const std::type_identity_t<View4<const Scalar>>& d_out,
              const std::type_identity_t<Gradients<Scalar>>& gradients);

struct Shape {
  Index batches, tokens, pair_width, hidden;
  bool gated;
};

// Of a chunk of rows: n, its moments, and hidden arrays up, the gate and what f gives.
inline double forward_bytes(const Shape& s, const Chunks& chunks, std::size_t scalar) {
  const auto part = static_cast<double>(std::min(chunks.rows, s.batches * s.tokens) * s.tokens);
  const auto c_z = static_cast<double>(s.pair_width), hidden = static_cast<double>(s.hidden);
  return static_cast<double>(scalar) * part * (c_z + 2 + (s.gated ? 3 : 2) * hidden);
}

// The gradient of what f gives beside.
inline double backward_bytes(const Shape& s, const Chunks& chunks, std::size_t scalar) {
  const auto part = static_cast<double>(std::min(chunks.rows, s.batches * s.tokens) * s.tokens);
  return forward_bytes(s, chunks, scalar) +
         static_cast<double>(scalar) * part * static_cast<double>(s.hidden);
}

}  // namespace attune::training::blocks::pair_transition
