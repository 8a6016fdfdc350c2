// attention/dense/backward_streaming.hpp
//
// Passes of their own for rows, columns, numbers and tables, each of which recomputes p_ij from l_i: every
// gradient is added up by one thread in one order. For any function of the scores that brings a pullback.
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

}  // namespace attune::attention::dense
