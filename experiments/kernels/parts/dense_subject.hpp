// experiments/kernels/parts/dense_subject.hpp
//
// Dense attention with one of its biases, grouped heads, a temperature and a gain: kernel and reference.
#pragma once

#include "attention/dense/dense.hpp"
#include "attention/dense/reference_backward.hpp"
#include "experiments/kernels/parts/subject.hpp"

namespace attune::experiments::kernels {

// What dense attention is given beside its bias. Streams 1 .. 7 of the draw.
template <class Scalar> struct DenseArrays {
  static constexpr Index batches = 2, heads = 2, groups = 1;
  View4<Scalar> q, k, v, o, d_o;
  View3<Scalar> lse, d_lse;
  View1<Scalar> temperature, gain;

  DenseArrays(const Size& s, const Draw& draw)
      : q(draw.normal<View4<Scalar>>(1, 1, batches, heads, s.tokens, s.width)),
        k(draw.normal<View4<Scalar>>(2, 1, batches, groups, s.tokens, s.width)),
        v(draw.normal<View4<Scalar>>(3, 1, batches, groups, s.tokens, s.width)),
        o("kernels::o", batches, heads, s.tokens, s.width),
        d_o(draw.normal<View4<Scalar>>(4, 1, batches, heads, s.tokens, s.width)),
        lse("kernels::lse", batches, heads, s.tokens),
        d_lse(draw.normal<View3<Scalar>>(5, 1, batches, heads, s.tokens)),
        temperature("kernels::temperature", 1),
        gain("kernels::gain", 1) {
    Kokkos::deep_copy(temperature, Scalar(0.75));
    Kokkos::deep_copy(gain, Scalar(1.25));
  }

  attention::dense::Inputs<Scalar> inputs() const {
    attention::dense::Inputs<Scalar> in{q, k, v};
    in.temperature = temperature;
    in.gain = gain;
    return in;
  }
};

// Rows and numbers of a bias are given by its concept (attention/bias/bias.hpp).
template <class Scalar, class Bias>
attention::dense::Gradients<Scalar> dense_gradients(const DenseArrays<Scalar>& x, const Bias& bias) {
  attention::dense::Gradients<Scalar> g{shaped_as(x.q), shaped_as(x.k), shaped_as(x.v)};
  g.d_temperature = shaped_as(x.temperature);
  g.d_gain = shaped_as(x.gain);
  if constexpr (attention::bias::HasTable<Bias>)
    g.d_table = View2<Scalar>("kernels::gradient", bias.rows(), bias.entries());
  if constexpr (attention::bias::HasPairs<Bias>) {
    const auto shape = bias.pairs();
    g.d_pairs = View4<Scalar>("kernels::gradient", shape[0], shape[1], shape[2], shape[3]);
  }
  return g;
}

template <class Scalar> std::vector<Numbers> listed(const attention::dense::Gradients<Scalar>& g) {
  return {numbers(g.d_q),    numbers(g.d_k),     numbers(g.d_v),    numbers(g.d_temperature),
          numbers(g.d_gain), numbers(g.d_table), numbers(g.d_pairs)};
}

template <class Scalar, class Bias>
Passes dense_passes(bool kernel, const DenseArrays<Scalar>& x, const Bias& bias) {
  namespace dense = attention::dense;
  const dense::Outputs<Scalar> out{x.o, x.lse};
  const dense::Upstream<Scalar> up{x.o, x.lse, x.d_o, x.d_lse};
  const auto g = dense_gradients(x, bias);
  if constexpr (has_kernel<Scalar>)
    if (kernel) {
      dense::forward(x.inputs(), bias, attention::Full{}, out);
      dense::backward(x.inputs(), bias, attention::Full{}, up, g);
      return {{numbers(x.o), numbers(x.lse)}, listed(g)};
    }
  dense::reference::forward(x.inputs(), bias, attention::Full{}, out);
  dense::reference::backward(x.inputs(), bias, attention::Full{}, up, g);
  return {{numbers(x.o), numbers(x.lse)}, listed(g)};
}

}  // namespace attune::experiments::kernels
