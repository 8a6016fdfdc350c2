// attention/graph/backward.hpp
//
// With x_e = v_j + w_e and p_e = exp(z_e - l_i), the differential of a row is
//
//   dl_i = sum_e p_e dz_e          do_i = sum_e p_e dx_e + sum_e p_e (x_e - o_i) dz_e
//
// so that for a loss L with d_o = dL/do, d_l = dL/dl
//
//   d_z_e = p_e (d_o_i . (x_e - o_i) + d_l_i)         d_b_e = d_z_e / tau          d_w_e = p_e d_o_i
//   d_q_i = (scale / tau) sum_{e of i} d_z_e k_j      d_k_j = (scale / tau) sum_{e to j} d_z_e q_i
//   d_v_j = sum_{e to j} p_e d_o_i                    d_tau = -(1 / tau) sum_e d_z_e z_e
//
// where sums over edges that end in j run over the heads of the group of j as well, and a bias, value term or
// temperature that heads share sums over them, in order. As sum_e d_z_e = d_l_i in every row,
//
//   sum_{e of i} d_z_e z_e = sum_{e of i} d_z_e (z_e - l_i) + l_i d_l_i
//
// which does not lose digits where all scores of a row are large. Three passes: rows write p, d_z, d_q and
// the terms of d_tau (summed in backward_temperature.hpp); keys gather d_k and d_v through the transposed
// graph; edges take d_b and d_w.
#pragma once

#include "attention/graph/backward_edges.hpp"
#include "attention/graph/backward_runs.hpp"
#include "attention/graph/backward_temperature.hpp"

namespace attune::attention::graph {

template <class Rows, class Keys, class Scalar>
void backward_passes(const Inputs<Scalar>& in, const Neighbours& neighbours, const Outputs<Scalar>& out,
                     const OutputGradients<Scalar>& d_out, const Gradients<Scalar>& gradients) {
  require_shapes(in, neighbours, out);
  require_gradient_shapes(in, neighbours, d_out, gradients);
  const auto score = scores(in);
  const Index heads = in.q.extent(0), rows = in.q.extent(1), edges = neighbours.edges();
  const bool temperature = gradients.d_temperature.size() > 0;
  const auto& [d_q, d_k, d_v, d_bias, d_values, d_temperature] = gradients;

  const EdgeWeights<Scalar> weights{
      View2<Scalar>(uninitialised("attention::graph::p"), heads, edges),
      View2<Scalar>(uninitialised("attention::graph::d_z"), heads, edges),
      View2<double>(uninitialised("attention::graph::slope"), temperature ? heads : 0, rows)};
  Kokkos::parallel_for(
      "attention::graph::backward_rows", every_row(heads, rows),
      Rows{score, in.v, in.values, neighbours.first, neighbours.key, out, d_out, d_q, weights});
  if (d_k.size() > 0 || d_v.size() > 0)
    Kokkos::parallel_for("attention::graph::backward_keys", every_row(in.k.extent(0), in.k.extent(1)),
                         Keys{score, d_out.d_o, neighbours.transpose, weights, d_k, d_v});
  if (d_bias.size() > 0)
    Kokkos::parallel_for("attention::graph::backward_bias", every_row(d_bias.extent(0), edges),
                         BackwardBias<Scalar>{score, weights.d_z, d_bias});
  if (d_values.size() > 0)
    Kokkos::parallel_for("attention::graph::backward_values", every_row(d_values.extent(0), edges),
                         BackwardValues<Scalar>{d_out.d_o, neighbours.transpose, weights.p, d_values});
  if (temperature) backward_temperature(score, weights.slope, d_temperature);
}

template <class Scalar>
void backward_streaming(const Inputs<Scalar>& in, const Neighbours& neighbours, const Outputs<Scalar>& out,
                        const OutputGradients<Scalar>& d_out, const Gradients<Scalar>& gradients) {
  backward_passes<BackwardRows<Scalar>, BackwardKeys<Scalar>>(in, neighbours, out, d_out, gradients);
}

template <class Scalar>
void backward(const Inputs<Scalar>& in, const Neighbours& neighbours, const Outputs<Scalar>& out,
              const OutputGradients<Scalar>& d_out, const Gradients<Scalar>& gradients) {
  if constexpr (on_host)
    backward_passes<BackwardRowRuns<Scalar>, BackwardKeyRuns<Scalar>>(in, neighbours, out, d_out, gradients);
  else
    backward_streaming(in, neighbours, out, d_out, gradients);
}

}  // namespace attune::attention::graph
