// attention/triangle/attention_reference.hpp
//
// Triangle attention by plain loops on host copies, in the letters i, j, k of the equation; the definition.
// The double instance is the truth, the float instance the yardstick of rounding. It knows nothing of the
// rows and tokens that the kernels walk: where k leads is said here a second time, as algorithms 13 and 14
// say it.
#pragma once

#include <cmath>

#include "attention/host_arrays.hpp"
#include "attention/softmax.hpp"
#include "attention/triangle/attention.hpp"

namespace attune::attention::triangle::reference {

// The pair that is the key of (i, j) for a third node k, the bias between them, and how many k there are.
inline Pair key(const Starting&, Index i, Index, Index k) { return {i, k}; }
inline Pair bias(const Starting&, Index, Index j, Index k) { return {j, k}; }
inline Index third_nodes(const Starting&, Index, Index pairs_j) { return pairs_j; }

inline Pair key(const Ending&, Index, Index j, Index k) { return {k, j}; }
inline Pair bias(const Ending& node, Index i, Index, Index k) {
  return node.bias_from == BiasFrom::transposed ? Pair{k, i} : Pair{i, k};
}
inline Index third_nodes(const Ending&, Index pairs_i, Index) { return pairs_i; }

template <class Scalar> Scalar sigmoid(Scalar x) { return 1 / (1 + std::exp(-x)); }

template <class Scalar> using Host4 = Kokkos::View<Scalar****, Kokkos::LayoutRight, Kokkos::HostSpace>;
template <class Scalar> using Host5 = Kokkos::View<Scalar*****, Kokkos::LayoutRight, Kokkos::HostSpace>;

template <class Scalar, class Node> struct Problem {
  Node node;
  Index pairs_i, pairs_j, width, value_width;
  Host5<const Scalar> q, k, v, gate;
  Host4<const Scalar> bias;
  Kokkos::View<const std::uint8_t***, Kokkos::LayoutRight, Kokkos::HostSpace> mask;
  Scalar scale;

  Index third_nodes() const { return reference::third_nodes(node, pairs_i, pairs_j); }
  Scalar open(Index b, Index i, Index j, Index h, Index e) const {
    return gate.size() > 0 ? sigmoid(gate(b, i, j, h, e)) : Scalar(1);
  }

  // p_ijk for every k, and l_ij.
  Softmax<Scalar> softmax_of(Index b, Index i, Index j, Index h) const {
    std::vector<Scalar> s(third_nodes(), -std::numeric_limits<Scalar>::infinity());
    for (Index n = 0; n < third_nodes(); ++n) {
      const Pair other = key(node, i, j, n), between = reference::bias(node, i, j, n);
      if (mask.size() > 0 && mask(b, other.i, other.j) == 0) continue;
      Scalar product = 0;
      for (Index d = 0; d < width; ++d) product += q(b, i, j, h, d) * k(b, other.i, other.j, h, d);
      s[n] = scale * product + (bias.size() > 0 ? bias(b, h, between.i, between.j) : Scalar(0));
    }
    return softmax(s);
  }

  // sum_k p_ijk v_e
  Scalar value(const Softmax<Scalar>& row, Index b, Index i, Index j, Index h, Index e) const {
    Scalar sum = 0;
    for (Index n = 0; n < third_nodes(); ++n) {
      const Pair other = key(node, i, j, n);
      sum += row.p[n] * v(b, other.i, other.j, h, e);
    }
    return sum;
  }
};

template <class Scalar, class Node>
Problem<Scalar, Node> problem_of(const Inputs<Scalar>& in, const Node& node) {
  const auto extent = [](const auto& view, int axis) { return static_cast<Index>(view.extent(axis)); };
  const Index width = extent(in.q, 4);
  const double standard = width > 0 ? 1 / std::sqrt(static_cast<double>(width)) : 1;
  return {node,
          extent(in.q, 1),
          extent(in.q, 2),
          width,
          extent(in.v, 4),
          on_host_copy(in.q),
          on_host_copy(in.k),
          on_host_copy(in.v),
          on_host_copy(in.gate),
          on_host_copy(in.bias),
          on_host_copy(in.mask),
          static_cast<Scalar>(in.scale.value_or(standard))};
}

// visit(b, i, j, h) for every pair and head.
template <class Scalar, class Node, class Visit>
void every_pair(const Problem<Scalar, Node>& x, const Visit& visit) {
  for (Index b = 0; b < static_cast<Index>(x.q.extent(0)); ++b)
    for (Index i = 0; i < x.pairs_i; ++i)
      for (Index j = 0; j < x.pairs_j; ++j)
        for (Index h = 0; h < static_cast<Index>(x.q.extent(3)); ++h) visit(b, i, j, h);
}

template <class Scalar, class Node>
void forward(const Inputs<Scalar>& in, const Node& node, const Outputs<Scalar>& out) {
  const auto x = problem_of(in, node);
  const Host5<Scalar> o("o", out.o.layout());
  const Host4<Scalar> lse("lse", out.lse.layout());
  every_pair(x, [&](Index b, Index i, Index j, Index h) {
    const auto row = x.softmax_of(b, i, j, h);
    lse(b, i, j, h) = row.lse;
    for (Index e = 0; e < x.value_width; ++e)
      o(b, i, j, h, e) = x.open(b, i, j, h, e) * x.value(row, b, i, j, h, e);
  });
  Kokkos::deep_copy(out.o, o);
  Kokkos::deep_copy(out.lse, lse);
}

// Gradients on the host, all of them.
template <class Scalar> struct Sums {
  Host5<Scalar> d_q, d_k, d_v, d_gate;
  Host4<Scalar> d_bias;
};

// What flows into backward, on the host.
template <class Scalar> struct Arriving { Host5<const Scalar> o, d_o; };

// Everything that the output of one pair and head sends back.
template <class Scalar, class Node>
void absorb(const Problem<Scalar, Node>& x, const Arriving<Scalar>& up, const Sums<Scalar>& sums,
            const Kokkos::Array<Index, 4>& at) {
  const Host5<const Scalar>& d_o = up.d_o;
  const Index b = at[0], i = at[1], j = at[2], h = at[3];
  const auto row = x.softmax_of(b, i, j, h);
  std::vector<Scalar> d_a(x.value_width), d_p(x.third_nodes(), 0);
  for (Index e = 0; e < x.value_width; ++e) {
    const Scalar g = x.open(b, i, j, h, e);
    d_a[e] = g * d_o(b, i, j, h, e);
    if (sums.d_gate.size() > 0)
      sums.d_gate(b, i, j, h, e) = d_o(b, i, j, h, e) * x.value(row, b, i, j, h, e) * g * (1 - g);
  }
  Scalar delta = 0;
  for (Index e = 0; e < x.value_width; ++e) delta += d_o(b, i, j, h, e) * up.o(b, i, j, h, e);
  for (Index n = 0; n < x.third_nodes(); ++n) {
    const Pair other = key(x.node, i, j, n);
    for (Index e = 0; e < x.value_width; ++e) d_p[n] += d_a[e] * x.v(b, other.i, other.j, h, e);
  }
  for (Index n = 0; n < x.third_nodes(); ++n) {
    const Pair other = key(x.node, i, j, n), between = bias(x.node, i, j, n);
    const Scalar d_s = row.p[n] * (d_p[n] - delta);
    sums.d_bias(b, h, between.i, between.j) += d_s;
    for (Index d = 0; d < x.width; ++d) {
      sums.d_q(b, i, j, h, d) += x.scale * d_s * x.k(b, other.i, other.j, h, d);
      sums.d_k(b, other.i, other.j, h, d) += x.scale * d_s * x.q(b, i, j, h, d);
    }
    for (Index e = 0; e < x.value_width; ++e) sums.d_v(b, other.i, other.j, h, e) += row.p[n] * d_a[e];
  }
}

template <class Scalar, class Node>
void backward(const Inputs<Scalar>& in, const Node& node, const Upstream<Scalar>& up,
              const Gradients<Scalar>& gradients) {
  const auto x = problem_of(in, node);
  const Arriving<Scalar> arriving{on_host_copy(up.o), on_host_copy(up.d_o)};
  const std::size_t batches = in.q.extent(0), heads = in.q.extent(3), tokens = x.third_nodes();
  const Sums<Scalar> sums{Host5<Scalar>("d_q", in.q.layout()), Host5<Scalar>("d_k", in.k.layout()),
                          Host5<Scalar>("d_v", in.v.layout()), Host5<Scalar>("d_gate", in.gate.layout()),
                          Host4<Scalar>("d_bias", batches, heads, tokens, tokens)};
  if (gradients.into_bias == Store::add) Kokkos::deep_copy(sums.d_bias, gradients.d_bias);
  every_pair(x, [&](Index b, Index i, Index j, Index h) { absorb(x, arriving, sums, {b, i, j, h}); });

  const auto put = [](const auto& asked, const auto& sum) {
    if (asked.size() > 0) Kokkos::deep_copy(asked, sum);
  };
  put(gradients.d_q, sums.d_q);
  put(gradients.d_k, sums.d_k);
  put(gradients.d_v, sums.d_v);
  put(gradients.d_bias, sums.d_bias);
  put(gradients.d_gate, sums.d_gate);
}

}  // namespace attune::attention::triangle::reference
