// tests/training/blocks/plain.hpp
//
// The blocks by plain loops over rows of numbers, which share nothing with the layers but their weights. The
// double instance is the truth, the float instance the yardstick of rounding.
#pragma once

#include <functional>

#include "tests/support/arrays.hpp"
#include "training/blocks/encoder.hpp"

namespace attune::test::plain {

namespace blocks = training::blocks;
namespace layers = training::layers;

template <class Scalar> using Rows = std::vector<std::vector<Scalar>>;

template <class Scalar> Rows<Scalar> rows_of(const View2<Scalar>& x) {
  const auto all = values(x);
  Rows<Scalar> rows(x.extent(0), std::vector<Scalar>(x.extent(1)));
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < x.extent(1); ++j) rows[i][j] = static_cast<Scalar>(all[i * x.extent(1) + j]);
  return rows;
}

template <class Scalar> std::vector<double> numbers(const Rows<Scalar>& rows) {
  std::vector<double> all;
  for (const auto& row : rows) all.insert(all.end(), row.begin(), row.end());
  return all;
}

template <class Scalar> Rows<Scalar> affine(const layers::linear::Weights<Scalar>& w, const Rows<Scalar>& x) {
  const auto W = rows_of(w.weight);
  const auto b = values(w.bias);
  Rows<Scalar> y(x.size(), std::vector<Scalar>(w.weight.extent(1), 0));
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < y[i].size(); ++j) {
      for (std::size_t k = 0; k < W.size(); ++k) y[i][j] += x[i][k] * W[k][j];
      if (!b.empty()) y[i][j] += static_cast<Scalar>(b[j]);
    }
  return y;
}

// What is added to a score, and who takes part.
struct Relation {
  Index batches = 1;
  std::function<double(Index b, Index h, Index i, Index j)> bias = [](Index, Index, Index, Index) {
    return 0.0;
  };
  std::function<bool(Index b, Index i, Index j)> allows = [](Index, Index, Index) { return true; };
};

// Weights of the keys of one query; t_j = -infinity takes no part, and `sink` is one more key.
template <class Scalar> std::vector<Scalar> softmax(std::vector<Scalar> t, Scalar sink) {
  Scalar most = sink, sum = 0;
  for (const Scalar x : t) most = std::max(most, x);
  for (Scalar& x : t) sum += x = std::isinf(x) ? 0 : std::exp(x - most);
  if (!std::isinf(sink)) sum += std::exp(sink - most);
  for (Scalar& x : t) x = sum > 0 ? x / sum : 0;
  return t;
}

template <class Scalar> struct Projected {
  Rows<Scalar> q, k, v;
  std::size_t head_width, value_width;
};

template <class Scalar>
std::vector<Scalar> weights_of_keys(const blocks::multi_head::Weights<Scalar>& w, const Projected<Scalar>& in,
                                    const Relation& relation, Index i, Index h) {
  const auto tau = values(w.temperature), sink = values(w.sink);
  const Index M = static_cast<Index>(in.q.size()) / relation.batches, b = i / M,
              N = static_cast<Index>(in.k.size()) / relation.batches;
  const std::size_t D = in.head_width, g = h / (w.heads / w.groups);
  std::vector<Scalar> t(N, -std::numeric_limits<Scalar>::infinity());
  for (Index j = 0; j < N; ++j) {
    if (!relation.allows(b, i % M, j)) continue;
    Scalar product = 0;
    for (std::size_t d = 0; d < D; ++d) product += in.q[i][h * D + d] * in.k[b * N + j][g * D + d];
    t[j] = product / std::sqrt(Scalar(D)) + static_cast<Scalar>(relation.bias(b, h, i % M, j));
    if (!tau.empty()) t[j] /= static_cast<Scalar>(tau[h]);
  }
  return softmax(t, sink.empty() ? -std::numeric_limits<Scalar>::infinity() : static_cast<Scalar>(sink[h]));
}

template <class Scalar>
Rows<Scalar> multi_head(const blocks::multi_head::Weights<Scalar>& w, const Relation& relation,
                        const Rows<Scalar>& x, const Rows<Scalar>& y) {
  const Projected<Scalar> in{affine(w.query, x), affine(w.key, y), affine(w.value, y),
                             w.query.weight.extent(1) / w.heads, w.value.weight.extent(1) / w.groups};
  const std::size_t E = in.value_width, N = y.size() / relation.batches, M = x.size() / relation.batches;
  Rows<Scalar> c(x.size(), std::vector<Scalar>(w.heads * E, 0));
  for (std::size_t i = 0; i < x.size(); ++i)
    for (Index h = 0; h < w.heads; ++h) {
      const auto p = weights_of_keys(w, in, relation, static_cast<Index>(i), h);
      const std::size_t g = h / (w.heads / w.groups);
      for (std::size_t e = 0; e < E; ++e)
        for (std::size_t j = 0; j < N; ++j) c[i][h * E + e] += p[j] * in.v[i / M * N + j][g * E + e];
    }
  if (w.gate.weight.size() > 0) {
    const auto z = affine(w.gate, x);
    for (std::size_t i = 0; i < c.size(); ++i)
      for (std::size_t e = 0; e < c[i].size(); ++e) c[i][e] /= 1 + std::exp(-z[i][e]);
  }
  return affine(w.output, c);
}

template <class Scalar>
Rows<Scalar> norm(const layers::layer_norm::Weights<Scalar>& w, const Rows<Scalar>& x) {
  const auto scale = values(w.scale), offset = values(w.offset);
  Rows<Scalar> y = x;
  for (auto& row : y) {
    const auto width = static_cast<Scalar>(row.size());
    Scalar mean = 0, variance = 0;
    for (const Scalar entry : row) mean += entry / width;
    for (const Scalar entry : row) variance += (entry - mean) * (entry - mean) / width;
    for (std::size_t j = 0; j < row.size(); ++j)
      row[j] = (row[j] - mean) / std::sqrt(variance + Scalar(1e-5)) * static_cast<Scalar>(scale[j]) +
               static_cast<Scalar>(offset[j]);
  }
  return y;
}

// With GELU.
template <class Scalar>
Rows<Scalar> transition(const layers::transition::Weights<Scalar>& w, const Rows<Scalar>& x) {
  auto inner = affine(w.up, x);
  for (auto& row : inner)
    for (Scalar& entry : row) entry *= std::erfc(-entry / std::sqrt(Scalar(2))) / 2;
  return affine(w.down, inner);
}

template <class Scalar>
Rows<Scalar> encoder(const blocks::encoder::Weights<Scalar>& w, const Relation& relation,
                     const Rows<Scalar>& x) {
  const auto add = [](Rows<Scalar> sum, const Rows<Scalar>& branch) {
    for (std::size_t i = 0; i < sum.size(); ++i)
      for (std::size_t j = 0; j < sum[i].size(); ++j) sum[i][j] += branch[i][j];
    return sum;
  };
  const auto normed = norm(w.norm_of_x, x);
  const auto a = add(x, multi_head(w.attention, relation, normed, normed));
  return add(a, transition(w.transition, norm(w.norm_of_a, a)));
}

}  // namespace attune::test::plain
