// tests/attention/dense/problem.hpp
//
// A dense attention problem with every optional input, its outputs, its gradients.
#pragma once

#include "attention/dense/dense.hpp"
#include "attention/dense/reference_backward.hpp"
#include "tests/support/accuracy.hpp"
#include "tests/support/gradient.hpp"

namespace attune::test {

namespace dense = attune::attention::dense;
namespace bias = attune::attention::bias;

// Shapes that break kernels: one token, no keys, one past the partial sums, M != N, widths that differ,
// grouped heads.
inline std::vector<dense::Shape> dense_shapes() {
  return {{1, 1, 1, 1, 1, 1, 1}, {1, 2, 1, 3, 5, 9, 3}, {2, 4, 2, 7, 6, 5, 8},   {2, 3, 3, 9, 9, 17, 16},
          {1, 2, 2, 3, 0, 4, 4}, {2, 1, 1, 0, 3, 2, 2}, {1, 2, 2, 65, 33, 8, 7}, {3, 2, 1, 4, 11, 0, 2}};
}

// With E = 0 only l is left.
template <class Scalar> struct DenseProblem {
  dense::Shape shape;
  View4<Scalar> q, k, v, tensor, prior;
  View1<Scalar> temperature, gain, sink;
  View4<Scalar> d_o;
  View3<Scalar> d_lse;

  dense::Inputs<Scalar> inputs() const {
    dense::Inputs<Scalar> in{q, k, v};
    in.temperature = temperature;
    in.gain = gain;
    in.sink = sink;
    in.prior = bias::Tensor<Scalar>(prior);
    return in;
  }
  bias::Tensor<Scalar> dense_bias() const { return bias::Tensor<Scalar>(tensor); }
};

template <class Scalar> struct DenseResult {
  View4<Scalar> o;
  View3<Scalar> lse;
  dense::Outputs<Scalar> outputs() const { return {o, lse}; }
};

template <class Scalar> DenseResult<Scalar> new_result(const dense::Shape& s) {
  return {View4<Scalar>("o", s.batches, s.heads, s.queries, s.value_width),
          View3<Scalar>("lse", s.batches, s.heads, s.queries)};
}

// Every input, with `broadcast` axes of bias and prior of extent 1. The numbers are floats, whatever Scalar
// is.
inline DenseProblem<float> random_problem(const dense::Shape& s, const bias::Shape4& broadcast, bool sink,
                                          std::uint32_t draw = 0) {
  const auto axis = [&](int a, Index n) { return broadcast[a] ? Index(1) : n; };
  const auto rest = [&](int a, Index n) { return broadcast[a] ? n : Index(1); };
  const std::uint32_t seed = 16 * draw;
  DenseProblem<float> x;
  x.shape = s;
  x.q = random_array<View4<float>>(seed + 1, 1, s.batches, s.heads, s.queries, s.width);
  x.k = random_array<View4<float>>(seed + 2, 1, s.batches, s.groups, s.keys, s.width);
  x.v = random_array<View4<float>>(seed + 3, 1, s.batches, s.groups, s.keys, s.value_width);
  x.tensor = random_array<View4<float>>(seed + 4, 1, axis(0, s.batches), axis(1, s.heads), axis(2, s.queries),
                                        axis(3, s.keys));
  x.prior = random_array<View4<float>>(seed + 5, 1, rest(0, s.batches), rest(1, s.heads), rest(2, s.queries),
                                       rest(3, s.keys));
  x.temperature = random_array<View1<float>>(seed + 6, 0.1, broadcast[1] ? 1 : s.heads);
  x.gain = random_array<View1<float>>(seed + 7, 1, broadcast[1] ? s.heads : 1);
  if (sink) x.sink = random_array<View1<float>>(seed + 8, 1, s.heads);
  auto tau = values(x.temperature);
  for (double& t : tau) t = 0.8 + std::abs(t);
  assign(x.temperature, tau);
  x.d_o = random_array<View4<float>>(seed + 9, 1, s.batches, s.heads, s.queries, s.value_width);
  x.d_lse = random_array<View3<float>>(seed + 10, 1, s.batches, s.heads, s.queries);
  return x;
}

template <class To> DenseProblem<To> in_precision(const DenseProblem<float>& x) {
  return {x.shape,
          converted<View4<To>>(x.q),
          converted<View4<To>>(x.k),
          converted<View4<To>>(x.v),
          converted<View4<To>>(x.tensor),
          converted<View4<To>>(x.prior),
          converted<View1<To>>(x.temperature),
          converted<View1<To>>(x.gain),
          converted<View1<To>>(x.sink),
          converted<View4<To>>(x.d_o),
          converted<View3<To>>(x.d_lse)};
}

// Views of the shapes of everything that has a gradient.
template <class Scalar> dense::Gradients<Scalar> new_gradients(const DenseProblem<Scalar>& x) {
  const auto like = [](const auto& view) {
    return typename std::decay_t<decltype(view)>::non_const_type("gradient", view.layout());
  };
  dense::Gradients<Scalar> g{like(x.q), like(x.k), like(x.v)};
  g.d_temperature = like(x.temperature);
  g.d_gain = like(x.gain);
  g.d_sink = like(x.sink);
  g.d_prior = like(x.prior);
  g.d_pairs = like(x.tensor);
  return g;
}

template <class Scalar>
dense::Upstream<Scalar> upstream(const DenseProblem<Scalar>& x, const DenseResult<Scalar>& out) {
  return {out.o, out.lse, x.d_o, x.d_lse};
}

// L = <d_o, o> + <d_l, l>, without rows that see nothing.
template <class Scalar> double loss(const DenseProblem<Scalar>& x, const DenseResult<Scalar>& out) {
  const auto lse = values(out.lse), d_lse = values(x.d_lse);
  double sum = inner_product(x.d_o, out.o);
  for (std::size_t n = 0; n < lse.size(); ++n)
    if (std::isfinite(lse[n])) sum += d_lse[n] * lse[n];
  return sum;
}

}  // namespace attune::test
