// training/blocks/triangle_attention.hpp
//
// Gated self-attention of pairs around a node, biased by the third side of the triangle, per head h:
//
//   n_ij = norm(z_ij)
//   q_ij, k_ij, v_ij, and b_ij, a number a head, linear maps of n_ij without bias        g_ij = gate(n_ij)
//   starting node   o_ij = sigmoid(g_ij) sum_k softmax_k(q_ij . k_ik / sqrt(D) + b_jk) v_ik
//   ending node     o_ij = sigmoid(g_ij) sum_k softmax_k(q_ij . k_kj / sqrt(D) + b_ki) v_kj
//   out_ij = output(o_ij of all heads)
//
// over the keys whose pair the mask has. The node is a type, Starting or Ending; Ending also holds the other
// convention of the bias, b_ik, and weights of one convention are wrong in the other
// (attention/triangle/node.hpp).
//
// Attention is worked off a chunk of rows at a time, rows i around the starting node and columns j around the
// ending, and b alone is held of all pairs. Backward keeps nothing of forward: it computes b and, chunk by
// chunk, all else again.
//
// Source   [jumper2021], algorithms 13 and 14; without biases [abramson2024], algorithms 14 and 15. Rules of
//          initial weights: [jumper2021], supplement 1.11.4: gates of weight 0 and bias 1, so open by
//          sigmoid(1) = 0.731, without biases by 1/2; the output 0
// Shapes   z, out (B, N, N, c_z); mask (B, N, N); q, k, v, g of width H D
// Cost     forward 2 B N^2 (5 c_z H D + c_z H + 2 N H D) flops; backward, with what it computes again, three
//          times that of the linear maps, 5.5 times that of attention
// Memory   forward_bytes(), backward_bytes() below, beside what the layers take (matmul.hpp,
//          column_sums.hpp)
// Limits   float, double; any sizes. Chunks leave outputs and d_z as they are, on a processor bit for bit,
//          and weights' gradients to round-off. out is not z; d_z is neither z nor d_out
#pragma once

#include "attention/triangle/attention_memory.hpp"
#include "attention/triangle/node.hpp"
#include "training/blocks/pairs.hpp"
#include "training/layers/layer_norm.hpp"
#include "training/layers/linear.hpp"

namespace attune::training::blocks::triangle_attention {

using attention::triangle::BiasFrom;
using attention::triangle::Ending;
using attention::triangle::Starting;

struct Options {
  Index pair_width = 128, heads = 4, head_width = 32;  // c_z, H, D
  bool linear_biases = true;  // of gate and output
};

template <class Scalar> struct Weights {
  layers::layer_norm::Weights<Scalar> norm;
  layers::linear::Weights<Scalar> q, k, v;  // c_z -> H D
  layers::linear::Weights<Scalar> bias;  // c_z -> H
  layers::linear::Weights<Scalar> gate, output;  // c_z -> H D, H D -> c_z
};

template <class Scalar> void describe(auto& tensor, Weights<Scalar>& w) {
  nested(tensor, "norm", w.norm);
  nested(tensor, "q", w.q);
  nested(tensor, "k", w.k);
  nested(tensor, "v", w.v);
  nested(tensor, "bias", w.bias);
  nested(tensor, "gate", w.gate);
  nested(tensor, "output", w.output);
}

// All zero until initialised.
template <class Scalar> Weights<Scalar> make(const Options& options);

template <class Scalar, class Node>
void forward(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Node& node, const View4<Scalar>& out);

template <class Scalar> struct Gradients {
  View4<Scalar> d_z;
  Weights<Scalar> d_w;
};

// Writes d_z; adds to d_w.
template <class Scalar, class Node>
void backward(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Node& node,
              const std::type_identity_t<View4<const Scalar>>& d_out,
              const std::type_identity_t<Gradients<Scalar>>& gradients);

struct Shape {
  Index batches, tokens, pair_width, heads, head_width;  // B, N, c_z, H, D
};

inline double forward_flops(const Shape& s) {
  const auto n = static_cast<double>(s.tokens), pairs = static_cast<double>(s.batches) * n * n;
  const auto c_z = static_cast<double>(s.pair_width), heads = static_cast<double>(s.heads),
             inner = heads * static_cast<double>(s.head_width);
  return 2 * pairs * (5 * c_z * inner + c_z * heads + 2 * n * inner);
}

// What attention in tiles takes of one batch and a chunk of rows: its bias in tiles, and backward d_s.
inline double bytes_of_tiles(const Shape& s, const Chunks& chunks, std::size_t scalar, bool backward) {
  const attention::triangle::Shape of_chunk{
      1, std::min(chunks.rows, s.tokens), s.tokens, s.heads, s.head_width, s.head_width};
  if (!on_host) return 0;
  const bool single = scalar == sizeof(float);
  const double of_bias = single ? attention::triangle::bytes_of_bias<float>(of_chunk)
                                : attention::triangle::bytes_of_bias<double>(of_chunk);
  const double of_d_s = single ? attention::triangle::bytes_of_d_s<float>(of_chunk)
                               : attention::triangle::bytes_of_d_s<double>(of_chunk);
  return of_bias + (backward ? of_d_s : 0);
}

// One batch is worked off at a time: b, and of a chunk of rows z, the mask, q, k, v, g and either n and its
// moments, or o and l with what attention takes.
inline double forward_bytes(const Shape& s, const Chunks& chunks, std::size_t scalar) {
  const auto pairs = static_cast<double>(s.tokens * s.tokens),
             part = static_cast<double>(std::min(chunks.rows, s.tokens) * s.tokens);
  const auto c_z = static_cast<double>(s.pair_width), heads = static_cast<double>(s.heads),
             inner = static_cast<double>(s.heads * s.head_width);
  const double numbers = pairs * heads + part * (c_z + 4 * inner + c_z);
  const double attends = pairs * heads + part * (c_z + 4 * inner + inner + heads);
  const double bytes = static_cast<double>(scalar) * attends + bytes_of_tiles(s, chunks, scalar, false);
  return std::max(static_cast<double>(scalar) * numbers, bytes) + part;
}

// b and d_b, and of a chunk of rows z, n, the mask, q, k, v, g, o, their gradients, l, and what attention
// takes.
inline double backward_bytes(const Shape& s, const Chunks& chunks, std::size_t scalar) {
  const auto pairs = static_cast<double>(s.tokens * s.tokens),
             part = static_cast<double>(std::min(chunks.rows, s.tokens) * s.tokens);
  const auto c_z = static_cast<double>(s.pair_width), heads = static_cast<double>(s.heads),
             inner = static_cast<double>(s.heads * s.head_width);
  const double numbers = 2 * pairs * heads + part * (2 * c_z + 11 * inner + 2 * heads);
  return static_cast<double>(scalar) * numbers + bytes_of_tiles(s, chunks, scalar, true) + part;
}

}  // namespace attune::training::blocks::triangle_attention
