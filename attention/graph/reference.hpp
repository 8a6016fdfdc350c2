// attention/graph/reference.hpp
//
// Attention along edges by plain loops over host copies; the definition. Backward starts from the inputs and
// not from forward's outputs. The double instance is the truth, the float instance the yardstick of rounding.
#pragma once

#include "attention/graph/graph.hpp"
#include "attention/host_arrays.hpp"
#include "attention/scores.hpp"
#include "attention/softmax.hpp"

namespace attune::attention::graph::reference {

template <class Scalar> struct Problem {
  Host3<Scalar> q, k, v, values;
  Host2<Scalar> bias;
  Host1<Scalar> temperature;
  std::vector<Index> first, key;
  Scalar scale;

  Problem(const Inputs<Scalar>& in, const Neighbours& neighbours)
      : q(host_copy<Host3<Scalar>>(in.q)),
        k(host_copy<Host3<Scalar>>(in.k)),
        v(host_copy<Host3<Scalar>>(in.v)),
        values(host_copy<Host3<Scalar>>(in.values)),
        bias(host_copy<Host2<Scalar>>(in.bias)),
        temperature(host_copy<Host1<Scalar>>(in.temperature)),
        first(to_host(neighbours.first)),
        key(to_host(neighbours.key)),
        scale(score_scale<Scalar>(in.scale, static_cast<Index>(in.q.extent(2)))) {}

  Index heads() const { return q.extent(0); }
  Index queries() const { return q.extent(1); }
  Index group(Index h) const { return h / (heads() / static_cast<Index>(k.extent(0))); }
  Scalar tau(Index h) const {
    return temperature.size() > 0 ? temperature(temperature.extent(0) > 1 ? h : 0) : Scalar(1);
  }
  // (scale q_i . k_j + b_e) / tau
  Scalar z(Index h, Index i, Index e) const {
    Scalar product = 0;
    for (std::size_t d = 0; d < q.extent(2); ++d) product += q(h, i, d) * k(group(h), key[e], d);
    const Scalar b = bias.size() > 0 ? bias(bias.extent(0) > 1 ? h : 0, e) : Scalar(0);
    return (scale * product + b) / tau(h);
  }
  // x_e = v_j + w_e, entry c
  Scalar x(Index h, Index e, Index c) const {
    const Scalar w = values.size() > 0 ? values(values.extent(0) > 1 ? h : 0, e, c) : Scalar(0);
    return v(group(h), key[e], c) + w;
  }
  std::vector<Scalar> row(Index h, Index i) const {
    std::vector<Scalar> scores;
    for (Index e = first[i]; e < first[i + 1]; ++e) scores.push_back(z(h, i, e));
    return scores;
  }
};

template <class Scalar>
void forward(const Inputs<Scalar>& in, const Neighbours& neighbours, const Outputs<Scalar>& out) {
  const Problem<Scalar> problem(in, neighbours);
  const auto o = host_zeros<Host3<Scalar>>(out.o);
  const auto lse = host_zeros<Host2<Scalar>>(out.lse);
  for (Index h = 0; h < problem.heads(); ++h)
    for (Index i = 0; i < problem.queries(); ++i) {
      const auto row = softmax(problem.row(h, i));
      lse(h, i) = row.lse;
      for (std::size_t n = 0; n < row.p.size(); ++n)
        for (std::size_t c = 0; c < o.extent(2); ++c)
          o(h, i, c) += row.p[n] * problem.x(h, problem.first[i] + n, c);
    }
  Kokkos::deep_copy(out.o, o);
  Kokkos::deep_copy(out.lse, lse);
}

// The gradients of every input, scattered edge by edge.
template <class Scalar> struct Scatter {
  Problem<Scalar> problem;
  Host3<Scalar> d_o;
  Host2<Scalar> d_lse;
  Host3<Scalar> d_q, d_k, d_v, d_values;
  Host2<Scalar> d_bias;
  Host1<Scalar> d_temperature;

  static Index shared(std::size_t rows, Index h) { return rows > 1 ? h : 0; }

  void row(Index h, Index i) const {
    const auto scores = problem.row(h, i);
    const auto p = softmax(scores).p;
    std::vector<Scalar> slope(p.size(), 0);  // dL/dp_e
    Scalar mean = 0;  // d_o . o
    for (std::size_t c = 0; c < d_o.extent(2); ++c) {
      Scalar o = 0;
      for (std::size_t n = 0; n < p.size(); ++n) {
        const Scalar x = problem.x(h, problem.first[i] + n, c);
        slope[n] += d_o(h, i, c) * x;
        o += p[n] * x;
      }
      mean += d_o(h, i, c) * o;
    }
    for (std::size_t n = 0; n < p.size(); ++n) {
      if (p[n] == 0) continue;
      const Scalar d_l = d_lse.size() > 0 ? d_lse(h, i) : Scalar(0);
      edge(h, i, problem.first[i] + n, {p[n], scores[n], p[n] * (slope[n] - mean + d_l)});
    }
  }

  struct Edge {
    Scalar p, z, d_z;
  };
  void edge(Index h, Index i, Index e, const Edge& edge) const {
    const Index j = problem.key[e], g = problem.group(h);
    const Scalar d_s = edge.d_z / problem.tau(h);
    for (std::size_t d = 0; d < problem.q.extent(2); ++d) {
      if (d_q.size() > 0) d_q(h, i, d) += problem.scale * d_s * problem.k(g, j, d);
      if (d_k.size() > 0) d_k(g, j, d) += problem.scale * d_s * problem.q(h, i, d);
    }
    for (std::size_t c = 0; c < d_o.extent(2); ++c) {
      if (d_v.size() > 0) d_v(g, j, c) += edge.p * d_o(h, i, c);
      if (d_values.size() > 0) d_values(shared(d_values.extent(0), h), e, c) += edge.p * d_o(h, i, c);
    }
    if (d_bias.size() > 0) d_bias(shared(d_bias.extent(0), h), e) += d_s;
    if (d_temperature.size() > 0) d_temperature(shared(d_temperature.extent(0), h)) -= d_s * edge.z;
  }
};

template <class Scalar>
void backward(const Inputs<Scalar>& in, const Neighbours& neighbours, const OutputGradients<Scalar>& d_out,
              const Gradients<Scalar>& d) {
  const Scatter<Scalar> scatter{
      Problem<Scalar>(in, neighbours),           host_copy<Host3<Scalar>>(d_out.d_o),
      host_copy<Host2<Scalar>>(d_out.d_lse),     host_zeros<Host3<Scalar>>(d.d_q),
      host_zeros<Host3<Scalar>>(d.d_k),          host_zeros<Host3<Scalar>>(d.d_v),
      host_zeros<Host3<Scalar>>(d.d_values),     host_zeros<Host2<Scalar>>(d.d_bias),
      host_zeros<Host1<Scalar>>(d.d_temperature)};
  for (Index h = 0; h < scatter.problem.heads(); ++h)
    for (Index i = 0; i < scatter.problem.queries(); ++i) scatter.row(h, i);
  Kokkos::deep_copy(d.d_q, scatter.d_q);
  Kokkos::deep_copy(d.d_k, scatter.d_k);
  Kokkos::deep_copy(d.d_v, scatter.d_v);
  Kokkos::deep_copy(d.d_values, scatter.d_values);
  Kokkos::deep_copy(d.d_bias, scatter.d_bias);
  Kokkos::deep_copy(d.d_temperature, scatter.d_temperature);
}

}  // namespace attune::attention::graph::reference
