// attention/dense/double_backward_reference.hpp
//
// double_backward by plain loops on host copies, with everything of M x N in memory; the definition. Terms
// are those of double_backward.hpp before they are gathered round their means: with f_ij = d_p_ij a_ij + w_ij
// and F_i = sum_j p_ij f_ij,
//
//   e_ij = p_ij (f_ij - F_i) - alpha_i p_ij (d_p_ij - delta_i) - delta_i p_ij (a_ij - alpha_i)
#pragma once

#include "attention/dense/double_backward.hpp"
#include "attention/dense/reference_backward.hpp"

namespace attune::attention::dense::reference {

template <class Scalar> using Host4 = Kokkos::View<const Scalar****, Kokkos::LayoutRight, Kokkos::HostSpace>;

template <class Scalar> struct DoubleProblem {
  Problem<Scalar> x;
  Host4<Scalar> d_o, u_q, u_k, u_v;
  std::vector<Scalar> u_score;  // (B, H, M, N), u_bias slope
  std::vector<Scalar> p;  // (B, H, M, N)
};

// Of every pair (B, H, M, N).
template <class Scalar> struct DoubleChain { std::vector<Scalar> d_s, r, e; };

template <class Scalar, class Bias> struct Sloped {
  Bias bias;
  bias::Tensor<Scalar> u;
  KOKKOS_FUNCTION Scalar at(Index b, Index h, Index i, Index j) const {
    if constexpr (bias::HasPairs<Bias>) return u.at(b, h, i, j) * bias.slope(b, h, i, j);
    return 0;
  }
};

template <class Scalar>
Scalar product(const Host4<Scalar>& x, const Host4<Scalar>& y, const Kokkos::Array<Index, 5>& at) {
  Scalar sum = 0;
  if (x.size() == 0 || y.size() == 0) return sum;
  const auto [b, h, g, i, j] = at;
  for (std::size_t d = 0; d < x.extent(3); ++d) sum += x(b, h, i, d) * y(b, g, j, d);
  return sum;
}

// A row of the chain.
template <class Scalar>
void chain_row(const DoubleProblem<Scalar>& y, Index b, Index h, Index i, DoubleChain<Scalar>& chain) {
  const auto& x = y.x;
  const Index keys = x.shape.keys;
  const Scalar *const p = y.p.data() + x.at(b, h, i, 0, keys), tau = x.temperature[h];
  std::vector<Scalar> d_p(keys), a(keys), f(keys);
  Scalar delta = 0, alpha = 0, mean_f = 0;
  for (Index j = 0; j < keys; ++j) {
    const Kokkos::Array<Index, 5> at{b, h, x.group(h), i, j};
    d_p[j] = x.gain[h] * product(y.d_o, x.v, at);
    a[j] =
        (x.scale * (product(y.u_q, x.k, at) + product(x.q, y.u_k, at)) + y.u_score[x.at(b, h, i, j, keys)]) /
        tau;
    f[j] = d_p[j] * a[j] + x.gain[h] * product(y.d_o, y.u_v, at);
    delta += p[j] * d_p[j];
    alpha += p[j] * a[j];
    mean_f += p[j] * f[j];
  }
  for (Index j = 0; j < keys; ++j) {
    const std::size_t pair = x.at(b, h, i, j, keys);
    chain.d_s[pair] = p[j] * (d_p[j] - delta);
    chain.r[pair] = p[j] * (a[j] - alpha);
    chain.e[pair] = p[j] * (f[j] - mean_f) - alpha * chain.d_s[pair] - delta * chain.r[pair];
  }
}

template <class Scalar>
void put_double(const DoubleProblem<Scalar>& y, const DoubleChain<Scalar>& chain,
                const DoubleGradients<Scalar>& gradients) {
  const auto& x = y.x;
  const Shape& s = x.shape;
  const auto zeros = [](const View4<Scalar>& asked) {
    const auto host = Kokkos::create_mirror_view(asked);
    Kokkos::deep_copy(host, Scalar(0));
    return host;
  };
  const auto d_q = zeros(gradients.d_q), d_k = zeros(gradients.d_k), d_v = zeros(gradients.d_v),
             d_d_o = zeros(gradients.d_d_o);
  for (Index b = 0; b < s.batches; ++b)
    for (Index h = 0; h < s.heads; ++h)
      for (Index i = 0; i < s.queries; ++i)
        for (Index j = 0; j < s.keys; ++j) {
          const std::size_t pair = x.at(b, h, i, j, s.keys);
          const Index g = x.group(h);
          const Scalar c = x.scale / x.temperature[h], gain = x.gain[h];
          for (Index d = 0; d < s.width; ++d) {
            const Scalar u_q = y.u_q.size() > 0 ? y.u_q(b, h, i, d) : Scalar(0),
                         u_k = y.u_k.size() > 0 ? y.u_k(b, g, j, d) : Scalar(0);
            if (d_q.size() > 0)
              d_q(b, h, i, d) += c * (chain.d_s[pair] * u_k + chain.e[pair] * x.k(b, g, j, d));
            if (d_k.size() > 0)
              d_k(b, g, j, d) += c * (chain.d_s[pair] * u_q + chain.e[pair] * x.q(b, h, i, d));
          }
          for (Index e = 0; e < s.value_width; ++e) {
            const Scalar u_v = y.u_v.size() > 0 ? y.u_v(b, g, j, e) : Scalar(0);
            if (d_v.size() > 0) d_v(b, g, j, e) += gain * chain.r[pair] * y.d_o(b, h, i, e);
            if (d_d_o.size() > 0)
              d_d_o(b, h, i, e) += gain * (chain.r[pair] * x.v(b, g, j, e) + y.p[pair] * u_v);
          }
        }
  Kokkos::deep_copy(gradients.d_q, d_q);
  Kokkos::deep_copy(gradients.d_k, d_k);
  Kokkos::deep_copy(gradients.d_v, d_v);
  Kokkos::deep_copy(gradients.d_d_o, d_d_o);
}

template <class Scalar, class Bias, class Mask>
void double_backward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask,
                     const DoubleUpstream<Scalar>& up, const DoubleGradients<Scalar>& gradients) {
  const auto x = problem_of(in, bias, mask);
  const Shape& s = x.shape;
  const Sloped<Scalar, Bias> u_score{bias, bias::Tensor<Scalar>(up.u_pairs)};
  const DoubleProblem<Scalar> y{x,
                                on_host_copy(up.first.d_o),
                                on_host_copy(up.u_q),
                                on_host_copy(up.u_k),
                                on_host_copy(up.u_v),
                                ask_pairs<Scalar>(s, u_score, Full{}).bias,
                                rows_of(x).p};
  const std::vector<Scalar> zeros(y.p.size(), 0);
  DoubleChain<Scalar> chain{zeros, zeros, zeros};
  for (Index b = 0; b < s.batches; ++b)
    for (Index h = 0; h < s.heads; ++h)
      for (Index i = 0; i < s.queries; ++i) chain_row(y, b, h, i, chain);
  put_double(y, chain, gradients);
  put_bias(x, bias, chain.e, gradients.d_table, gradients.d_pairs);
}

}  // namespace attune::attention::dense::reference
