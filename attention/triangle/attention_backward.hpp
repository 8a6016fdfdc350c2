// attention/triangle/attention_backward.hpp
//
// With a_m = sum_n p_mn v_n before the gate and g = sigmoid(gate), in the rows and tokens of node.hpp:
//
//   o_m = g_m a_m                   d_a_m = g_m d_o_m                      d_gate_m = d_o_m a_m g_m (1 - g_m)
//   p_mn = softmax_n s_mn           d_s_mn = p_mn (d_a_m . v_n - delta_m)  delta_m = sum_n p_mn d_a_m . v_n
//   s_mn = scale q_m . k_n + b_mn   d_q_m = scale sum_n d_s_mn k_n         d_k_n = scale sum_m d_s_mn q_m
//                                   d_v_n = sum_m p_mn d_a_m               d_b_mn = sum_r d_s_rmn
//
// The gated output is enough: g_m a_m = o_m, so that
//
//   delta_m = d_a_m . a_m = d_o_m . o_m        d_gate_m = d_o_m o_m sigmoid(-gate_m)
//
// forward keeps no a, and a gate that is shut altogether asks for no division by zero. d_a is stored, for it
// enters once a key.
//
// Every number is added up in one order; that of the bias runs over the rows r one by one and in Scalar, from
// what d_bias holds under Store::add, so that the chunks of rows of several calls give the bits of one.
// bfloat16 has ways of its own (rounded.hpp).
#pragma once

#include "attention/triangle/attention_backward_streaming.hpp"
#include "attention/triangle/attention_backward_teams.hpp"
#include "attention/triangle/attention_backward_tiled.hpp"
#include "attention/triangle/attention_shapes.hpp"
#include "attention/triangle/rounded.hpp"

namespace attune::attention::triangle {

template <class Scalar, class Node>
void backward_in_passes(const Inputs<Scalar>& in, const Node& node, const Upstream<Scalar>& up,
                        const Gradients<Scalar>& gradients) {
  const auto scratch = [](const std::string& label) {
    return Kokkos::view_alloc(label, Kokkos::WithoutInitializing);
  };
  const View4<Scalar> delta(scratch("attention::triangle::delta"), up.lse.layout());
  const View5<Scalar> d_a = in.gate.size() > 0
                                ? View5<Scalar>(scratch("attention::triangle::d_a"), up.d_o.layout())
                                : View5<Scalar>();
  const BackwardGate<Scalar> gate{in.gate, up.o, up.d_o, d_a, gradients.d_gate, delta};
  const auto pairs = every(static_cast<Index>(delta.size()));
  if constexpr (on_host)
    Kokkos::parallel_for("attention::triangle::backward_gate", pairs, BackwardGateTiled<Scalar>{gate});
  else
    Kokkos::parallel_for("attention::triangle::backward_gate", pairs, gate);

  const View5<const Scalar> below_gate = in.gate.size() > 0 ? View5<const Scalar>(d_a) : up.d_o;
  const Pullback<Scalar, Node> pullback{score_of(in, node), in.v, below_gate, up.lse, delta};
  if constexpr (on_host)
    backward_tiled(pullback, gradients);
  else
    backward_teams(pullback, gradients);
}

template <class Scalar, class Node>
void backward(const Inputs<Scalar>& in, const Node& node, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients) {
  require_shapes(in, node);
  require_output_shapes<Scalar>(in, node, up.o, up.lse);
  require_gradient_shapes(in, node, up, gradients);
  if constexpr (std::is_same_v<Scalar, Bfloat16>)
    backward_rounded(in, node, up, gradients);
  else
    backward_in_passes(in, node, up, gradients);
}

}  // namespace attune::attention::triangle
