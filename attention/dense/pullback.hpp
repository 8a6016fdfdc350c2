// attention/dense/pullback.hpp
//
// One d_t_ij, as every pass of backward computes it. The passes are templates over the pullback, so that
// another function of the scores than the softmax brings a struct of its own with
//
//   Number, Pair {s, p, d_p, d_t}       find(b, h, i, j, pair)       score, d_o, gain
//   Sums {absorb(pair)}                 scores_and_gain(b, h, i, sums)
//
// of which a pass reads what its equation holds.
//
// Sums are what a row adds to the gradients of temperature and gain: sum_j d_t_ij s_ij and sum_j p_ij
// d_p_ij. A rounded l_i makes the weights of the row sum to W, not quite one, and a first sum over scores
// that lie far from zero would be wrong by W - 1 times their mean. So they are taken as covariances under p
// / W, in double:
//
//   sum_j d_t s = (gain sum p d_p s - (gain sum p d_p / W - d_l) sum p s) / W
#pragma once

#include "attention/dense/score.hpp"

namespace attune::attention::dense {

template <class Scalar, class Bias, class Mask> struct Pullback {
  using Number = Scalar;
  Score<Scalar, Bias, Mask> score;
  View4<const Scalar> v, d_o;
  View3<const Scalar> lse, delta, d_lse;  // delta_i = d_o_i . o_i - d_l_i; d_lse may be empty
  PerHead<Scalar> gain, sink;

  struct Pair {
    Scalar s, p, d_p;  // d_p = d_o_i . v_j
    Scalar d_t;
  };

  // False where the pair takes no part.
  KOKKOS_FUNCTION bool find(Index b, Index h, Index i, Index j, Pair& pair) const {
    Scalar t;
    if (!score.find(b, h, i, j, pair.s, t)) return false;
    pair.p = Kokkos::exp(t - lse(b, h, i));
    pair.d_p = dot(row(d_o, b, h, i), row(v, b, score.group(h), j), score.shape.value_width);
    pair.d_t = pair.p * (gain.at(h) * pair.d_p - delta(b, h, i));
    return true;
  }

  struct Sums {
    double p = 0, p_s = 0, p_d_p = 0, p_d_p_s = 0;
    KOKKOS_FUNCTION void absorb(const Pair& pair) {
      const double weight = pair.p, weighted = weight * double(pair.d_p);
      p += weight;
      p_s += weight * double(pair.s);
      p_d_p += weighted;
      p_d_p_s += weighted * double(pair.s);
    }
  };

  KOKKOS_FUNCTION Kokkos::pair<double, double> scores_and_gain(Index b, Index h, Index i,
                                                               const Sums& sums) const {
    if (sums.p == 0) return {0, 0};  // a row without a key
    const double of_sink =
        sink.at(h) == minus_infinity<Scalar> ? 0 : Kokkos::exp(double(sink.at(h)) - double(lse(b, h, i)));
    const double whole = sums.p + of_sink, g = double(gain.at(h));
    const double mean = g * sums.p_d_p / whole - (d_lse.size() > 0 ? double(d_lse(b, h, i)) : 0);
    return {(g * sums.p_d_p_s - mean * sums.p_s) / whole, sums.p_d_p / whole};
  }
};

}  // namespace attune::attention::dense
