// attention/sparsemax/forward.hpp
//
// One thread a row (b, h, i). With x_j = t_j - max_m t_m and theta' = theta - max_m t_m, the root of
//
//   g(theta') = sum_j max(0, x_j - theta') - 1
//
// lies in [-1, 0): one key alone has the weight -theta' <= 1. g is convex, falls, and is linear between the
// scores, so that the steps of Newton from -1,
//
//   theta' <- (sum_{x_j > theta'} x_j - 1) / |{x_j > theta'}|
//
// climb to the root, lose keys on the way and never find them again; when none is lost the step has landed on
// the root. Rounding may only end them earlier. A score that is not a number passes every comparison and
// makes its row NaN.
#pragma once

#include "attention/dense/score.hpp"
#include "attention/sparsemax/sparsemax.hpp"

namespace attune::attention::sparsemax {

template <class Scalar, class Bias, class Mask> struct Forward {
  dense::Score<Scalar, Bias, Mask> score;
  View4<const Scalar> v;
  dense::PerHead<Scalar> gain;
  Outputs<Scalar> out;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto [b, h, i] = dense::place(n, score.shape.heads, score.shape.queries);
    const Index width = score.shape.value_width, g = score.group(h);
    Scalar* const o = row(out.o, b, h, i);
    clear(o, width);
    const Scalar most = largest(b, h, i);
    out.theta(b, h, i) = most;
    if (most == minus_infinity<Scalar>) return;

    const double theta = threshold(b, h, i, most);
    out.theta(b, h, i) = static_cast<Scalar>(double(most) + theta);
    const Range keys = keys_of(score.mask, b, i, score.shape.keys);
    for (Index j = keys.begin; j < keys.end; ++j) {
      Scalar s, t;
      if (!score.find(b, h, i, j, s, t)) continue;
      const double p = double(t) - double(most) - theta;
      if (!(p <= 0)) add_scaled(o, gain.at(h) * static_cast<Scalar>(p), row(v, b, g, j), width);
    }
  }

  // max_j t_ij; -infinity without a key.
  KOKKOS_FUNCTION Scalar largest(Index b, Index h, Index i) const {
    Scalar most = minus_infinity<Scalar>;
    const Range keys = keys_of(score.mask, b, i, score.shape.keys);
    for (Index j = keys.begin; j < keys.end; ++j) {
      Scalar s, t;
      if (score.find(b, h, i, j, s, t) && !(t <= most)) most = t;
    }
    return most;
  }

  // theta'_i
  KOKKOS_FUNCTION double threshold(Index b, Index h, Index i, Scalar most) const {
    const Range keys = keys_of(score.mask, b, i, score.shape.keys);
    double theta = -1;
    for (Index before = keys.end - keys.begin + 1;;) {
      double sum = 0;
      Index active = 0;
      for (Index j = keys.begin; j < keys.end; ++j) {
        Scalar s, t;
        if (!score.find(b, h, i, j, s, t)) continue;
        const double x = double(t) - double(most);
        if (x <= theta) continue;
        sum += x;
        ++active;
      }
      if (active >= before) return theta;
      before = active;
      theta = (sum - 1) / static_cast<double>(active);
    }
  }
};

template <class Scalar, class Bias, class Mask>
void forward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Outputs<Scalar>& out) {
  dense::require_shapes(in, bias);
  dense::require_no_sink(in, "sparsemax attention");
  const dense::Shape s = dense::shape_of(in);
  require(dense::has_extents(out.o, {s.batches, s.heads, s.queries, s.value_width}), "o (B, H, M, E)");
  require(dense::has_extents(out.theta, {s.batches, s.heads, s.queries}), "theta (B, H, M)");
  Kokkos::parallel_for(
      "attention::sparsemax::forward", dense::every(s.batches * s.heads * s.queries),
      Forward<Scalar, Bias, Mask>{dense::score_of(in, bias, mask), in.v, {in.gain, Scalar(1)}, out});
}

}  // namespace attune::attention::sparsemax
