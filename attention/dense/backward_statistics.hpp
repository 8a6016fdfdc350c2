// attention/dense/backward_statistics.hpp
//
// What backward on matrix units knows of a query beforehand, l_i and delta_i = d_o_i . o_i - d_l_i, for every query
// in whole steps, where those beyond the last have no weight; and the gradients of a head's parameters, by the
// kernels of float.
#pragma once

#include "attention/dense/backward_rows.hpp"
#include "attention/dense/backward_streaming.hpp"
#include "attention/dense/widened.hpp"
#include "attention/tensor_cores/score_gradients.hpp"

namespace attune::attention::dense {

inline KOKKOS_FUNCTION float delta_of(const Upstream<Bfloat16>& up, Index b, Index h, Index i, Index width) {
  const Bfloat16 *const d_o = row(up.d_o, b, h, i), *const o = row(up.o, b, h, i);
  float sum = up.d_lse.size() > 0 ? -up.d_lse(b, h, i) : 0.0f;
  for (Index e = 0; e < width; ++e) sum += static_cast<float>(d_o[e]) * static_cast<float>(o[e]);
  return sum;
}

struct FillStatistics {
  Upstream<Bfloat16> up;
  PerHead<float> temperature;
  Shape shape;
  Index rows;  // queries in whole steps
  View1<tensor_cores::QueryNumbers> to;  // (B, H, rows)
  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto [b, h, i] = place(n, shape.heads, rows);
    const float none = -minus_infinity<float>;
    if (i >= shape.queries) {
      to(n) = {none, 0};
      return;
    }
    const float lse = up.lse(b, h, i);
    to(n) = {lse == minus_infinity<float> ? none : lse * log2_e<float>,
             delta_of(up, b, h, i, shape.value_width) / temperature.at(h)};
  }
};
inline View1<tensor_cores::QueryNumbers> statistics_of(const Inputs<Bfloat16>& in,
                                                       const Upstream<Bfloat16>& up, Index rows) {
  const Shape s = shape_of(in);
  const Index all = s.batches * s.heads * rows;
  const View1<tensor_cores::QueryNumbers> to(
      Kokkos::view_alloc("attention::dense::statistics", Kokkos::WithoutInitializing), all);
  Kokkos::parallel_for("attention::dense::statistics", every(all),
                       FillStatistics{up, {in.temperature, 1.0f}, s, rows, to});
  return to;
}

struct FillWideDelta {
  Upstream<Bfloat16> up;
  View3<float> delta;
  Shape shape;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto [b, h, i] = place(n, shape.heads, shape.queries);
    delta(b, h, i) = delta_of(up, b, h, i, shape.value_width);
  }
};

// d_temperature, d_gain, d_sink
template <class Bias, class Mask>
void put_head_gradients(const Inputs<Bfloat16>& in, const Bias& bias, const Mask& mask,
                        const Upstream<Bfloat16>& up, const Gradients<Bfloat16>& gradients) {
  const bool of_scores = gradients.d_temperature.size() + gradients.d_gain.size() > 0;
  if (!of_scores && gradients.d_sink.size() == 0) return;
  const Shape s = shape_of(in);
  const View3<float> delta("attention::dense::delta", s.batches, s.heads, s.queries);
  Kokkos::parallel_for("attention::dense::delta", every(s.batches * s.heads * s.queries),
                       FillWideDelta{up, delta, s});
  Kokkos::parallel_for("attention::dense::add_sink", every(static_cast<Index>(gradients.d_sink.size())),
                       AddSink<float>{{in.sink, minus_infinity<float>}, up.lse, delta, gradients.d_sink});
  if (!of_scores) return;
  const auto wide = widened(in);
  const Pullback<float, Bias, Mask> pullback{score_of(wide, bias, mask),
                                             wide.v,
                                             convert<View4<float>>(up.d_o),
                                             up.lse,
                                             delta,
                                             up.d_lse,
                                             {in.gain, 1.0f},
                                             {in.sink, minus_infinity<float>}};
  Gradients<float> of_heads;
  of_heads.d_temperature = gradients.d_temperature;
  of_heads.d_gain = gradients.d_gain;
  backward_rows(pullback, of_heads);
}

}  // namespace attune::attention::dense
