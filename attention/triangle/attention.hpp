// attention/triangle/attention.hpp
//
// Triangle attention: every pair of nodes attends to the pairs with which it shares a node, per batch b and
// head h.
//
//   starting node   s_ijk = scale q_ij . k_ik + b_jk        o_ij = sigmoid(gate_ij) sum_k p_ijk v_ik
//   ending node     s_ijk = scale q_ij . k_kj + b_ki        o_ij = sigmoid(gate_ij) sum_k p_ijk v_kj
//
//   p_ijk = exp(s_ijk - l_ij),  l_ij = log sum_k exp s_ijk
//
// over the keys k whose pair, (i, k) or (k, j), is not masked. The node is a type, Starting or Ending
// (node.hpp), which also holds the other convention of the ending node, b_ik. A query with no key gives o = 0
// and l = -infinity. A bias of -infinity masks its score.
//
// Rows (all pairs that share a node: i for the starting node, j for the ending) do not see each other. So a
// call may hold some rows of a pair array and all its tokens, R rows and N tokens, and a caller who projects
// q, k, v from a chunk of rows at a time never holds all of them. Outputs and gradients are the bits of the
// whole, whatever the chunks: d_bias alone is a sum over the rows, and goes on, one row after another, from
// the sum of the chunks before (Store::add).
//
// Source   [jumper2021], algorithms 13 and 14; [abramson2024], algorithms 14 and 15; saved l [dao2022]
// Shapes   pair arrays (B, I, J, H, .): starting I = R, J = N; ending I = N, J = R. The bias has its heads
//          first, (B, H, N, N): a kernel reads the biases of one head at a time, and those of a query lie
//          side by side
// Cost     forward 2 B H R N^2 (D + E) flops, 4 N^3 H D where R = N, D = E, B = 1; backward in
//          tiles 2 B H R N^2 (3 D + 2 E); by teams, which recompute p in each of their three passes, 2 B H R
//          N^2 (5 D + 4 E)
// Memory   forward none; backward workspace_bytes() below: a number a pair and head, and with a gate an array
//          like o. In tiles both also bytes_of_bias(), and backward for d_bias bytes_of_d_s(), d_s of up
//          to 16 rows (attention_memory.hpp)
// Limits   float, double, bfloat16 (rounded.hpp: memory too); any sizes, 64-bit. The same bits on any number of threads
#pragma once

#include <optional>

#include "attention/triangle/node.hpp"
#include "core/core/bfloat16.hpp"
#include "core/core/measure.hpp"

namespace attune::attention::triangle {

template <class Scalar> struct Inputs {
  View5<const Scalar> q, k;  // (B, I, J, H, D)
  View5<const Scalar> v;  // (B, I, J, H, E)
  View4<const Accumulated<Scalar>> bias = {};  // (B, H, N, N); empty: 0
  View5<const Scalar> gate = {};  // (B, I, J, H, E), before the sigmoid; empty: no gate
  View3<const std::uint8_t> mask = {};  // (B, I, J), 0 where the pair is no key; empty: every pair is one
  std::optional<double> scale = {};  // 1 / sqrt(D) unless given
};

template <class Scalar> struct Outputs {
  View5<Scalar> o;  // (B, I, J, H, E)
  View4<Accumulated<Scalar>> lse;  // (B, I, J, H), l_ij
};

// What flows into backward: forward's outputs and the gradient of the loss with respect to o.
template <class Scalar> struct Upstream {
  View5<const Scalar> o;  // (B, I, J, H, E), with the gate
  View4<const Accumulated<Scalar>> lse;  // (B, I, J, H)
  View5<const Scalar> d_o;  // (B, I, J, H, E)
};

enum class Store { set, add };

// An empty View is a gradient that nobody asks for.
template <class Scalar> struct Gradients {
  View5<Scalar> d_q = {}, d_k = {}, d_v = {};  // as q, k, v
  View4<Accumulated<Scalar>> d_bias = {};  // (B, H, N, N), summed over the rows in order
  View5<Scalar> d_gate = {};  // as gate
  Store into_bias = Store::set;  // add: d_bias holds the sum over the rows of earlier calls
};

// Throws BrokenPromise if shapes disagree.
template <class Scalar, class Node>
void forward(const Inputs<Scalar>& in, const Node& node, const Outputs<Scalar>& out);

template <class Scalar, class Node>
void backward(const Inputs<Scalar>& in, const Node& node, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients);

struct Shape {
  Index batches, rows, tokens, heads, width, value_width;  // B, R, N, H, D, E
};

template <class Scalar, class Node> Shape shape_of(const Inputs<Scalar>& in, const Node& node) {
  const auto extent = [](const auto& view, int axis) { return static_cast<Index>(view.extent(axis)); };
  const Pair lengths = node.pair(extent(in.q, 1), extent(in.q, 2));
  return {extent(in.q, 0), lengths.i, lengths.j, extent(in.q, 3), extent(in.q, 4), extent(in.v, 4)};
}

// Bytes that backward allocates and frees: delta, and where there is a gate the gradient below it.
inline double workspace_bytes(const Shape& s, bool gated, std::size_t scalar) {
  const auto rows = static_cast<double>(s.batches * s.rows * s.tokens * s.heads);
  return static_cast<double>(scalar) * rows * static_cast<double>(1 + (gated ? s.value_width : 0));
}

// With bias and gate; a mask adds B R N bytes.
inline Cost forward_cost(const Shape& s, std::size_t scalar) {
  const auto heads = static_cast<double>(s.batches * s.heads), r = static_cast<double>(s.rows),
             n = static_cast<double>(s.tokens);
  const auto width = static_cast<double>(s.width), value_width = static_cast<double>(s.value_width);
  return {2 * heads * r * n * n * (width + value_width),
          static_cast<double>(scalar) * heads * (r * n * (2 * width + 3 * value_width + 1) + n * n)};
}

}  // namespace attune::attention::triangle
