// attention/hardmax/backward.hpp
//
// o is linear in v, with weights that do not move with the scores: d_v_j = gain sum_{h, i} p_ij d_o_i. A pass
// over the rows counts the keys that tie, and the pass of dense attention over the keys adds up.
#pragma once

#include "attention/dense/backward_columns.hpp"
#include "attention/hardmax/forward.hpp"

namespace attune::attention::hardmax {

template <class Scalar, class Bias, class Mask> struct Pullback {
  using Number = Scalar;
  dense::Score<Scalar, Bias, Mask> score;
  View4<const Scalar> d_o;
  View3<const Scalar> most;
  View3<Scalar> ties;  // (B, H, M)
  dense::PerHead<Scalar> gain;

  struct Pair {
    Scalar p, d_t = 0;
  };

  KOKKOS_FUNCTION bool is_best(Index b, Index h, Index i, Index j) const {
    Scalar s, t;
    return score.find(b, h, i, j, s, t) && !(t < most(b, h, i));
  }
  // False where the pair takes no part.
  KOKKOS_FUNCTION bool find(Index b, Index h, Index i, Index j, Pair& pair) const {
    if (!is_best(b, h, i, j)) return false;
    pair.p = most(b, h, i) == most(b, h, i) ? 1 / ties(b, h, i) : most(b, h, i);
    return true;
  }
};

template <class Pullback> struct CountTies {
  Pullback pullback;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto& score = pullback.score;
    const auto [b, h, i] = dense::place(n, score.shape.heads, score.shape.queries);
    Index ties = 0;
    const Range keys = keys_of(score.mask, b, i, score.shape.keys);
    for (Index j = keys.begin; j < keys.end; ++j) ties += pullback.is_best(b, h, i, j) ? 1 : 0;
    pullback.ties(b, h, i) = static_cast<typename Pullback::Number>(ties);
  }
};

template <class Scalar, class Bias, class Mask>
void backward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients) {
  dense::require_shapes(in, bias);
  dense::require_no_sink(in, "hardmax attention");
  const dense::Shape s = dense::shape_of(in);
  require(dense::has_extents(up.d_o, {s.batches, s.heads, s.queries, s.value_width}), "d_o (B, H, M, E)");
  require(dense::has_extents(up.most, {s.batches, s.heads, s.queries}), "m (B, H, M)");
  require(gradients.d_v.layout() == in.v.layout(), "d_v has the shape of v");

  using Row = Pullback<Scalar, Bias, Mask>;
  const View3<Scalar> ties("attention::hardmax::ties", s.batches, s.heads, s.queries);
  const Row pullback{dense::score_of(in, bias, mask), up.d_o, up.most, ties, {in.gain, Scalar(1)}};
  Kokkos::parallel_for("attention::hardmax::ties", dense::every(s.batches * s.heads * s.queries),
                       CountTies<Row>{pullback});
  Kokkos::parallel_for("attention::hardmax::backward_columns", dense::every(s.batches * s.groups * s.keys),
                       dense::BackwardColumns<Row>{pullback, {}, gradients.d_v});
}

}  // namespace attune::attention::hardmax
