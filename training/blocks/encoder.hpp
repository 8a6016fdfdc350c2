// training/blocks/encoder.hpp
//
// The block of a transformer, with the norms inside its branches:
//
//   a   = x + drop(attention(norm(x)))         multi_head.hpp, self-attention
//   out = a + drop(transition(norm(a)))        layers/transition.hpp
//
// Backward, with J^T the transposed Jacobian of a branch:
//
//   d_a = d_out + J_transition^T d_out      d_x = d_a + J_attention^T d_a
//
// Who would rather keep x alone than what backward needs calls forward again before backward: dropout draws
// the same.
//
// Source   [vaswani2017], figure 1; norms inside the branches [xiong2020]
// Shapes   x, out (B M, C)
// Cost     that of its layers
// Memory   kept for backward: 3 B M C + 4 B M scalars, and what attention and transition keep. Beside these
//          and what they need, backward three arrays (B M, C)
// Limits   float, double; any extents; out is not x
#pragma once

#include "training/blocks/multi_head.hpp"
#include "training/layers/dropout.hpp"
#include "training/layers/layer_norm.hpp"
#include "training/layers/transition.hpp"

namespace attune::training::blocks::encoder {

using layers::dropout::Dropout;

template <class Scalar> struct Weights {
  layers::layer_norm::Weights<Scalar> norm_of_x;
  multi_head::Weights<Scalar> attention;
  layers::layer_norm::Weights<Scalar> norm_of_a;
  layers::transition::Weights<Scalar> transition;
};

template <class Scalar> void describe(auto& tensor, Weights<Scalar>& w) {
  nested(tensor, "norm_of_x", w.norm_of_x);
  nested(tensor, "attention", w.attention);
  nested(tensor, "norm_of_a", w.norm_of_a);
  nested(tensor, "transition", w.transition);
}

struct Shape {
  Index width, heads, head_width, hidden;  // C, H, D, of the transition
  Index groups = heads;  // G
  layers::transition::Function function = layers::transition::Function::gelu;
};

// parts.output is where both branches start.
template <class Scalar> Weights<Scalar> make(const Shape& shape, const multi_head::Parts& parts = {});

template <class Scalar> struct Inputs {
  View2<const Scalar> x;
  Index batches;  // B
  Dropout after_attention = {}, after_transition = {};  // of (B M, C)
};

// What backward needs beside the inputs.
template <class Scalar> struct Saved {
  View2<Scalar> normed_x, a, normed_a;  // (B M, C)
  layers::layer_norm::Moments<Scalar> of_x, of_a;  // (B M)
  multi_head::Saved<Scalar> attention;
  layers::transition::Saved<Scalar> transition;
};

template <class Scalar> struct Upstream {
  Saved<Scalar> saved;
  View2<const Scalar> d_out;
};

template <class Scalar> struct Gradients {
  Weights<Scalar> d_w;  // added to
  View2<Scalar> d_x = {};  // written, unless empty
  View2<Scalar> d_table = {};  // of the bias, written, unless empty
  View4<Scalar> d_pairs = {};
};

template <class Scalar, class Bias, class Mask>
Saved<Scalar> forward(const Weights<Scalar>& w, const std::type_identity_t<Inputs<Scalar>>& in,
                      const multi_head::Relation<Bias, Mask>& relation, const View2<Scalar>& out);

template <class Scalar, class Bias, class Mask>
void backward(const Weights<Scalar>& w, const std::type_identity_t<Inputs<Scalar>>& in,
              const multi_head::Relation<Bias, Mask>& relation,
              const std::type_identity_t<Upstream<Scalar>>& up,
              const std::type_identity_t<Gradients<Scalar>>& gradients);

// Their parts that know nothing of the relation.

// norm(x), and arrays for the rest.
template <class Scalar> Saved<Scalar> begin(const Weights<Scalar>& w, const Inputs<Scalar>& in);
// From out, which holds what attention gave, to out.
template <class Scalar>
void finish(const Weights<Scalar>& w, const Inputs<Scalar>& in, Saved<Scalar>& saved,
            const View2<Scalar>& out);

// The gradients of a and of what attention gave; and room for that of a norm.
template <class Scalar> struct Chain {
  View2<Scalar> d_a, d_branch, d_normed;  // (B M, C)
};
template <class Scalar>
Chain<Scalar> backward_finish(const Weights<Scalar>& w, const Inputs<Scalar>& in, const Upstream<Scalar>& up,
                              const Weights<Scalar>& d_w);
// From d_a and the gradient of norm(x).
template <class Scalar>
void backward_begin(const Weights<Scalar>& w, const Inputs<Scalar>& in, const Saved<Scalar>& saved,
                    const Chain<Scalar>& chain, const Gradients<Scalar>& gradients);

template <class Scalar, class Bias, class Mask>
Saved<Scalar> forward(const Weights<Scalar>& w, const std::type_identity_t<Inputs<Scalar>>& in,
                      const multi_head::Relation<Bias, Mask>& relation, const View2<Scalar>& out) {
  auto saved = begin(w, in);
  saved.attention = multi_head::forward(w.attention, {saved.normed_x, in.batches}, relation, out);
  finish(w, in, saved, out);
  return saved;
}

template <class Scalar, class Bias, class Mask>
void backward(const Weights<Scalar>& w, const std::type_identity_t<Inputs<Scalar>>& in,
              const multi_head::Relation<Bias, Mask>& relation,
              const std::type_identity_t<Upstream<Scalar>>& up,
              const std::type_identity_t<Gradients<Scalar>>& gradients) {
  const Saved<Scalar>& saved = up.saved;
  const auto chain = backward_finish(w, in, up, gradients.d_w);
  multi_head::backward(w.attention, {saved.normed_x, in.batches}, relation, {saved.attention, chain.d_branch},
                       {gradients.d_w.attention, chain.d_normed, {}, gradients.d_table, gradients.d_pairs});
  backward_begin(w, in, saved, chain, gradients);
}

}  // namespace attune::training::blocks::encoder
