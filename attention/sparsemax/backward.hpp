// attention/sparsemax/backward.hpp
//
// On the support S of a row sum_{m in S} (t_m - theta) = 1, so d theta / d t_j = 1 / |S| for j in S, and
//
//   d p_m / d t_j = [j = m] - 1 / |S|     for j, m in S, else 0             [martins2016], section 2.5
//
// With d_p_j = gain d_o . v_j this gives d_t_j = d_p_j - (sum_{m in S} d_p_m - d_theta) / |S| on S. A first
// pass over the rows finds that mean, delta_i; the passes of dense attention then run with this d_t, and with
// pairs outside S taking no part.
#pragma once

#include "attention/dense/backward.hpp"
#include "attention/sparsemax/forward.hpp"

namespace attune::attention::sparsemax {

template <class Scalar, class Bias, class Mask> struct Pullback {
  using Number = Scalar;
  dense::Score<Scalar, Bias, Mask> score;
  View4<const Scalar> v, d_o;
  View3<const Scalar> theta;
  View3<Scalar> delta;  // (B, H, M)
  dense::PerHead<Scalar> gain;

  struct Pair {
    Scalar s, p, d_p;  // d_p = d_o_i . v_j
    Scalar d_t;
  };

  // False where the pair takes no part, outside the support.
  KOKKOS_FUNCTION bool find_weight(Index b, Index h, Index i, Index j, Pair& pair) const {
    Scalar t;
    if (!score.find(b, h, i, j, pair.s, t)) return false;
    pair.p = t - theta(b, h, i);
    if (pair.p <= 0) return false;
    pair.d_p = dot(row(d_o, b, h, i), row(v, b, score.group(h), j), score.shape.value_width);
    return true;
  }
  KOKKOS_FUNCTION bool find(Index b, Index h, Index i, Index j, Pair& pair) const {
    if (!find_weight(b, h, i, j, pair)) return false;
    pair.d_t = gain.at(h) * pair.d_p - delta(b, h, i);
    return true;
  }

  struct Sums {
    double d_t_s = 0, p_d_p = 0;
    KOKKOS_FUNCTION void absorb(const Pair& pair) {
      d_t_s += double(pair.d_t) * double(pair.s);
      p_d_p += double(pair.p) * double(pair.d_p);
    }
  };
  KOKKOS_FUNCTION Kokkos::pair<double, double> scores_and_gain(Index, Index, Index, const Sums& sums) const {
    return {sums.d_t_s, sums.p_d_p};
  }
};

template <class Pullback> struct FillDelta {
  Pullback pullback;
  View3<const typename Pullback::Number> d_theta;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto& score = pullback.score;
    const auto [b, h, i] = dense::place(n, score.shape.heads, score.shape.queries);
    double sum = 0;
    Index support = 0;
    const Range keys = keys_of(score.mask, b, i, score.shape.keys);
    for (Index j = keys.begin; j < keys.end; ++j) {
      typename Pullback::Pair pair;
      if (!pullback.find_weight(b, h, i, j, pair)) continue;
      sum += double(pullback.gain.at(h)) * double(pair.d_p);
      ++support;
    }
    if (d_theta.size() > 0) sum -= double(d_theta(b, h, i));
    const double mean = support > 0 ? sum / static_cast<double>(support) : 0;
    pullback.delta(b, h, i) = static_cast<typename Pullback::Number>(mean);
  }
};

template <class Scalar, class Bias, class Mask>
void backward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients) {
  dense::require_shapes(in, bias);
  dense::require_no_sink(in, "sparsemax attention");
  const dense::Shape s = dense::shape_of(in);
  require(dense::has_extents(up.d_o, {s.batches, s.heads, s.queries, s.value_width}), "d_o (B, H, M, E)");
  require(dense::has_extents(up.theta, {s.batches, s.heads, s.queries}) &&
              (up.d_theta.size() == 0 || up.d_theta.layout() == up.theta.layout()),
          "theta and d_theta (B, H, M)");
  dense::require_gradient_shapes(in, bias, gradients);

  using Row = Pullback<Scalar, Bias, Mask>;
  const View3<Scalar> delta("attention::sparsemax::delta", s.batches, s.heads, s.queries);
  const Row pullback{dense::score_of(in, bias, mask), in.v, up.d_o, up.theta, delta, {in.gain, Scalar(1)}};
  Kokkos::parallel_for("attention::sparsemax::delta", dense::every(s.batches * s.heads * s.queries),
                       FillDelta<Row>{pullback, up.d_theta});
  dense::pull_back(pullback, in.prior, gradients);
}

}  // namespace attune::attention::sparsemax
