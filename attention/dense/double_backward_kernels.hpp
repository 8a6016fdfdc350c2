// attention/dense/double_backward_kernels.hpp
//
// Passes of their own for the means of rows, rows, columns, numbers and tables: every gradient is added up by
// one thread in one order, those of the bias by the kernels of backward_bias.hpp.
#pragma once

#include "attention/dense/backward.hpp"
#include "attention/dense/double_pullback.hpp"

namespace attune::attention::dense {

// d_q_i and d_d_o_i: a thread a query.
template <class Pullback> struct DoubleRows {
  using Scalar = typename Pullback::Number;
  Pullback pullback;
  View4<Scalar> d_q, d_d_o;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto& score = pullback.score;
    const auto [b, h, i] = place(n, score.shape.heads, score.shape.queries);
    const Index g = score.group(h), width = static_cast<Index>(d_q.extent(3)),
                value_width = static_cast<Index>(d_d_o.extent(3)),
                width_of_u = pullback.u_k.size() > 0 ? width : 0,
                value_width_of_u = pullback.u_v.size() > 0 ? value_width : 0;
    Scalar *const of_query = row(d_q, b, h, i), *const of_output = row(d_d_o, b, h, i);
    for (Index d = 0; d < width; ++d) of_query[d] = 0;
    for (Index e = 0; e < value_width; ++e) of_output[e] = 0;

    const Scalar c = score.scale / score.temperature.at(h), gain = pullback.gain.at(h);
    const Range keys = keys_of(score.mask, b, i, score.shape.keys);
    for (Index j = keys.begin; j < keys.end; ++j) {
      typename Pullback::Pair pair;
      if (!pullback.find(b, h, i, j, pair)) continue;
      add_scaled(of_query, c * pair.d_t, row(score.k, b, g, j), width);
      add_scaled(of_query, c * pair.d_s, row(pullback.u_k, b, g, j), width_of_u);
      add_scaled(of_output, gain * pair.r, row(pullback.v, b, g, j), value_width);
      add_scaled(of_output, gain * pair.p, row(pullback.u_v, b, g, j), value_width_of_u);
    }
  }
};

// d_k_j and d_v_j: a thread a key, over the heads of its group.
template <class Pullback> struct DoubleColumns {
  using Scalar = typename Pullback::Number;
  Pullback pullback;
  View4<Scalar> d_k, d_v;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Shape& shape = pullback.score.shape;
    const auto [b, g, j] = place(n, shape.groups, shape.keys);
    Scalar *const of_key = row(d_k, b, g, j), *const of_value = row(d_v, b, g, j);
    for (Index d = 0; d < static_cast<Index>(d_k.extent(3)); ++d) of_key[d] = 0;
    for (Index e = 0; e < static_cast<Index>(d_v.extent(3)); ++e) of_value[e] = 0;
    const Index members = shape.heads / shape.groups;
    for (Index h = g * members; h < (g + 1) * members; ++h) absorb(b, h, j, of_key, of_value);
  }

  KOKKOS_FUNCTION void absorb(Index b, Index h, Index j, Scalar* of_key, Scalar* of_value) const {
    const auto& score = pullback.score;
    const Index width = static_cast<Index>(d_k.extent(3)), value_width = static_cast<Index>(d_v.extent(3)),
                width_of_u = pullback.u_q.size() > 0 ? width : 0;
    const Scalar c = score.scale / score.temperature.at(h), gain = pullback.gain.at(h);
    const Range queries = queries_of(score.mask, b, j, score.shape.queries);
    for (Index i = queries.begin; i < queries.end; ++i) {
      typename Pullback::Pair pair;
      if (!pullback.find(b, h, i, j, pair)) continue;
      add_scaled(of_key, c * pair.d_t, row(score.q, b, h, i), width);
      add_scaled(of_key, c * pair.d_s, row(pullback.u_q, b, h, i), width_of_u);
      add_scaled(of_value, gain * pair.r, row(pullback.d_o, b, h, i), value_width);
    }
  }
};

template <class Scalar, class Bias>
void require_double_shapes(const Inputs<Scalar>& in, const Bias& bias, const DoubleUpstream<Scalar>& up,
                           const DoubleGradients<Scalar>& gradients) {
  require_no_sink(in, "double_backward");
  require(up.first.d_lse.size() == 0, "double_backward knows no gradient of l");
  const auto matches = [](const auto& given, const auto& of) {
    return given.size() == 0 || given.layout() == of.layout();
  };
  require(matches(up.u_q, in.q) && matches(up.u_k, in.k) && matches(up.u_v, in.v) &&
              matches(gradients.d_q, in.q) && matches(gradients.d_k, in.k) && matches(gradients.d_v, in.v) &&
              matches(gradients.d_d_o, up.first.o),
          "u_q, u_k, u_v and each gradient have the shape of what they belong to");
  require(bias::HasPairs<Bias> || up.u_pairs.size() + gradients.d_pairs.size() == 0,
          "a bias without numbers has no gradient of them");
  require(bias::HasTable<Bias> || gradients.d_table.size() == 0,
          "a bias without a table has no gradient of it");
  if constexpr (bias::HasPairs<Bias>)
    require(up.u_pairs.size() == 0 || has_extents(up.u_pairs, bias.pairs()), "u_pairs as the bias");
}

template <class Scalar, class Bias, class Mask>
void double_backward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask,
                     const DoubleUpstream<Scalar>& up, const DoubleGradients<Scalar>& gradients) {
  require_shapes(in, bias);
  require_upstream_shapes(in, up.first);
  require_double_shapes(in, bias, up, gradients);
  const Shape s = shape_of(in);
  const Index rows = s.batches * s.heads * s.queries;
  using Double = DoublePullback<Scalar, Bias, Mask>;
  const auto means = [&s](const std::string& label) {
    return View3<double>(label, s.batches, s.heads, s.queries);
  };
  const Double pullback{score_of(in, bias, mask),
                        in.v,
                        up.first.d_o,
                        up.u_q,
                        up.u_k,
                        up.u_v,
                        up.first.lse,
                        {in.gain, Scalar(1)},
                        bias::Tensor<Scalar>(up.u_pairs),
                        means("attention::dense::delta"),
                        means("attention::dense::alpha"),
                        means("attention::dense::phi")};

  Kokkos::parallel_for("attention::dense::double_means", every(rows),
                       FillMeans<Double>{pullback, up.first.o});
  if (gradients.d_q.size() + gradients.d_d_o.size() > 0)
    Kokkos::parallel_for("attention::dense::double_rows", every(rows),
                         DoubleRows<Double>{pullback, gradients.d_q, gradients.d_d_o});
  if (gradients.d_k.size() + gradients.d_v.size() > 0)
    Kokkos::parallel_for("attention::dense::double_columns", every(s.batches * s.groups * s.keys),
                         DoubleColumns<Double>{pullback, gradients.d_k, gradients.d_v});
  if constexpr (bias::HasPairs<Bias>)
    backward_pairs(pullback, bias, Added::before_temperature, gradients.d_pairs);
  if constexpr (bias::HasTable<Bias>) backward_table(pullback, gradients.d_table);
}

}  // namespace attune::attention::dense
