// attention/dense/reference_backward.hpp
//
// The gradients of dense attention by plain loops on host copies; the definition.
#pragma once

#include "attention/dense/reference.hpp"

namespace attune::attention::dense::reference {

// d_t of every pair (B, H, M, N), and the gradients that need nothing else.
template <class Scalar> struct Chain {
  std::vector<Scalar> d_t;
  std::vector<Scalar> d_temperature, d_gain, d_sink;  // (H)
};

// The weights as backward has them: from the saved l, p_ij = exp(t_ij - l_i).
template <class Scalar>
Rows<Scalar> rows_of_saved(const Problem<Scalar>& x, const View3<const Scalar>& saved) {
  const Shape& s = x.shape;
  const auto lse = on_host_copy(saved);
  auto rows = rows_of(x);
  for (Index b = 0; b < s.batches; ++b)
    for (Index h = 0; h < s.heads; ++h)
      for (Index i = 0; i < s.queries; ++i) {
        for (Index j = 0; j < s.keys; ++j) {
          const std::size_t pair = x.at(b, h, i, j, s.keys);
          if (rows.p[pair] == 0) continue;
          rows.p[pair] = std::exp(rows.s[pair] / x.temperature[h] + x.prior[pair] - lse(b, h, i));
        }
        Scalar& sink = rows.sink[x.at(b, h, i)];
        if (sink != 0) sink = std::exp(x.sink[h] - lse(b, h, i));
      }
  return rows;
}

template <class Scalar>
Chain<Scalar> chain_of(const Problem<Scalar>& x, const Rows<Scalar>& rows, const Upstream<Scalar>& up) {
  const Shape& s = x.shape;
  const auto o = on_host_copy(up.o), d_o = on_host_copy(up.d_o);
  const auto d_lse = on_host_copy(up.d_lse);
  Chain<Scalar> chain{std::vector<Scalar>(rows.p.size(), 0), std::vector<Scalar>(s.heads, 0),
                      std::vector<Scalar>(s.heads, 0), std::vector<Scalar>(s.heads, 0)};
  for (Index b = 0; b < s.batches; ++b)
    for (Index h = 0; h < s.heads; ++h)
      for (Index i = 0; i < s.queries; ++i) {
        std::vector<Scalar> d_p(s.keys, 0);  // of gain p_j
        Scalar delta = d_lse.size() > 0 ? -d_lse(b, h, i) : Scalar(0);
        for (Index e = 0; e < s.value_width; ++e) delta += d_o(b, h, i, e) * o(b, h, i, e);
        for (Index j = 0; j < s.keys; ++j) {
          for (Index e = 0; e < s.value_width; ++e) d_p[j] += d_o(b, h, i, e) * x.v(b, x.group(h), j, e);
          chain.d_gain[h] += rows.p[x.at(b, h, i, j, s.keys)] * d_p[j];
        }
        for (Index j = 0; j < s.keys; ++j) {
          const std::size_t pair = x.at(b, h, i, j, s.keys);
          if (!(rows.p[pair] > 0)) continue;
          chain.d_t[pair] = rows.p[pair] * (x.gain[h] * d_p[j] - delta);
          chain.d_temperature[h] -= chain.d_t[pair] * rows.s[pair] / (x.temperature[h] * x.temperature[h]);
        }
        chain.d_sink[h] -= rows.sink[x.at(b, h, i)] * delta;
      }
  return chain;
}

// Copies, or adds all heads where there is one number for all; nothing where nobody asks.
template <class Scalar> void put_heads(const View1<Scalar>& asked, const std::vector<Scalar>& per_head) {
  const auto host = Kokkos::create_mirror_view(asked);
  Kokkos::deep_copy(host, Scalar(0));
  for (std::size_t h = 0; h < per_head.size() && asked.size() > 0; ++h)
    host(asked.size() == 1 ? 0 : h) += per_head[h];
  Kokkos::deep_copy(asked, host);
}

// asked(b|0, h|0, i|0, j|0) += d_pair(b, h, i, j)
template <class Scalar>
void put_pairs(const View4<Scalar>& asked, const Problem<Scalar>& x, const std::vector<Scalar>& d_pair) {
  if (asked.size() == 0) return;
  const Shape& s = x.shape;
  const auto host = Kokkos::create_mirror_view(asked);
  Kokkos::deep_copy(host, Scalar(0));
  const auto one = [&](int axis, Index n) { return host.extent(axis) == 1 ? Index(0) : n; };
  for (Index b = 0; b < s.batches; ++b)
    for (Index h = 0; h < s.heads; ++h)
      for (Index i = 0; i < s.queries; ++i)
        for (Index j = 0; j < s.keys; ++j)
          host(one(0, b), one(1, h), one(2, i), one(3, j)) += d_pair[x.at(b, h, i, j, s.keys)];
  Kokkos::deep_copy(asked, host);
}

template <class Scalar>
void put_inputs(const Problem<Scalar>& x, const Rows<Scalar>& rows, const Chain<Scalar>& chain,
                const Upstream<Scalar>& up, const Gradients<Scalar>& gradients) {
  const Shape& s = x.shape;
  const auto d_o = on_host_copy(up.d_o);
  const auto d_q = Kokkos::create_mirror_view(gradients.d_q);
  const auto d_k = Kokkos::create_mirror_view(gradients.d_k);
  const auto d_v = Kokkos::create_mirror_view(gradients.d_v);
  for (const auto& view : {d_q, d_k, d_v}) Kokkos::deep_copy(view, Scalar(0));
  for (Index b = 0; b < s.batches; ++b)
    for (Index h = 0; h < s.heads; ++h)
      for (Index i = 0; i < s.queries; ++i)
        for (Index j = 0; j < s.keys; ++j) {
          const std::size_t pair = x.at(b, h, i, j, s.keys);
          const Scalar d_product = chain.d_t[pair] * x.scale / x.temperature[h];
          for (Index d = 0; d < s.width; ++d) {
            if (d_q.size() > 0) d_q(b, h, i, d) += d_product * x.k(b, x.group(h), j, d);
            if (d_k.size() > 0) d_k(b, x.group(h), j, d) += d_product * x.q(b, h, i, d);
          }
          for (Index e = 0; e < s.value_width && d_v.size() > 0; ++e)
            d_v(b, x.group(h), j, e) += x.gain[h] * rows.p[pair] * d_o(b, h, i, e);
        }
  Kokkos::deep_copy(gradients.d_q, d_q);
  Kokkos::deep_copy(gradients.d_k, d_k);
  Kokkos::deep_copy(gradients.d_v, d_v);
}

template <class Scalar> struct AddEntry {
  Scalar* table;
  Scalar d_score;
  KOKKOS_FUNCTION void operator()(Index entry, Scalar derivative) const {
    table[entry] += d_score * derivative;
  }
};

// Through the bias, in one thread where its Views are: d_score becomes d_score slope, and the table is
// added up.
template <class Scalar, class Bias> struct ThroughBias {
  Bias bias;
  View4<Scalar> d_score;
  View2<Scalar> d_table;
  KOKKOS_FUNCTION void operator()(Index) const {
    for (Index b = 0; b < static_cast<Index>(d_score.extent(0)); ++b)
      for (Index h = 0; h < static_cast<Index>(d_score.extent(1)); ++h)
        for (Index i = 0; i < static_cast<Index>(d_score.extent(2)); ++i)
          for (Index j = 0; j < static_cast<Index>(d_score.extent(3)); ++j) {
            Scalar& d = d_score(b, h, i, j);
            if (d == 0) continue;
            if constexpr (bias::HasTable<Bias>)
              if (d_table.size() > 0)
                bias.each(b, h, i, j, AddEntry<Scalar>{&d_table(d_table.extent(0) == 1 ? 0 : h, 0), d});
            if constexpr (bias::HasPairs<Bias>) d *= bias.slope(b, h, i, j);
          }
  }
};

// The gradients of the bias from d_t of every pair.
template <class Scalar, class Bias>
void put_bias(const Problem<Scalar>& x, const Bias& bias, const std::vector<Scalar>& d_t,
              const View2<Scalar>& d_table, const View4<Scalar>& d_pairs) {
  const Shape& s = x.shape;
  const View4<Scalar> d_score("attention::dense::reference::d_score", s.batches, s.heads, s.queries, s.keys);
  const auto host = Kokkos::create_mirror_view(d_score);
  for (std::size_t n = 0; n < d_t.size(); ++n)
    host.data()[n] = d_t[n] / x.temperature[(n / static_cast<std::size_t>(s.queries * s.keys)) % s.heads];
  Kokkos::deep_copy(d_score, host);
  Kokkos::deep_copy(d_table, Scalar(0));
  Kokkos::parallel_for("attention::dense::reference::through_bias", Kokkos::RangePolicy<Device>(0, 1),
                       ThroughBias<Scalar, Bias>{bias, d_score, d_table});
  const auto d_number = on_host_copy(d_score);
  put_pairs(d_pairs, x, {d_number.data(), d_number.data() + d_number.size()});
}

template <class Scalar, class Bias, class Mask>
void backward(const Inputs<Scalar>& in, const Bias& bias, const Mask& mask, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients) {
  const auto x = problem_of(in, bias, mask);
  const auto rows = rows_of_saved(x, up.lse);
  const auto chain = chain_of(x, rows, up);
  put_inputs(x, rows, chain, up, gradients);
  put_heads(gradients.d_temperature, chain.d_temperature);
  put_heads(gradients.d_gain, chain.d_gain);
  put_heads(gradients.d_sink, chain.d_sink);
  put_pairs(gradients.d_prior, x, chain.d_t);
  put_bias(x, bias, chain.d_t, gradients.d_table, gradients.d_pairs);
}

}  // namespace attune::attention::dense::reference
