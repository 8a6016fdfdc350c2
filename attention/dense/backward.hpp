// attention/dense/backward.hpp
//
// From o = gain sum_j p_j v_j and p = softmax t: d_p_j = gain d_o . v_j, and the Jacobian of the softmax
// takes its mean away, d_t_j = p_j (d_p_j - sum_m p_m d_p_m) = p_j (d_p_j - d_o . o); a gradient of l adds
// p_j d_l. A sink is one more key of score `sink` with v = 0. The rest is the chain rule through t = (scale
// q . k + bias) / tau + prior.
//
// In tiles where a processor's vector registers do the work, and in passes of a team a tile of queries, of keys
// or of pairs on a device.
#pragma once

#include "attention/dense/backward_parts.hpp"
#include "attention/dense/backward_streaming.hpp"
#include "attention/dense/backward_teams.hpp"
#include "attention/dense/rounded.hpp"

namespace attune::attention::dense {

template <class Scalar, class Bias>
void require_gradient_shapes(const Inputs<Scalar>& in, const Bias&, const Gradients<Scalar>& gradients) {
  const auto matches = [](const auto& gradient, const auto& of) {
    return gradient.size() == 0 || gradient.layout() == of.layout();
  };
  require(matches(gradients.d_q, in.q) && matches(gradients.d_k, in.k) && matches(gradients.d_v, in.v) &&
              matches(gradients.d_temperature, in.temperature) && matches(gradients.d_gain, in.gain) &&
              matches(gradients.d_sink, in.sink) && matches(gradients.d_prior, in.prior.values),
          "each gradient has the shape of what it is the gradient of");
  require((bias::HasTable<Bias> || gradients.d_table.size() == 0) &&
              (bias::HasPairs<Bias> || gradients.d_pairs.size() == 0),
          "a bias without a table or numbers has no gradient of them");
}

template <class Scalar> void require_upstream_shapes(const Inputs<Scalar>& in, const Upstream<Scalar>& up) {
  const Shape s = shape_of(in);
  require(
      has_extents(up.o, {s.batches, s.heads, s.queries, s.value_width}) && up.d_o.layout() == up.o.layout(),
      "o and d_o (B, H, M, E)");
  require(has_extents(up.lse, {s.batches, s.heads, s.queries}) &&
              (up.d_lse.size() == 0 || up.d_lse.layout() == up.lse.layout()),
          "lse and d_lse (B, H, M)");
}

template <class Scalar, class Source, class Mask>
Pullback<Scalar, Source, Mask> pullback_of(const Inputs<Scalar>& in, const Source& source, const Mask& mask,
                                           const Upstream<Scalar>& up, const View3<Scalar>& delta) {
  return {score_of(in, source, mask),       in.v, up.d_o, up.lse, delta, up.d_lse, {in.gain, Scalar(1)},
          {in.sink, minus_infinity<Scalar>}};
}

template <class Scalar, class Bias, class Mask>
void backward_in_passes(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask,
                        const Upstream<Scalar>& up, const Gradients<Scalar>& gradients) {
  const Shape s = shape_of(in);
  const View3<Scalar> delta("attention::dense::delta", s.batches, s.heads, s.queries);
  Kokkos::parallel_for("attention::dense::delta", every(s.batches * s.heads * s.queries),
                       FillDelta<Scalar>{up, delta, s});
  if constexpr (on_host)
    backward_tiled(in, bias, pullback_of(in, tiles::source_of<Scalar>(bias), mask, up, delta), gradients);
  else
    pull_back_teams(pullback_of(in, bias, mask, up, delta), in.prior, gradients);
  Kokkos::parallel_for("attention::dense::add_sink", every(static_cast<Index>(gradients.d_sink.size())),
                       AddSink<Scalar>{{in.sink, minus_infinity<Scalar>}, up.lse, delta, gradients.d_sink});
}
template <class Scalar, class Bias, class Mask>
void backward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients) {
  require_shapes(in, bias);
  require_upstream_shapes(in, up);
  require_gradient_shapes(in, bias, gradients);
  if constexpr (std::is_same_v<Scalar, Bfloat16>)
    backward_rounded(in, bias, mask, up, gradients);
  else
    backward_in_passes(in, bias, mask, up, gradients);
}

}  // namespace attune::attention::dense
