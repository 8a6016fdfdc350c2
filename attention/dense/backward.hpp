// attention/dense/backward.hpp
//
// From o = gain sum_j p_j v_j and p = softmax t: d_p_j = gain d_o . v_j, and the Jacobian of the softmax
// takes its mean away, d_t_j = p_j (d_p_j - sum_m p_m d_p_m) = p_j (d_p_j - d_o . o); a gradient of l adds
// p_j d_l. A sink is one more key of score `sink` with v = 0. The rest is the chain rule through t = (scale
// q . k + bias) / tau + prior.
//
// Passes of their own for rows, columns, numbers and tables, each of which recomputes p_ij from l_i: every
// gradient is added up by one thread in one order.
#pragma once

#include "attention/dense/backward_bias.hpp"
#include "attention/dense/backward_columns.hpp"
#include "attention/dense/backward_rows.hpp"

namespace attune::attention::dense {

template <class Pullback, class Source>
void backward_pairs(const Pullback& pullback, const Source& source, Added added,
                    const View4<typename Pullback::Number>& d_pairs) {
  if (d_pairs.size() == 0) return;
  require(has_extents(d_pairs, source.pairs()),
          "d_pairs and d_prior have the shape of what they are gradients of");
  const Shape& s = pullback.score.shape;
  const bias::Shape4 full{s.batches, s.heads, s.queries, s.keys};
  bias::Shape4 broadcast;
  for (int a = 0; a < 4; ++a) broadcast[a] = source.pairs()[a] == full[a] ? 1 : full[a];
  Kokkos::parallel_for("attention::dense::backward_pairs", every(static_cast<Index>(d_pairs.size())),
                       BackwardPairs<Pullback, Source>{pullback, source, added, d_pairs, broadcast});
}

template <class Pullback>
void backward_table(const Pullback& pullback, const View2<typename Pullback::Number>& d_table) {
  if (d_table.size() == 0) return;
  const auto& bias = pullback.score.bias;
  const Index rows = bias.rows(), entries = bias.entries();
  require(has_extents(d_table, {rows, entries}), "d_table (rows, entries)");
  const Index count = table_chunks(pullback.score.shape, rows, entries);
  const View3<double> chunks("attention::dense::chunks", count, rows, entries);
  Kokkos::parallel_for("attention::dense::backward_table", every(count * rows),
                       BackwardTable<Pullback>{pullback, chunks});
  Kokkos::parallel_for("attention::dense::add_chunks", every(rows * entries),
                       AddChunks<typename Pullback::Number>{chunks, d_table});
}

template <class Pullback>
void backward_rows(const Pullback& pullback, const Gradients<typename Pullback::Number>& gradients) {
  using Scalar = typename Pullback::Number;
  if (gradients.d_q.size() + gradients.d_temperature.size() + gradients.d_gain.size() == 0) return;
  const Shape& s = pullback.score.shape;
  const auto share = [&s](const View1<Scalar>& asked) {
    return asked.size() > 0 ? View3<double>("attention::dense::share", s.batches, s.heads, s.queries)
                            : View3<double>();
  };
  const Shares shares{share(gradients.d_temperature), share(gradients.d_gain)};
  Kokkos::parallel_for("attention::dense::backward_rows", every(s.batches * s.heads * s.queries),
                       BackwardRows<Pullback>{pullback, gradients.d_q, shares});
  const auto total = [](const View3<double>& of_rows, const View1<Scalar>& sum) {
    Kokkos::parallel_for("attention::dense::add_shares", every(static_cast<Index>(sum.size())),
                         AddShares<Scalar>{of_rows, sum});
  };
  total(shares.temperature, gradients.d_temperature);
  total(shares.gain, gradients.d_gain);
}

// Everything but the sink, of a pullback of any function of the scores.
template <class Pullback>
void pull_back(const Pullback& pullback, const bias::Tensor<typename Pullback::Number>& prior,
               const Gradients<typename Pullback::Number>& gradients) {
  const Shape& s = pullback.score.shape;
  using Bias = std::remove_cvref_t<decltype(pullback.score.bias)>;
  backward_rows(pullback, gradients);
  if (gradients.d_k.size() + gradients.d_v.size() > 0)
    Kokkos::parallel_for("attention::dense::backward_columns", every(s.batches * s.groups * s.keys),
                         BackwardColumns<Pullback>{pullback, gradients.d_k, gradients.d_v});
  backward_pairs(pullback, prior, Added::after_temperature, gradients.d_prior);
  if constexpr (bias::HasPairs<Bias>)
    backward_pairs(pullback, pullback.score.bias, Added::before_temperature, gradients.d_pairs);
  if constexpr (bias::HasTable<Bias>) backward_table(pullback, gradients.d_table);
}

template <class Scalar, class Bias>
void require_gradient_shapes(const Inputs<Scalar>& in, const Bias&, const Gradients<Scalar>& gradients) {
  const auto matches = [](const auto& gradient, const auto& of) {
    return gradient.size() == 0 || gradient.layout() == of.layout();
  };
  require(matches(gradients.d_q, in.q) && matches(gradients.d_k, in.k) && matches(gradients.d_v, in.v) &&
              matches(gradients.d_temperature, in.temperature) && matches(gradients.d_gain, in.gain) &&
              matches(gradients.d_sink, in.sink) && matches(gradients.d_prior, in.prior.values),
          "each gradient has the shape of what it is the gradient of");
  require((bias::HasTable<Bias> || gradients.d_table.size() == 0) &&
              (bias::HasPairs<Bias> || gradients.d_pairs.size() == 0),
          "a bias without a table or numbers has no gradient of them");
}

template <class Scalar> void require_upstream_shapes(const Inputs<Scalar>& in, const Upstream<Scalar>& up) {
  const Shape s = shape_of(in);
  require(
      has_extents(up.o, {s.batches, s.heads, s.queries, s.value_width}) && up.d_o.layout() == up.o.layout(),
      "o and d_o (B, H, M, E)");
  require(has_extents(up.lse, {s.batches, s.heads, s.queries}) &&
              (up.d_lse.size() == 0 || up.d_lse.layout() == up.lse.layout()),
          "lse and d_lse (B, H, M)");
}

template <class Scalar, class Bias, class Mask>
void backward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients) {
  require_shapes(in, bias);
  require_upstream_shapes(in, up);
  require_gradient_shapes(in, bias, gradients);
  const Shape s = shape_of(in);
  const View3<Scalar> delta("attention::dense::delta", s.batches, s.heads, s.queries);
  Kokkos::parallel_for("attention::dense::delta", every(s.batches * s.heads * s.queries),
                       FillDelta<Scalar>{up, delta, s});
  pull_back(Pullback<Scalar, Bias, Mask>{score_of(in, bias, mask),
                                         in.v,
                                         up.d_o,
                                         up.lse,
                                         delta,
                                         up.d_lse,
                                         {in.gain, Scalar(1)},
                                         {in.sink, minus_infinity<Scalar>}},
            in.prior, gradients);
  Kokkos::parallel_for("attention::dense::add_sink", every(static_cast<Index>(gradients.d_sink.size())),
                       AddSink<Scalar>{{in.sink, minus_infinity<Scalar>}, up.lse, delta, gradients.d_sink});
}

}  // namespace attune::attention::dense
