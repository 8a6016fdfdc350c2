// attention/triangle/forward_tensor_cores.hpp
//
// Forward of triangle attention in bfloat16 on matrix units: which calls fit, and the call, for a
// launch(label, blocks, kernel) that runs kernels of attention/tensor_cores/.
#pragma once

#include "attention/tensor_cores/padded.hpp"
#include "attention/triangle/attention_shapes.hpp"
#include "attention/triangle/tensor_core_problem.hpp"

namespace attune::attention::triangle {

// Widths that the tiles hold, 32-bit numbers of tokens and strides, and a scale by which one can divide.
template <class Node> bool fits_tensor_cores(const Inputs<Bfloat16>& in, const Node& node) {
  const Shape s = shape_of(in, node);
  constexpr Index most_tokens = Index(1) << 30, most_stride = (Index(1) << 32) - 1;
  const Index width = s.width > s.value_width ? s.width : s.value_width;
  const Index of_q = tensor_cores::padded_width(in.q), of_v = tensor_cores::padded_width(in.v);
  const Index stride = node.pair(s.rows, s.tokens).j * s.heads * (of_q > of_v ? of_q : of_v);
  return width <= tensor_cores::most_width && s.tokens < most_tokens && stride <= most_stride &&
         score_scale<float>(in.scale, s.width) > 0;
}

template <bool biased, class Node, class Launch>
void forward_in_pieces(const Inputs<Bfloat16>& in, const Node& node, const Outputs<Bfloat16>& out,
                       float scale, const Launch& launch) {
  using Problem = TensorCoreProblem<Node, biased>;
  const Shape s = shape_of(in, node);
  const Problem problem{{node, s},
                        in,
                        out,
                        bias_of_sums<Node>({node, s}, in.bias, scale),
                        scale,
                        static_cast<int>(tensor_cores::width_of(in.gate)),
                        in.mask.size() > 0};
  tensor_cores::of_width(s.width > s.value_width ? s.width : s.value_width, [&](auto width) {
    const tensor_cores::Forward<width(), Problem> kernel{problem};
    launch("attention::triangle::forward_tensor_cores", kernel.blocks(), kernel);
  });
}

template <class Node, class Launch>
void forward_on_tensor_cores(const Inputs<Bfloat16>& in, const Node& node, const Outputs<Bfloat16>& out,
                             const Launch& launch) {
  require_shapes(in, node);
  require_output_shapes<Bfloat16>(in, node, out.o, out.lse);
  auto padded = in;
  padded.q = tensor_cores::in_pieces(in.q);
  padded.k = tensor_cores::in_pieces(in.k);
  padded.v = tensor_cores::in_pieces(in.v);
  const Outputs<Bfloat16> o{tensor_cores::to_fill(out.o), out.lse};
  const float scale = score_scale<float>(in.scale, shape_of(in, node).width);
  if (in.bias.size() > 0)
    forward_in_pieces<true>(padded, any_node(node), o, scale, launch);
  else
    forward_in_pieces<false>(padded, any_node(node), o, scale, launch);
  tensor_cores::copy_back(o.o, out.o);
}

}  // namespace attune::attention::triangle
