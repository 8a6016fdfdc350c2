// attention/hardmax/forward.hpp
//
// One thread a row (b, h, i): the keys stream past, o starts afresh at each new best key and adds those that
// tie with it. A score that is not a number is never beaten and makes its row NaN.
#pragma once

#include "attention/dense/score.hpp"
#include "attention/hardmax/hardmax.hpp"

namespace attune::attention::hardmax {

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

    Scalar most = minus_infinity<Scalar>;
    Index ties = 0;
    const Range keys = keys_of(score.mask, b, i, score.shape.keys);
    for (Index j = keys.begin; j < keys.end; ++j) {
      Scalar s, t;
      if (!score.find(b, h, i, j, s, t) || t < most || most != most) continue;
      const bool tie = t == most;
      rescale_and_add(o, Scalar(tie ? 1 : 0), Scalar(1), row(v, b, g, j), width);
      ties = tie ? ties + 1 : 1;
      most = t;
    }
    const Scalar weight = ties > 0 ? gain.at(h) / static_cast<Scalar>(ties) : Scalar(0);
    for (Index e = 0; e < width; ++e) o[e] *= most == most ? weight : most;
    out.most(b, h, i) = most;
  }
};

template <class Scalar, class Bias, class Mask>
void forward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Outputs<Scalar>& out) {
  dense::require_shapes(in, bias);
  dense::require_no_sink(in, "hardmax attention");
  const dense::Shape s = dense::shape_of(in);
  require(dense::has_extents(out.o, {s.batches, s.heads, s.queries, s.value_width}), "o (B, H, M, E)");
  require(dense::has_extents(out.most, {s.batches, s.heads, s.queries}), "m (B, H, M)");
  Kokkos::parallel_for(
      "attention::hardmax::forward", dense::every(s.batches * s.heads * s.queries),
      Forward<Scalar, Bias, Mask>{dense::score_of(in, bias, mask), in.v, {in.gain, Scalar(1)}, out});
}

}  // namespace attune::attention::hardmax
