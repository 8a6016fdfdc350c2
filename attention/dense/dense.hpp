// attention/dense/dense.hpp
//
// Softmax attention of every query to every key, per batch b and head h; g(h) = h / (H / G) is the head of
// keys and values:
//
//   s_ij = scale q_i . k_j + bias(b, h, i, j)
//   t_ij = s_ij / tau_h + prior(b, h, i, j)                 where the mask allows (i, j), else -infinity
//   l_i  = log(sum_j exp t_ij + exp sink_h)                 without a sink: no second term
//   p_ij = exp(t_ij - l_i)        o_i = gain_h sum_j p_ij v_j
//
// A row with no allowed key gives o_i = 0, and l_i = -infinity without a sink. A bias or prior of -infinity
// masks its pair. The prior is a log-probability: the temperature leaves it alone.
//
// Gradients of a loss L(o, l), with d_o = dL/do, d_l = dL/dl:
//   d_t_ij = p_ij (gain_h d_o_i . v_j - delta_i),  delta_i = d_o_i . o_i - d_l_i
//   d_q_i  = scale / tau sum_j d_t_ij k_j           d_k_j  = scale / tau sum_{h, i} d_t_ij q_i
//   d_v_j  = gain sum_{h, i} p_ij d_o_i             d_bias = d_t_ij / tau,  d_prior = d_t_ij
//   d_tau  = -1 / tau^2 sum_ij d_t_ij s_ij          d_gain = sum_ij p_ij d_o_i . v_j
//   d_sink = -sum_i exp(sink - l_i) delta_i
//
// Source   [vaswani2017], eq. 1; saved l_i [dao2022]; grouped heads [ainslie2023]; sink [xiao2024]
// Shapes   B batches, H heads, G heads of keys (G divides H), M queries, N keys, widths D of q and k, E of v
// Cost     forward 2 B H M N (D + E) flops; backward in tiles 2 B H M N (3 D + 2 E), all gradients in one pass;
//          by teams, which recompute p in each of their passes, 2 B H M N (4 D + 3 E) and 2 B H M N (D + E) more
//          for each of d_table, d_pairs and d_prior, and for d_temperature and d_gain together; numbers of a row
//          beyond 64 find p anew. Bytes if each array is touched once.
// Memory   forward none, but the table of a bias that sees differences on a grid; backward workspace_bytes()
//          below, and in tiles the parts of backward_plan.hpp
// Limits   float, double, bfloat16 (q, k, v, o and their gradients; the rest float, sums too: rounded.hpp); any
//          sizes, 64-bit; any mask (mask.hpp) and bias (bias/bias.hpp). The same bits on any number of threads.
//          Finite numbers, under a mask too: in tiles p = 0 meets v_j all the same, and 0 times infinity is not
//          a number
#pragma once

#include <optional>

#include "attention/bias/tensor.hpp"
#include "attention/mask.hpp"
#include "core/core/bfloat16.hpp"
#include "core/core/measure.hpp"

namespace attune::attention::dense {

template <class Scalar> struct Inputs {
  View4<const Scalar> q;  // (B, H, M, D)
  View4<const Scalar> k;  // (B, G, N, D)
  View4<const Scalar> v;  // (B, G, N, E)
  std::optional<double> scale = {};  // 1 / sqrt(D) unless given
  View1<const Accumulated<Scalar>> temperature = {};  // (H|1), > 0; empty: 1
  View1<const Accumulated<Scalar>> gain = {};  // (H|1); empty: 1
  View1<const Accumulated<Scalar>> sink = {};  // (H|1); empty: no sink
  bias::Tensor<Accumulated<Scalar>> prior = {};  // (B|1, H|1, M|1, N|1); empty: 0
};

template <class Scalar> struct Outputs {
  View4<Scalar> o;  // (B, H, M, E)
  View3<Accumulated<Scalar>> lse;  // (B, H, M), l_i
};

// What flows into backward: forward's outputs and the gradient of the loss with respect to them.
template <class Scalar> struct Upstream {
  View4<const Scalar> o;  // (B, H, M, E)
  View3<const Accumulated<Scalar>> lse;  // (B, H, M)
  View4<const Scalar> d_o;  // (B, H, M, E)
  View3<const Accumulated<Scalar>> d_lse = {};  // (B, H, M); empty: the loss does not see l
};

// An empty View is a gradient that nobody asks for.
template <class Scalar> struct Gradients {
  View4<Scalar> d_q = {}, d_k = {}, d_v = {};  // as q, k, v
  View1<Accumulated<Scalar>> d_temperature = {}, d_gain = {}, d_sink = {};  // as the parameter
  View4<Accumulated<Scalar>> d_prior = {};  // as the prior
  View2<Accumulated<Scalar>> d_table = {};  // (rows, entries) of the bias
  View4<Accumulated<Scalar>> d_pairs = {};  // pairs() of the bias
};

// Throws BrokenPromise if shapes disagree.
template <class Scalar, class Bias, class Mask>
void forward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Outputs<Scalar>& out);

template <class Scalar, class Bias, class Mask>
void backward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients);

// Forward whose products of matrices may be those of tf32 (forward_tf32.hpp): for who asks for them by name.
template <class Bias, class Mask>
void forward_tf32(const Inputs<float>& in, const Bias& bias, const Mask& mask, const Outputs<float>& out);

struct Shape {
  Index batches, heads, groups, queries, keys, width, value_width;  // B, H, G, M, N, D, E
};

template <class Scalar> Shape shape_of(const Inputs<Scalar>& in) {
  const auto extent = [](const auto& view, int axis) { return static_cast<Index>(view.extent(axis)); };
  return {extent(in.q, 0), extent(in.q, 1), extent(in.k, 1), extent(in.q, 2),
          extent(in.k, 2), extent(in.q, 3), extent(in.v, 3)};
}

// Chunks of rows into which the gradient of a table (rows, entries) is cut: by the shape alone, and few
// enough that they take no more than 8 MiB beyond one table.
inline Index table_chunks(const Shape& s, Index rows, Index entries) {
  constexpr Index most = 64, rows_of_a_chunk = 16, most_numbers = Index(1) << 20;
  const Index queries = s.batches * s.queries * (s.heads / (rows > 0 ? rows : 1));
  const Index by_rows = (queries + rows_of_a_chunk - 1) / rows_of_a_chunk;
  const Index table = rows * entries, by_memory = table > 0 ? most_numbers / table : most;
  const Index chunks = by_rows < by_memory ? by_rows : by_memory;
  return chunks < 1 ? 1 : chunks > most ? most : chunks;
}

// Bytes that backward allocates and frees: delta_i, one double a row for each of d_temperature and d_gain
// that is asked for, and the chunks of a table of `rows` x `entries` (0 without).
inline double workspace_bytes(const Shape& s, int head_gradients, Index rows, Index entries,
                              std::size_t scalar) {
  const auto queries = static_cast<double>(s.batches * s.heads * s.queries);
  const auto table = static_cast<double>(rows * entries);
  return queries * static_cast<double>(scalar) + 8 * head_gradients * queries +
         8 * table * static_cast<double>(table_chunks(s, rows, entries));
}

inline Cost forward_cost(const Shape& s, std::size_t scalar) {
  const auto b = static_cast<double>(s.batches), h = static_cast<double>(s.heads),
             g = static_cast<double>(s.groups);
  const auto m = static_cast<double>(s.queries), n = static_cast<double>(s.keys);
  const auto width = static_cast<double>(s.width + s.value_width);
  return {2 * b * h * m * n * width, static_cast<double>(scalar) * b * (h * m * (width + 1) + g * n * width)};
}

}  // namespace attune::attention::dense
