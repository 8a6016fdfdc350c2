// attention/dense/pullback.hpp
//
// One d_t_ij, as every pass of backward computes it. The passes are templates over the pullback, so that
// another function of the scores than the softmax brings a struct of its own with
//
//   Number, Pair {s, p, d_p, d_t}       find(b, h, i, j, pair)       score, d_o, gain
//
// of which a pass reads what its equation holds.
#pragma once

#include "attention/dense/score.hpp"

namespace attune::attention::dense {

template <class Scalar, class Bias, class Mask> struct Pullback {
  using Number = Scalar;
  Score<Scalar, Bias, Mask> score;
  View4<const Scalar> v, d_o;
  View3<const Scalar> lse, delta;  // delta_i = d_o_i . o_i - d_l_i
  PerHead<Scalar> gain;

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
};

}  // namespace attune::attention::dense
