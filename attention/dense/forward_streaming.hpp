// attention/dense/forward_streaming.hpp
//
// One thread a row (b, h, i): the keys stream past, and o_i is rescaled where the running maximum grows.
// Nothing of M x N is stored.
#pragma once

#include "attention/dense/score.hpp"

namespace attune::attention::dense {

template <class Scalar, class Bias, class Mask> struct ForwardStreaming {
  Score<Scalar, Bias, Mask> score;
  View4<const Scalar> v;
  PerHead<Scalar> gain, sink;
  Outputs<Scalar> out;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto [b, h, i] = place(n, score.shape.heads, score.shape.queries);
    const Index width = score.shape.value_width, g = score.group(h);
    Scalar* const o = row(out.o, b, h, i);
    clear(o, width);

    RunningSoftmax<Scalar> softmax;
    if (sink.at(h) != minus_infinity<Scalar>) softmax.absorb(sink.at(h));
    const Range keys = keys_of(score.mask, b, i, score.shape.keys);
    for (Index j = keys.begin; j < keys.end; ++j) {
      Scalar s, t;
      if (!score.find(b, h, i, j, s, t)) continue;
      const auto step = softmax.absorb(t);
      rescale_and_add(o, step.rescale, step.weight, row(v, b, g, j), width);
    }

    multiply(o, gain.at(h) * softmax.norm(), width);
    out.lse(b, h, i) = softmax.log_sum_exp();
  }
};

template <class Scalar, class Bias, class Mask>
void forward_streaming(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask,
                       const Outputs<Scalar>& out) {
  const Shape s = shape_of(in);
  Kokkos::parallel_for(
      "attention::dense::forward_streaming", every(s.batches * s.heads * s.queries),
      ForwardStreaming<Scalar, Bias, Mask>{
          score_of(in, bias, mask), in.v, {in.gain, Scalar(1)}, {in.sink, minus_infinity<Scalar>}, out});
}

}  // namespace attune::attention::dense
