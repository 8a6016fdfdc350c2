// attention/dense/backward.hpp
//
// From o = gain sum_j p_j v_j and p = softmax t: d_p_j = gain d_o . v_j, and the Jacobian of the softmax takes its mean away,
// d_t_j = p_j (d_p_j - sum_m p_m d_p_m) = p_j (d_p_j - d_o . o); a gradient of l adds p_j d_l. A sink is one more key of
// score `sink` with v = 0. The rest is the chain rule through t = (scale q . k + bias) / tau + prior.
//
// Passes of their own for rows, columns, numbers and tables, each of which recomputes p_ij from l_i: every gradient is
// added up by one thread in one order.
#pragma once

#include "attention/dense/backward_bias.hpp"
#include "attention/dense/backward_columns.hpp"
#include "attention/dense/backward_rows.hpp"

namespace attune::attention::dense {

template <class Scalar, class Bias, class Mask, class Source>
void backward_pairs(const Pullback<Scalar, Bias, Mask>& pullback, const Source& source, Added added,
                    const View4<Scalar>& d_pairs) {
  if (d_pairs.size() == 0) return;
  require(has_extents(d_pairs, source.pairs()),
          "d_pairs and d_prior have the shape of what they are gradients of");
  const Shape& s = pullback.score.shape;
  const bias::Shape4 full{s.batches, s.heads, s.queries, s.keys};
  bias::Shape4 broadcast;
  for (int a = 0; a < 4; ++a) broadcast[a] = source.pairs()[a] == full[a] ? 1 : full[a];
  Kokkos::parallel_for(
      "attention::dense::backward_pairs", every(static_cast<Index>(d_pairs.size())),
      BackwardPairs<Pullback<Scalar, Bias, Mask>, Source>{pullback, source, added, d_pairs, broadcast});
}

template <class Scalar, class Bias, class Mask>
void backward_table(const Pullback<Scalar, Bias, Mask>& pullback, const View2<Scalar>& d_table) {
  if (d_table.size() == 0) return;
  const Bias& bias = pullback.score.bias;
  const Index rows = bias.rows(), entries = bias.entries();
  require(has_extents(d_table, {rows, entries}), "d_table (rows, entries)");
  const Index count = table_chunks(pullback.score.shape, rows, entries);
  const View3<double> chunks("attention::dense::chunks", count, rows, entries);
  Kokkos::parallel_for("attention::dense::backward_table", every(count * rows),
                       BackwardTable<Scalar, Bias, Mask>{pullback, chunks});
  Kokkos::parallel_for("attention::dense::add_chunks", every(rows * entries),
                       AddChunks<Scalar>{chunks, d_table});
}

template <class Scalar, class Bias, class Mask>
void backward_rows(const Pullback<Scalar, Bias, Mask>& pullback, const Gradients<Scalar>& gradients) {
  if (gradients.d_q.size() + gradients.d_temperature.size() + gradients.d_gain.size() == 0) return;
  const Shape& s = pullback.score.shape;
  const auto share = [&s](const View1<Scalar>& asked) {
    return asked.size() > 0 ? View3<double>("attention::dense::share", s.batches, s.heads, s.queries)
                            : View3<double>();
  };
  const Shares shares{share(gradients.d_temperature), share(gradients.d_gain)};
  Kokkos::parallel_for("attention::dense::backward_rows", every(s.batches * s.heads * s.queries),
                       BackwardRows<Scalar, Bias, Mask>{pullback, gradients.d_q, shares});
  const auto total = [](const View3<double>& of_rows, const View1<Scalar>& sum) {
    Kokkos::parallel_for("attention::dense::add_shares", every(static_cast<Index>(sum.size())),
                         AddShares<Scalar>{of_rows, sum});
  };
  total(shares.temperature, gradients.d_temperature);
  total(shares.gain, gradients.d_gain);
}

template <class Scalar, class Bias>
void require_gradient_shapes(const Inputs<Scalar>& in, const Upstream<Scalar>& up,
                             const Gradients<Scalar>& gradients) {
  const Shape s = shape_of(in);
  const auto matches = [](const auto& gradient, const auto& of) {
    return gradient.size() == 0 || gradient.layout() == of.layout();
  };
  require(
      has_extents(up.o, {s.batches, s.heads, s.queries, s.value_width}) && up.d_o.layout() == up.o.layout(),
      "o and d_o (B, H, M, E)");
  require(has_extents(up.lse, {s.batches, s.heads, s.queries}) && matches(up.d_lse, up.lse),
          "lse and d_lse (B, H, M)");
  require(matches(gradients.d_q, in.q) && matches(gradients.d_k, in.k) && matches(gradients.d_v, in.v) &&
              matches(gradients.d_temperature, in.temperature) && matches(gradients.d_gain, in.gain) &&
              matches(gradients.d_sink, in.sink) && matches(gradients.d_prior, in.prior.values),
          "each gradient has the shape of what it is the gradient of");
  require((bias::HasTable<Bias> || gradients.d_table.size() == 0) &&
              (bias::HasPairs<Bias> || gradients.d_pairs.size() == 0),
          "a bias without a table or numbers has no gradient of them");
}

template <class Scalar, class Bias, class Mask>
void backward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients) {
  require_shapes(in, bias);
  require_gradient_shapes<Scalar, Bias>(in, up, gradients);
  const Shape s = shape_of(in);
  const View3<Scalar> delta("attention::dense::delta", s.batches, s.heads, s.queries);
  Kokkos::parallel_for("attention::dense::delta", every(s.batches * s.heads * s.queries),
                       FillDelta<Scalar>{up, delta, s});
  const Pullback<Scalar, Bias, Mask> pullback{score_of(in, bias, mask), in.v, up.d_o, up.lse, delta,
                                              {in.gain, Scalar(1)}};

  backward_rows(pullback, gradients);
  if (gradients.d_k.size() + gradients.d_v.size() > 0)
    Kokkos::parallel_for("attention::dense::backward_columns", every(s.batches * s.groups * s.keys),
                         BackwardColumns<Scalar, Bias, Mask>{pullback, gradients.d_k, gradients.d_v});
  Kokkos::parallel_for("attention::dense::add_sink", every(static_cast<Index>(gradients.d_sink.size())),
                       AddSink<Scalar>{{in.sink, minus_infinity<Scalar>}, up.lse, delta, gradients.d_sink});
  backward_pairs(pullback, in.prior, Added::after_temperature, gradients.d_prior);
  if constexpr (bias::HasPairs<Bias>)
    backward_pairs(pullback, bias, Added::before_temperature, gradients.d_pairs);
  if constexpr (bias::HasTable<Bias>) backward_table(pullback, gradients.d_table);
}

}  // namespace attune::attention::dense
