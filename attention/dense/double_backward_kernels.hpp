// attention/dense/double_backward_kernels.hpp
//
// A row i is a function of t_ij, d_p_ij, a_ij and w_ij: in the letters of double_backward.hpp, pairing each gradient of the first
// backward with its u and gathering by (i, j),
//
//   <u_q, d_q> + <u_k, d_k> + <u_bias, d_bias> = sum_ij d_t_ij a_ij        <u_v, d_v> = sum_ij p_ij w_ij
//   phi_i = sum_j d_t_ij a_ij + p_ij w_ij = sum_j p_ij (d_p_ij a_ij + w_ij) - delta_i alpha_i
//
//   d phi / d d_p_j = p_j a_j - p_j alpha                 delta = sum_j p_j d_p_j
//   d phi / d a_j   = p_j d_p_j - delta p_j = d_t_j
//   d phi / d w_j   = p_j
//   d phi / d t_j   = p_j (d_p_j a_j + w_j - sum_m p_m (d_p_m a_m + w_m))
//                     - alpha p_j (d_p_j - delta) - delta p_j (a_j - alpha)
//                   = p_j ((d_p_j - delta) (a_j - alpha) + w_j - phi)
//
// by d p_m / d t_j = p_j ([j = m] - p_m); the last line holds only differences from the means, so that nothing large
// cancels. What remains is the chain rule through t = (scale q . k + bias) / tau, d_p, a and w, all of them bilinear.
//
// Passes of their own for the means of rows, rows, columns, numbers and tables: every gradient is added up by one thread in
// one order, those of the bias by the kernels of backward_bias.hpp.
#pragma once

#include "attention/dense/backward.hpp"
#include "attention/dense/double_backward.hpp"

namespace attune::attention::dense {

template <class Scalar, class Bias, class Mask> struct DoublePullback {
  using Number = Scalar;
  Score<Scalar, Bias, Mask> score;
  View4<const Scalar> v, d_o, u_q, u_k, u_v;
  View3<const Scalar> lse, delta;
  PerHead<Scalar> gain;
  bias::Tensor<Scalar> u_bias;
  View3<double> alpha, phi;  // (B, H, M)

  // What needs no mean of the row.
  struct Terms {
    Scalar p, d_p, d_s, a, w;  // d_s is the d_t of the first backward
  };
  struct Pair {
    Scalar p, d_s, r, d_t;  // d_t is e_ij
  };

  KOKKOS_FUNCTION Scalar product(const View4<const Scalar>& x, const View4<const Scalar>& y, Index b, Index h,
                                 Index i, Index j) const {
    const Index width = static_cast<Index>(x.extent(3) < y.extent(3) ? x.extent(3) : y.extent(3));
    return width > 0 ? dot(row(x, b, h, i), row(y, b, score.group(h), j), width) : Scalar(0);
  }

  // False where the pair takes no part.
  KOKKOS_FUNCTION bool find_terms(Index b, Index h, Index i, Index j, Terms& terms) const {
    Scalar s, t;
    if (!score.find(b, h, i, j, s, t)) return false;
    terms.p = Kokkos::exp(t - lse(b, h, i));
    terms.d_p = gain.at(h) * product(d_o, v, b, h, i, j);
    terms.d_s = terms.p * (terms.d_p - delta(b, h, i));
    Scalar u_score = score.scale * (product(u_q, score.k, b, h, i, j) + product(score.q, u_k, b, h, i, j));
    if constexpr (bias::HasPairs<Bias>) u_score += u_bias.at(b, h, i, j) * score.bias.slope(b, h, i, j);
    terms.a = u_score / score.temperature.at(h);
    terms.w = gain.at(h) * product(d_o, u_v, b, h, i, j);
    return true;
  }

  KOKKOS_FUNCTION bool find(Index b, Index h, Index i, Index j, Pair& pair) const {
    Terms terms;
    if (!find_terms(b, h, i, j, terms)) return false;
    const Scalar above = terms.a - static_cast<Scalar>(alpha(b, h, i));
    pair.p = terms.p;
    pair.d_s = terms.d_s;
    pair.r = terms.p * above;
    pair.d_t = terms.d_s * above + terms.p * (terms.w - static_cast<Scalar>(phi(b, h, i)));
    return true;
  }
};

template <class Pullback> struct FillMeans {
  Pullback pullback;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto& score = pullback.score;
    const auto [b, h, i] = place(n, score.shape.heads, score.shape.queries);
    double alpha = 0, phi = 0;
    const Range keys = keys_of(score.mask, b, i, score.shape.keys);
    for (Index j = keys.begin; j < keys.end; ++j) {
      typename Pullback::Terms terms;
      if (!pullback.find_terms(b, h, i, j, terms)) continue;
      alpha += double(terms.p) * double(terms.a);
      phi += double(terms.d_s) * double(terms.a) + double(terms.p) * double(terms.w);
    }
    pullback.alpha(b, h, i) = alpha;
    pullback.phi(b, h, i) = phi;
  }
};

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
      add(of_query, c * pair.d_t, row(score.k, b, g, j), width);
      add(of_query, c * pair.d_s, row(pullback.u_k, b, g, j), width_of_u);
      add(of_output, gain * pair.r, row(pullback.v, b, g, j), value_width);
      add(of_output, gain * pair.p, row(pullback.u_v, b, g, j), value_width_of_u);
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
      add(of_key, c * pair.d_t, row(score.q, b, h, i), width);
      add(of_key, c * pair.d_s, row(pullback.u_q, b, h, i), width_of_u);
      add(of_value, gain * pair.r, row(pullback.d_o, b, h, i), value_width);
    }
  }
};

template <class Scalar, class Bias>
void require_double_shapes(const Inputs<Scalar>& in, const Bias& bias, const DoubleUpstream<Scalar>& up,
                           const DoubleGradients<Scalar>& gradients) {
  require(in.sink.size() == 0, "double_backward knows no sink");
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
  const View3<double> alpha("attention::dense::alpha", s.batches, s.heads, s.queries),
      phi("attention::dense::phi", s.batches, s.heads, s.queries);
  const Double pullback{score_of(in, bias, mask),
                        in.v,
                        up.first.d_o,
                        up.u_q,
                        up.u_k,
                        up.u_v,
                        up.first.lse,
                        delta_of(in, up.first),
                        {in.gain, Scalar(1)},
                        bias::Tensor<Scalar>(up.u_pairs),
                        alpha,
                        phi};

  Kokkos::parallel_for("attention::dense::double_means", every(rows), FillMeans<Double>{pullback});
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
