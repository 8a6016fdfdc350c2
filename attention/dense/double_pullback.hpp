// attention/dense/double_pullback.hpp
//
// A row i is a function of t_ij, d_p_ij, a_ij and w_ij: in the letters of double_backward.hpp, pairing each
// gradient of the first backward with its u and gathering by (i, j),
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
// by d p_m / d t_j = p_j ([j = m] - p_m); the last line holds only differences from the means, so that
// nothing large cancels. What remains is the chain rule through t = (scale q . k + bias) / tau, d_p, a and w,
// all of them bilinear.
#pragma once

#include "attention/dense/double_backward.hpp"
#include "attention/dense/score.hpp"

namespace attune::attention::dense {

template <class Scalar, class Bias, class Mask> struct DoublePullback {
  using Number = Scalar;
  Score<Scalar, Bias, Mask> score;
  View4<const Scalar> v, d_o, u_q, u_k, u_v;
  View3<const Scalar> lse;
  PerHead<Scalar> gain;
  bias::Tensor<Scalar> u_bias;
  View3<double> delta, alpha, phi;  // (B, H, M)

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
    terms.d_s = terms.p * static_cast<Scalar>(double(terms.d_p) - delta(b, h, i));
    Scalar u_score = score.scale * (product(u_q, score.k, b, h, i, j) + product(score.q, u_k, b, h, i, j));
    if constexpr (bias::HasPairs<Bias>) u_score += u_bias.at(b, h, i, j) * score.bias.slope(b, h, i, j);
    terms.a = u_score / score.temperature.at(h);
    terms.w = gain.at(h) * product(d_o, u_v, b, h, i, j);
    return true;
  }

  KOKKOS_FUNCTION bool find(Index b, Index h, Index i, Index j, Pair& pair) const {
    Terms terms;
    if (!find_terms(b, h, i, j, terms)) return false;
    const Scalar above = static_cast<Scalar>(double(terms.a) - alpha(b, h, i));
    pair.p = terms.p;
    pair.d_s = terms.d_s;
    pair.r = terms.p * above;
    pair.d_t = terms.d_s * above + terms.p * static_cast<Scalar>(double(terms.w) - phi(b, h, i));
    return true;
  }
};

// The means of a row, with the weights that the passes meet: those sum to one but for the rounding of l, and
// d_o . o is delta but for the rounding of o. Means that err would leave their error in every difference from
// them; so the sums are taken round d_o . o and divided by the sum of the weights.
template <class Pullback> struct FillMeans {
  Pullback pullback;
  View4<const typename Pullback::Number> o;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto& score = pullback.score;
    const auto [b, h, i] = place(n, score.shape.heads, score.shape.queries);
    const double about = double(dot(row(pullback.d_o, b, h, i), row(o, b, h, i), score.shape.value_width));
    pullback.delta(b, h, i) = about;
    double sum = 0, rest = 0, alpha = 0, phi = 0;
    const Range keys = keys_of(score.mask, b, i, score.shape.keys);
    for (Index j = keys.begin; j < keys.end; ++j) {
      typename Pullback::Terms terms;
      if (!pullback.find_terms(b, h, i, j, terms)) continue;
      sum += double(terms.p);
      rest += double(terms.d_s);
      alpha += double(terms.p) * double(terms.a);
      phi += double(terms.d_s) * double(terms.a) + double(terms.p) * double(terms.w);
    }
    const double norm = sum != 0 ? 1 / sum : 0;  // a row without a key has no mean
    pullback.delta(b, h, i) = about + norm * rest;
    pullback.alpha(b, h, i) = norm * alpha;
    pullback.phi(b, h, i) = norm * phi - norm * rest * norm * alpha;
  }
};

}  // namespace attune::attention::dense
