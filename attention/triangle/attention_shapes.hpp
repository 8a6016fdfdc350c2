// attention/triangle/attention_shapes.hpp
//
// The promises about shapes that forward and backward hold their callers to.
#pragma once

#include "attention/triangle/attention.hpp"
#include "core/core/require.hpp"

namespace attune::attention::triangle {

template <class View> bool has_extents(const View& view, const Kokkos::Array<Index, 5>& extents) {
  for (std::size_t a = 0; a < View::rank(); ++a)
    if (static_cast<Index>(view.extent(a)) != extents[a]) return false;
  return true;
}

template <class Scalar, class Node> void require_shapes(const Inputs<Scalar>& in, const Node& node) {
  const Shape s = shape_of(in, node);
  const Pair n = node.pair(s.rows, s.tokens);
  require(has_extents(in.k, {s.batches, n.i, n.j, s.heads, s.width}), "q and k (B, I, J, H, D)");
  require(has_extents(in.v, {s.batches, n.i, n.j, s.heads, s.value_width}), "v (B, I, J, H, E)");
  require(in.bias.size() == 0 || has_extents(in.bias, {s.batches, s.heads, s.tokens, s.tokens}),
          "bias (B, H, N, N)");
  require(in.gate.size() == 0 || in.gate.layout() == in.v.layout(), "gate (B, I, J, H, E)");
  require(in.mask.size() == 0 || has_extents(in.mask, {s.batches, n.i, n.j}), "mask (B, I, J)");
}

template <class Scalar, class Node>
void require_output_shapes(const Inputs<Scalar>& in, const Node& node, const View5<const Scalar>& o,
                           const View4<const Accumulated<Scalar>>& lse) {
  const Shape s = shape_of(in, node);
  const Pair n = node.pair(s.rows, s.tokens);
  require(o.layout() == in.v.layout(), "o (B, I, J, H, E)");
  require(has_extents(lse, {s.batches, n.i, n.j, s.heads}), "lse (B, I, J, H)");
}

template <class Scalar, class Node>
void require_gradient_shapes(const Inputs<Scalar>& in, const Node& node, const Upstream<Scalar>& up,
                             const Gradients<Scalar>& gradients) {
  const Shape s = shape_of(in, node);
  const auto matches = [](const auto& gradient, const auto& of) {
    return gradient.size() == 0 || gradient.layout() == of.layout();
  };
  require(up.d_o.layout() == up.o.layout(), "d_o (B, I, J, H, E)");
  require(matches(gradients.d_q, in.q) && matches(gradients.d_k, in.k) && matches(gradients.d_v, in.v),
          "d_q, d_k, d_v as q, k, v");
  require(
      gradients.d_bias.size() == 0 || has_extents(gradients.d_bias, {s.batches, s.heads, s.tokens, s.tokens}),
      "d_bias (B, H, N, N)");
  require(matches(gradients.d_gate, in.gate), "d_gate as gate");
}

}  // namespace attune::attention::triangle
