// attention/dense/forward_tensor_cores.hpp
//
// Forward in bfloat16, or in float read as tf32, on matrix units, for a launch(label, blocks, kernel) that runs kernels of
// attention/tensor_cores/: the device's, or the emulated one of the tests.
#pragma once

#include "attention/dense/tensor_core_problem.hpp"
#include "attention/tensor_cores/padded.hpp"

namespace attune::attention::dense {

// Widths that the tiles hold, 32-bit numbers of queries and keys, and a scale by which one can divide.
inline bool fits_tensor_cores(const Shape& s, float scale) {
  constexpr Index most = Index(1) << 30;
  return s.width <= tensor_cores::most_width && s.value_width <= tensor_cores::most_width &&
         s.queries < most && s.keys < most && scale > 0 && s.queries * s.value_width > 0;
}

template <class Number, class Source, class Prior, class Mask, class Launch>
void forward_in_pieces(const Inputs<Number>& in, const Source& source, const Prior& prior, const Mask& mask,
                       const Outputs<Number>& out, const Launch& launch) {
  using Problem = TensorCoreProblem<Number, Source, Prior, Mask>;
  auto score = score_of(in, source, mask);
  const Problem problem{score, prior, in.v, {in.gain, 1.0f}, {in.sink, minus_infinity<float>}, out};
  const Shape& s = score.shape;
  tensor_cores::of_width(s.width > s.value_width ? s.width : s.value_width, [&](auto width) {
    const tensor_cores::Forward<width(), Problem> kernel{problem};
    launch("attention::dense::forward_tensor_cores", kernel.blocks(), kernel);
  });
}

// do_it(source, prior): a bias in memory may be none, or, where there is no prior either, lie so that two keys are
// read at once.
template <class Scalar, class Function>
void with_sources(const bias::Tensor<Scalar>& bias, const bias::Tensor<float>& prior, const Function& do_it) {
  constexpr bias::None<float> none;
  if (prior.present())
    bias.present() ? do_it(bias, prior) : do_it(none, prior);
  else if (!bias.present())
    do_it(none, none);
  else if (tensor_cores::lies_in_twos(bias))
    do_it(tensor_cores::InTwos<Scalar>{bias}, none);
  else
    do_it(bias, none);
}
template <class Bias, class Function>
void with_sources(const Bias& bias, const bias::Tensor<float>& prior, const Function& do_it) {
  const auto source = tiles::source_of<float>(bias);
  prior.present() ? do_it(source, prior) : do_it(source, bias::None<float>{});
}

template <class Number, class Bias, class Mask, class Launch>
void forward_on_tensor_cores(const Inputs<Number>& in, const Bias& bias, const Mask& mask,
                             const Outputs<Number>& out, const Launch& launch) {
  auto padded = in;
  padded.q = tensor_cores::in_pieces(in.q);
  padded.k = tensor_cores::in_pieces(in.k);
  padded.v = tensor_cores::in_pieces(in.v);
  padded.scale = score_scale<float>(in.scale, shape_of(in).width);
  const Outputs<Number> o{tensor_cores::to_fill(out.o), out.lse};
  with_sources(bias, in.prior, [&](const auto& source, const auto& prior) {
    forward_in_pieces(padded, source, prior, mask, o, launch);
  });
  tensor_cores::copy_back(o.o, out.o);
}

}  // namespace attune::attention::dense
