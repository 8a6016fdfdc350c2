// training/blocks/multi_head.hpp
//
// Attention in several heads, of every token of x to every token of y; in self-attention y is x:
//
//   q = x W_q + b_q      k = y W_k + b_k      v = y W_v + b_v      cut into heads (heads.hpp)
//   o = softmax attention of q to k and v, head by head            attention/dense/dense.hpp
//   c = heads of o side by side                                    with a gate: o sigmoid(z), z = x W_g + b_g
//   out = c W_o + b_o
//
// Queries have H heads, keys and values G; scores are scaled by 1 / sqrt(D), and each head may learn a
// temperature and a sink. What is added to the score of a pair, and which pairs take part, is the caller's
// relation; parameters of its bias belong to the caller's weights.
//
// Source   [vaswani2017], section 3.2.2; grouped heads [ainslie2023]; sink [xiao2024]; gate: [jumper2021],
//          supplement, algorithm 7, its initial weight 0 and bias 1: 1.11.4
// Shapes   x (B M, C), y (B N, C'), q and k of width D a head, v of E, out (B M, out)
// Cost     forward 2 B M H (C D + E out) + 2 B N G C' (D + E) flops, with a gate 2 B M H C E more, beside
//          dense::forward_cost; backward twice that, beside dense's
// Memory   kept for backward: B H M (D + E + 1) + B G N (D + E) scalars, with a gate B M H E more. Beside
//          these, forward one array as large as the largest of q, k, v, o; backward those of d_q, d_k, d_v,
//          d_o, with a gate d_z, and one such array; and what dense, matmul and column_sums take
// Limits   float, double; any extents; a query without a key gives b_o. A temperature is a plain positive
//          number: who trains it keeps it so. What a batch gives does not depend on the others, on a
//          processor bit for bit
#pragma once

#include "attention/dense/backward.hpp"
#include "attention/dense/forward.hpp"
#include "training/layers/linear.hpp"

namespace attune::training::blocks::multi_head {

namespace dense = attention::dense;
namespace linear = layers::linear;

template <class Scalar> struct Weights {
  Index heads = 1, groups = 1;  // H, G
  linear::Weights<Scalar> query, key, value;  // (C, H D), (C', G D), (C', G E)
  linear::Weights<Scalar> gate = {};  // (C, H E), or empty: no gate
  linear::Weights<Scalar> output = {};  // (H E, out)
  View1<Scalar> temperature = {}, sink = {};  // (H), or empty: 1, no sink
};

template <class Scalar> void describe(auto& tensor, Weights<Scalar>& w) {
  nested(tensor, "query", w.query);
  nested(tensor, "key", w.key);
  nested(tensor, "value", w.value);
  if (w.gate.weight.size() > 0) nested(tensor, "gate", w.gate);
  nested(tensor, "output", w.output);
  if (w.temperature.size() > 0) tensor("temperature", w.temperature, "of each head", Initial::ones());
  if (w.sink.size() > 0) tensor("sink", w.sink, "score of each head's sink", Initial::zeros());
}

struct Shape {
  Index width, heads, head_width;  // C, H, D
  Index groups = heads, value_width = head_width;  // G, E
  Index memory_width = width, out = width;  // C', out
};

enum class Start { lecun, zeros };  // of W_o; zeros: a residual block around it starts as the identity

struct Parts {
  bool bias = false;  // b_q, b_k, b_v; b_o is always there
  bool gate = false, temperature = false, sink = false;
  Start output = Start::lecun;
};

// Rules: Glorot's for W_q, W_k and W_v.
template <class Scalar> Weights<Scalar> make(const Shape& shape, const Parts& parts = {});

template <class Scalar> struct Inputs {
  View2<const Scalar> x;  // (B M, C)
  Index batches;  // B
  std::optional<View2<const Scalar>> y = {};  // (B N, C'); self-attention unless given
};

// Bias: attention/bias/bias.hpp. Mask: attention/mask.hpp.
template <class Bias, class Mask> struct Relation {
  Bias bias;
  Mask mask;
};

// What backward needs beside the inputs.
template <class Scalar> struct Saved {
  View4<Scalar> q, k, v, o;  // (B, H, M, D), (B, G, N, D), (B, G, N, E), (B, H, M, E)
  View3<Scalar> lse;  // (B, H, M)
  View2<Scalar> z;  // (B M, H E), empty without a gate
};

template <class Scalar> struct Upstream {
  Saved<Scalar> saved;
  View2<const Scalar> d_out;
};

template <class Scalar> struct Gradients {
  Weights<Scalar> d_w;  // added to
  View2<Scalar> d_x = {}, d_y = {};  // written, unless empty; in self-attention d_x is all, and d_y empty
  View2<Scalar> d_table = {};  // of the bias, written, unless empty
  View4<Scalar> d_pairs = {};
};

template <class Scalar, class Bias, class Mask>
Saved<Scalar> forward(const Weights<Scalar>& w, const std::type_identity_t<Inputs<Scalar>>& in,
                      const Relation<Bias, Mask>& relation, const View2<Scalar>& out);

template <class Scalar, class Bias, class Mask>
void backward(const Weights<Scalar>& w, const std::type_identity_t<Inputs<Scalar>>& in,
              const Relation<Bias, Mask>& relation, const std::type_identity_t<Upstream<Scalar>>& up,
              const std::type_identity_t<Gradients<Scalar>>& gradients);

// Their parts that know nothing of the relation.

// q, k, v and z; o and lse are for attention to write.
template <class Scalar> Saved<Scalar> project(const Weights<Scalar>& w, const Inputs<Scalar>& in);
template <class Scalar>
dense::Inputs<Scalar> dense_inputs(const Weights<Scalar>& w, const Saved<Scalar>& saved);
// out, from o and z.
template <class Scalar>
void combine(const Weights<Scalar>& w, const Saved<Scalar>& saved, const View2<Scalar>& out);

template <class Scalar> struct Combined {
  View4<Scalar> d_o;  // (B, H, M, E)
  View2<Scalar> d_z;  // (B M, H E), empty without a gate
};
template <class Scalar>
Combined<Scalar> backward_combine(const Weights<Scalar>& w, const Upstream<Scalar>& up,
                                  const Weights<Scalar>& d_w);
// Arrays for all that is learned here, and those of the bias.
template <class Scalar>
dense::Gradients<Scalar> dense_gradients(const Weights<Scalar>& w, const Saved<Scalar>& saved,
                                         const Gradients<Scalar>& gradients);
template <class Scalar>
void backward_project(const Weights<Scalar>& w, const Inputs<Scalar>& in,
                      const dense::Gradients<Scalar>& heads, const View2<Scalar>& d_z,
                      const Gradients<Scalar>& gradients);

template <class Scalar, class Bias, class Mask>
Saved<Scalar> forward(const Weights<Scalar>& w, const std::type_identity_t<Inputs<Scalar>>& in,
                      const Relation<Bias, Mask>& relation, const View2<Scalar>& out) {
  const auto saved = project(w, in);
  dense::forward<Scalar>(dense_inputs(w, saved), relation.bias, relation.mask, {saved.o, saved.lse});
  combine(w, saved, out);
  return saved;
}

template <class Scalar, class Bias, class Mask>
void backward(const Weights<Scalar>& w, const std::type_identity_t<Inputs<Scalar>>& in,
              const Relation<Bias, Mask>& relation, const std::type_identity_t<Upstream<Scalar>>& up,
              const std::type_identity_t<Gradients<Scalar>>& gradients) {
  const Saved<Scalar>& saved = up.saved;
  const auto combined = backward_combine(w, up, gradients.d_w);
  const auto heads = dense_gradients(w, saved, gradients);
  dense::backward<Scalar>(dense_inputs(w, saved), relation.bias, relation.mask,
                          {saved.o, saved.lse, combined.d_o}, heads);
  backward_project(w, in, heads, combined.d_z, gradients);
}

}  // namespace attune::training::blocks::multi_head
