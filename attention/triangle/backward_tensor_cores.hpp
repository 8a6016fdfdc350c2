// attention/triangle/backward_tensor_cores.hpp
//
// Backward of triangle attention in bfloat16 on matrix units, for a launch(label, blocks, kernel) that runs kernels of
// attention/tensor_cores/: the device's, or the emulated one of the tests.
//
//   delta, l, d_a, d_gate           tensor_core_pairs.hpp
//   for each slab:  d_s, d_k, d_v   tensor_cores/backward_columns.hpp
//                   d_q             tensor_cores/backward_rows.hpp
//                   d_bias          tensor_core_pairs.hpp
//
// Five products a pair, each gradient added up in one order. The kernels know no node: both share their code.
//
// Memory   d_s of a slab of rows, `budget` bytes at most (score_gradients.hpp); 8 bytes a query and head; the bias once
//          (tensor_core_bias.hpp); with a gate an array like o
#pragma once

#include "attention/tensor_cores/slabs.hpp"
#include "attention/triangle/forward_tensor_cores.hpp"
#include "attention/triangle/tensor_core_pairs.hpp"
#include "attention/triangle/tensor_core_rows.hpp"

namespace attune::attention::triangle {

// The parts of one call; all arrays in pieces of 16 bytes.
template <class Launch> struct TensorCoreBackward {
  Layout<AnyNode> layout;
  Inputs<Bfloat16> in;
  View5<const Bfloat16> d_a;
  Gradients<Bfloat16> gradients;
  const Launch& launch;
  float scale;
  BiasOfSums<AnyNode> bias;
  View1<tensor_cores::QueryNumbers> of_queries;
  View1<float> sums;  // d_q between ranges of keys

  template <bool biased> void columns(const tensor_cores::ScoreGradients& d_s) const {
    using Problem = TensorCoreColumns<biased>;
    const Problem problem{layout, in, d_a, gradients.d_k, gradients.d_v, bias, of_queries.data(), d_s, scale};
    const Shape& s = layout.shape;
    tensor_cores::of_width(s.width > s.value_width ? s.width : s.value_width, [&](auto width) {
      launch("attention::triangle::backward_columns", problem.blocks(),
             tensor_cores::BackwardColumns<width(), Problem>{problem});
    });
  }
  void rows(const tensor_cores::ScoreGradients& d_s) const {
    if (gradients.d_q.size() == 0) return;
    const TensorCoreRows problem{layout, in.k, gradients.d_q, scale, d_s, sums};
    tensor_cores::of_width(layout.shape.width, [&](auto width) {
      const tensor_cores::BackwardRows<width(), TensorCoreRows> kernel{problem};
      launch("attention::triangle::backward_rows", kernel.blocks(), kernel);
    });
  }
  void pairs(const tensor_cores::ScoreGradients& d_s) const {
    if (gradients.d_bias.size() == 0) return;
    const AddSlab add{layout, d_s, gradients.d_bias};
    Kokkos::parallel_for("attention::triangle::backward_bias", every(add.threads()), add);
  }
};

template <class Node, class Launch>
void backward_on_tensor_cores(const Inputs<Bfloat16>& in, const Node& node, const Upstream<Bfloat16>& up,
                              const Gradients<Bfloat16>& gradients, const Launch& launch,
                              Index budget = tensor_cores::score_gradient_budget) {
  namespace cores = tensor_cores;
  auto padded = in;
  padded.q = cores::in_pieces(in.q);
  padded.k = cores::in_pieces(in.k);
  padded.v = cores::in_pieces(in.v);
  padded.gate = cores::in_pieces(in.gate);
  auto filled = gradients;
  filled.d_q = cores::to_fill(gradients.d_q);
  filled.d_k = cores::to_fill(gradients.d_k);
  filled.d_v = cores::to_fill(gradients.d_v);
  filled.d_gate = cores::to_fill(gradients.d_gate);
  if (gradients.into_bias == Store::set) Kokkos::deep_copy(gradients.d_bias, 0.0f);

  const Layout<AnyNode> layout{any_node(node), shape_of(padded, node)};
  const Shape& s = layout.shape;
  const float scale = score_scale<float>(in.scale, shape_of(in, node).width);
  const auto d_o = cores::in_pieces(up.d_o);
  const View5<Bfloat16> d_a =
      in.gate.size() > 0 ? View5<Bfloat16>(cores::room_in_pieces(up.d_o)) : View5<Bfloat16>();
  const Index steps = cores::rounded_up(s.tokens, cores::queries_of_a_step),
              numbers = s.batches * s.heads * s.rows * steps;
  const View1<cores::QueryNumbers> of_queries(
      Kokkos::view_alloc("attention::triangle::statistics", Kokkos::WithoutInitializing), numbers);
  Kokkos::parallel_for("attention::triangle::backward_pairs", every(numbers),
                       BackwardOfPairs{layout, padded.gate, cores::in_pieces(up.o), d_o, up.lse, d_a,
                                       filled.d_gate, steps, of_queries});

  TensorCoreBackward<Launch> parts{layout,
                                   padded,
                                   d_a.size() > 0 ? View5<const Bfloat16>(d_a) : d_o,
                                   filled,
                                   launch,
                                   scale,
                                   bias_of_sums<AnyNode>({layout.node.turned(), s}, in.bias, scale),
                                   of_queries,
                                   {}};
  const cores::Pairs pairs{s.tokens > 0 ? s.batches * s.heads * s.rows : 0, 1, s.tokens, s.tokens};
  cores::for_each_slab(pairs, budget, [&](const cores::ScoreGradients& d_s) {
    if (d_s.keys < s.tokens && parts.sums.size() == 0)
      parts.sums = cores::sums_of_queries(s.tokens, d_s.heads);
    if (in.bias.size() > 0)
      parts.template columns<true>(d_s);
    else
      parts.template columns<false>(d_s);
    parts.rows(d_s);
    parts.pairs(d_s);
  });
  cores::copy_back(filled.d_q, gradients.d_q);
  cores::copy_back(filled.d_k, gradients.d_k);
  cores::copy_back(filled.d_v, gradients.d_v);
  cores::copy_back(filled.d_gate, gradients.d_gate);
}

}  // namespace attune::attention::triangle
