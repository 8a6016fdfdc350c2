// training/blocks/pair_stack.hpp
//
// A block of the pair stack: five updates, each of the pairs that the one before left.
//
//   z += drop_row(triangle multiplication, outgoing)
//   z += drop_row(triangle multiplication, incoming)
//   z += drop_row(triangle attention around the starting node)
//   z += drop_column(triangle attention around the ending node)
//   z += transition
//
// drop_row drops an entry (j, c) of all rows i together, drop_column (i, c) of all columns j. Initial weights
// make every update 0, and the block the identity.
//
// Backward needs z and what forward was called with: it computes the updates again, holding the pairs before
// each of them.
//
// Source   [jumper2021], algorithm 6, lines 6 to 10, dropout of supplement 1.11.6; [abramson2024], algorithm
//          17; [wohlwend2024]
// Shapes   z, out (B, N, N, c_z); mask (B, N, N)
// Cost     that of the updates; backward, that of theirs and of forward
// Memory   forward_bytes(), backward_bytes() below, beside what the layers take
// Limits   float, double; any sizes. Bits as those of the updates. out is not z; d_z is neither z nor d_out
#pragma once

#include "training/blocks/pair_transition.hpp"
#include "training/blocks/triangle_attention.hpp"
#include "training/blocks/triangle_multiplication.hpp"
#include "training/layers/dropout.hpp"

namespace attune::training::blocks::pair_stack {

using attention::triangle::BiasFrom;
using layers::dropout::Dropout;
using layers::transition::Function;

struct Options {
  Index pair_width = 128, width = 128;  // c_z, c of the multiplications
  Index heads = 4, head_width = 32;
  Index expansion = 4;
  Function function = Function::relu;
  bool linear_biases = true;
  BiasFrom bias_from = BiasFrom::transposed;
};

// The published ones.
inline Options alphafold2() { return {}; }
inline Options boltz() { return {.function = Function::swiglu, .linear_biases = false}; }
inline Options alphafold3() {
  return {.function = Function::swiglu, .linear_biases = false, .bias_from = BiasFrom::untransposed};
}

template <class Scalar> struct Weights {
  triangle_multiplication::Weights<Scalar> outgoing, incoming;
  triangle_attention::Weights<Scalar> starting, ending;
  pair_transition::Weights<Scalar> transition;
  BiasFrom bias_from = BiasFrom::transposed;  // the convention the ending node's weights are of
};

template <class Scalar> void describe(auto& tensor, Weights<Scalar>& w) {
  nested(tensor, "outgoing", w.outgoing);
  nested(tensor, "incoming", w.incoming);
  nested(tensor, "starting", w.starting);
  nested(tensor, "ending", w.ending);
  nested(tensor, "transition", w.transition);
}

// All zero until initialised.
template <class Scalar> Weights<Scalar> make(const Options& options);

// Dropout's stream and the three after it are the block's; `first` is the global number of the first batch
// entry, `shared` is not read.
template <class Scalar>
void forward(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Dropout& dropout,
             const View4<Scalar>& out);

template <class Scalar> struct Gradients {
  View4<Scalar> d_z;
  Weights<Scalar> d_w;
};

// Writes d_z; adds to d_w.
template <class Scalar>
void backward(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Dropout& dropout,
              const std::type_identity_t<View4<const Scalar>>& d_out,
              const std::type_identity_t<Gradients<Scalar>>& gradients);

struct Shape {
  triangle_multiplication::Shape multiplication;
  triangle_attention::Shape attention;
  pair_transition::Shape transition;
};

inline Shape shape_of(const Options& o, Index batches, Index tokens) {
  return {{batches, tokens, o.pair_width, o.width},
          {batches, tokens, o.pair_width, o.heads, o.head_width},
          {batches, tokens, o.pair_width, o.expansion * o.pair_width, o.function == Function::swiglu}};
}

// An array like z, and the update that takes most beside.
inline double forward_bytes(const Shape& s, const Chunks& chunks, std::size_t scalar) {
  const auto& t = s.transition;
  return static_cast<double>(scalar) * static_cast<double>(t.batches * t.tokens * t.tokens * t.pair_width) +
         std::max({triangle_multiplication::forward_bytes(s.multiplication, chunks, scalar),
                   triangle_attention::forward_bytes(s.attention, chunks, scalar),
                   pair_transition::forward_bytes(t, chunks, scalar)});
}

// Two arrays like z and, of update n = 0 .. 4, n pairs before it.
inline double backward_bytes(const Shape& s, const Chunks& chunks, std::size_t scalar) {
  const auto& t = s.transition;
  const double unit =
      static_cast<double>(scalar) * static_cast<double>(t.batches * t.tokens * t.tokens * t.pair_width);
  return std::max({3 * unit + triangle_multiplication::backward_bytes(s.multiplication, chunks, scalar),
                   5 * unit + triangle_attention::forward_bytes(s.attention, chunks, scalar),
                   5 * unit + triangle_attention::backward_bytes(s.attention, chunks, scalar),
                   6 * unit + pair_transition::backward_bytes(t, chunks, scalar)});
}

}  // namespace attune::training::blocks::pair_stack
