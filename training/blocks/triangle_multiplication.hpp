// training/blocks/triangle_multiplication.hpp
//
// The triangle multiplicative update: a pair is told by the two other sides of every triangle.
//
//   n_ij = norm(z_ij)
//   a_ij = m_ij sigmoid(a.gate(n_ij)) a.projection(n_ij)        b_ij likewise, m the mask
//   p_ij = sum_k a_ik b_jk (outgoing)    or    sum_k a_ki b_kj (incoming), channel by channel
//   out_ij = sigmoid(gate(n_ij)) output(norm_sum(p_ij))
//
// The form is a type, Outgoing or Incoming (attention/triangle/multiply.hpp).
//
// Backward keeps nothing of forward: it computes n, a, b and p again, a chunk at a time.
//
// Source   [jumper2021], algorithms 11 and 12; without biases [abramson2024], algorithms 12 and 13. Rules of
//          initial weights: [jumper2021], supplement 1.11.4: gates of weight 0 and bias 1, so open by
//          sigmoid(1) = 0.731, without biases by 1/2; the output 0
// Shapes   z, out (B, N, N, c_z); mask (B, N, N); n of width c_z; a, b, p of width c
// Cost     forward 2 B N^2 (5 c_z c + c_z^2 + N c) flops; backward, with what it computes again, five times
//          that of the projections a and b, three times the rest
// Memory   forward_bytes(), backward_bytes() below, beside what the layers take (matmul.hpp,
//          column_sums.hpp)
// Limits   float, double; any sizes. Chunks of rows leave outputs and d_z as they are, on a processor bit for
//          bit; chunks of channels, and weights' gradients, to round-off. out is not z, d_z neither z nor
//          d_out. The released weights of AlphaFold 2 call b of the incoming form a, and a b; those of
//          AlphaFold 3 hold the channels of a and b in turns
#pragma once

#include "attention/triangle/multiply.hpp"
#include "training/blocks/pairs.hpp"
#include "training/layers/layer_norm.hpp"
#include "training/layers/linear.hpp"

namespace attune::training::blocks::triangle_multiplication {

using attention::triangle::multiply::Incoming;
using attention::triangle::multiply::Outgoing;

struct Options {
  Index pair_width = 128, width = 128;  // c_z, c
  bool linear_biases = true;
};

// Of a or b.
template <class Scalar> struct Side {
  layers::linear::Weights<Scalar> projection, gate;  // c_z -> c
};

template <class Scalar> void describe(auto& tensor, Side<Scalar>& w) {
  nested(tensor, "projection", w.projection);
  nested(tensor, "gate", w.gate);
}

template <class Scalar> struct Weights {
  layers::layer_norm::Weights<Scalar> norm;
  Side<Scalar> a, b;
  layers::linear::Weights<Scalar> gate;  // c_z -> c_z
  layers::layer_norm::Weights<Scalar> norm_sum;
  layers::linear::Weights<Scalar> output;  // c -> c_z
};

template <class Scalar> void describe(auto& tensor, Weights<Scalar>& w) {
  nested(tensor, "norm", w.norm);
  nested(tensor, "a", w.a);
  nested(tensor, "b", w.b);
  nested(tensor, "gate", w.gate);
  nested(tensor, "norm_sum", w.norm_sum);
  nested(tensor, "output", w.output);
}

// All zero until initialised.
template <class Scalar> Weights<Scalar> make(const Options& options);

template <class Scalar, class Form>
void forward(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Form& form, const View4<Scalar>& out);

template <class Scalar> struct Gradients {
  View4<Scalar> d_z;
  Weights<Scalar> d_w;
};

// Writes d_z; adds to d_w.
template <class Scalar, class Form>
void backward(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Form& form,
              const std::type_identity_t<View4<const Scalar>>& d_out,
              const std::type_identity_t<Gradients<Scalar>>& gradients);

struct Shape {
  Index batches, tokens, pair_width, width;  // B, N, c_z, c
};

inline double forward_flops(const Shape& s) {
  const auto pairs = static_cast<double>(s.batches * s.tokens * s.tokens);
  const auto c_z = static_cast<double>(s.pair_width), c = static_cast<double>(s.width);
  return 2 * pairs * (5 * c_z * c + c_z * c_z) + 2 * pairs * static_cast<double>(s.tokens) * c;
}

// One batch is worked off at a time: p, and beside it either a and b of a chunk of channels, being made from
// a chunk of rows, or what the output takes of a chunk of rows.
inline double forward_bytes(const Shape& s, const Chunks& chunks, std::size_t scalar) {
  const auto pairs = static_cast<double>(s.tokens * s.tokens),
             part = static_cast<double>(std::min(chunks.rows, s.tokens) * s.tokens);
  const auto c_z = static_cast<double>(s.pair_width), c = static_cast<double>(s.width),
             some = static_cast<double>(std::min(chunks.channels, s.width));
  const double sides = 2 * pairs * some + part * (c_z + 2 * some), output = part * (2 * c_z + 2);
  return static_cast<double>(scalar) * (pairs * c + std::max(sides, output));
}

// p gives way to d_p; beside it d_a and d_b of a chunk of channels with a and b, or with a chunk of rows.
inline double backward_bytes(const Shape& s, const Chunks& chunks, std::size_t scalar) {
  const auto pairs = static_cast<double>(s.tokens * s.tokens),
             part = static_cast<double>(std::min(chunks.rows, s.tokens) * s.tokens);
  const auto c_z = static_cast<double>(s.pair_width), c = static_cast<double>(s.width),
             some = static_cast<double>(std::min(chunks.channels, s.width));
  const double sides = 2 * pairs * some + std::max(2 * pairs * some, part * (c_z + 2 * some)),
               output = part * (3 * c_z + 2 * c + 4);
  return static_cast<double>(scalar) * (pairs * c + std::max(sides, output));
}

}  // namespace attune::training::blocks::triangle_multiplication
