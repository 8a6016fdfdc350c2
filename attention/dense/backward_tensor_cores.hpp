// attention/dense/backward_tensor_cores.hpp
//
// Backward in bfloat16 on matrix units, for a launch(label, blocks, kernel) that runs kernels of
// attention/tensor_cores/: the device's, or the emulated one of the tests.
//
//   delta_i, l_i of every query        backward_statistics.hpp
//   for each slab:  d_s, d_k, d_v      tensor_cores/backward_columns.hpp
//                   d_q                tensor_cores/backward_rows.hpp
//                   d_pairs, d_prior   tensor_cores/backward_pairs.hpp
//                   d_table            backward_entries.hpp
//
// Five products a pair, each gradient added up in one order. d_temperature and d_gain, sums over all scores of a
// head, are those of float on widened copies.
//
// Memory   d_s of a slab, `budget` bytes at most (score_gradients.hpp), 8 bytes a query; where the keys of a group come in
//          ranges, d_q in float; float copies of all inputs where d_temperature or d_gain is asked for
#pragma once

#include "attention/dense/backward_entries.hpp"
#include "attention/dense/backward_statistics.hpp"
#include "attention/dense/forward_tensor_cores.hpp"
#include "attention/dense/tensor_core_columns.hpp"
#include "attention/dense/tensor_core_rows.hpp"
#include "attention/tensor_cores/backward_pairs.hpp"
#include "attention/tensor_cores/slabs.hpp"

namespace attune::attention::dense {

using tensor_cores::score_gradient_budget;

// What a number of the bias adds to the score, and what one of the prior does.
template <class Bias> struct SlopeOf {
  Bias bias;
  KOKKOS_FUNCTION float operator()(Index b, Index h, Index i, Index j) const {
    return static_cast<float>(bias.slope(b, h, i, j));
  }
};
struct TemperatureOf {
  PerHead<float> temperature;
  KOKKOS_FUNCTION float operator()(Index, Index h, Index, Index) const { return temperature.at(h); }
};

// The parts of one call.
template <class Launch> struct TensorCoreBackward {
  Inputs<Bfloat16> in;
  View4<const Bfloat16> d_o;
  Gradients<Bfloat16> gradients;
  const Launch& launch;
  Shape shape;
  float scale;
  View1<tensor_cores::QueryNumbers> of_queries;
  View1<float> sums;  // d_q between ranges of keys

  template <class Source, class Prior, class Mask>
  void columns(const tensor_cores::ScoreGradients& d_s, const Source& source, const Prior& prior,
               const Mask& mask) const {
    using Problem = TensorCoreColumns<Source, Prior, Mask>;
    const Problem problem{
        score_of(in, source, mask), prior, in.v, d_o, {in.gain, 1.0f}, gradients.d_k, gradients.d_v,
        of_queries.data(),          d_s};
    tensor_cores::of_width(widest(), [&](auto width) {
      launch("attention::dense::backward_columns", problem.blocks(),
             tensor_cores::BackwardColumns<width(), Problem>{problem});
    });
  }
  void rows(const tensor_cores::ScoreGradients& d_s) const {
    if (gradients.d_q.size() == 0) return;
    const TensorCoreRows problem{in.k, gradients.d_q, shape, scale, d_s, sums};
    tensor_cores::of_width(shape.width, [&](auto width) {
      const tensor_cores::BackwardRows<width(), TensorCoreRows> kernel{problem};
      launch("attention::dense::backward_rows", kernel.blocks(), kernel);
    });
  }
  template <class Weight>
  void pairs(const tensor_cores::ScoreGradients& d_s, const Weight& weight, const View4<float>& sums) const {
    if (sums.size() == 0) return;
    const tensor_cores::SharedPairs<Weight> shared{d_s,         weight,        shape.batches,
                                                   shape.heads, shape.queries, sums};
    tensor_cores::add_pairs("attention::dense::backward_pairs", shared, shape.keys);
  }
  Index widest() const { return shape.width > shape.value_width ? shape.width : shape.value_width; }
};

template <class Bias, class Mask, class Launch>
void backward_on_tensor_cores(const Inputs<Bfloat16>& in, const Bias& bias, const Mask& mask,
                              const Upstream<Bfloat16>& up, const Gradients<Bfloat16>& gradients,
                              const Launch& launch, Index budget = score_gradient_budget) {
  auto padded = in;
  padded.q = tensor_cores::in_pieces(in.q);
  padded.k = tensor_cores::in_pieces(in.k);
  padded.v = tensor_cores::in_pieces(in.v);
  padded.scale = score_scale<float>(in.scale, shape_of(in).width);
  auto to_fill = gradients;
  to_fill.d_q = tensor_cores::to_fill(gradients.d_q);
  to_fill.d_k = tensor_cores::to_fill(gradients.d_k);
  to_fill.d_v = tensor_cores::to_fill(gradients.d_v);
  const Shape s = shape_of(padded);
  const Index rows = tensor_cores::rounded_up(s.queries, tensor_cores::queries_of_a_step);
  TensorCoreBackward<Launch> parts{padded,
                                   tensor_cores::in_pieces(up.d_o),
                                   to_fill,
                                   launch,
                                   s,
                                   static_cast<float>(*padded.scale),
                                   statistics_of(in, up, rows),
                                   {}};
  Kokkos::deep_copy(gradients.d_pairs, 0.0f);
  Kokkos::deep_copy(gradients.d_prior, 0.0f);
  const auto entries = entries_of(bias, s, gradients.d_table);

  const Index heads_of_a_group = s.groups > 0 ? s.heads / s.groups : 1;
  const tensor_cores::Pairs pairs{s.batches * s.groups, heads_of_a_group, s.queries, s.keys};
  tensor_cores::for_each_slab(pairs, budget, [&](const tensor_cores::ScoreGradients& d_s) {
    if (d_s.keys < s.keys && parts.sums.size() == 0)
      parts.sums = tensor_cores::sums_of_queries(s.queries, d_s.heads);
    with_sources(bias, in.prior,
                 [&](const auto& source, const auto& prior) { parts.columns(d_s, source, prior, mask); });
    parts.rows(d_s);
    parts.pairs(d_s, TemperatureOf{{in.temperature, 1.0f}}, gradients.d_prior);
    if constexpr (bias::HasPairs<Bias>) parts.pairs(d_s, SlopeOf<Bias>{bias}, gradients.d_pairs);
    if constexpr (bias::HasTable<Bias>) add_to_chunks(d_s, bias, s, entries);
  });
  if constexpr (bias::HasTable<Bias>) add_chunks(entries, gradients.d_table);
  tensor_cores::copy_back(to_fill.d_q, gradients.d_q);
  tensor_cores::copy_back(to_fill.d_k, gradients.d_k);
  tensor_cores::copy_back(to_fill.d_v, gradients.d_v);
  put_head_gradients(in, bias, mask, up, gradients);
}

}  // namespace attune::attention::dense
