// tests/training/blocks/pair_reference.hpp
//
// Algorithms 11 to 15 of [jumper2021] by plain loops over the lines of the paper, of one batch. In double the
// truth, in float the yardstick.
#pragma once

#include "tests/support/arrays.hpp"
#include "training/blocks/pair_stack.hpp"

namespace attune::test::pair_reference {

namespace blocks = training::blocks;
namespace layers = training::layers;
template <class Scalar> using List = std::vector<Scalar>;

template <class Scalar, class View> List<Scalar> list(const View& view) {
  const auto numbers = values(view);
  return List<Scalar>(numbers.begin(), numbers.end());
}

template <class Scalar> Scalar sigmoid(Scalar x) { return 1 / (1 + std::exp(-x)); }

template <class Scalar> struct Linear {
  List<Scalar> W, b;
  std::size_t out;
  explicit Linear(const layers::linear::Weights<Scalar>& w)
      : W(list<Scalar>(w.weight)), b(list<Scalar>(w.bias)), out(w.weight.extent(1)) {}
  List<Scalar> operator()(const List<Scalar>& x) const {
    List<Scalar> y(out, 0);
    for (std::size_t j = 0; j < out; ++j) {
      for (std::size_t k = 0; k < x.size(); ++k) y[j] += x[k] * W[k * out + j];
      if (!b.empty()) y[j] += b[j];
    }
    return y;
  }
};

template <class Scalar> struct Norm {
  List<Scalar> scale, offset;
  explicit Norm(const layers::layer_norm::Weights<Scalar>& w)
      : scale(list<Scalar>(w.scale)), offset(list<Scalar>(w.offset)) {}
  List<Scalar> operator()(const List<Scalar>& x) const {
    Scalar mean = 0, variance = 0;
    for (const Scalar entry : x) mean += entry / static_cast<Scalar>(x.size());
    for (const Scalar entry : x) variance += (entry - mean) * (entry - mean) / static_cast<Scalar>(x.size());
    List<Scalar> y(x.size());
    for (std::size_t j = 0; j < x.size(); ++j)
      y[j] = (x[j] - mean) / std::sqrt(variance + Scalar(1e-5)) * scale[j] + offset[j];
    return y;
  }
};

// One batch: z_ij is at[i * N + j]; the mask is empty or holds a number a pair.
template <class Scalar> struct Sample {
  std::size_t N;
  List<List<Scalar>> at;
  List<double> mask;
  Scalar present(std::size_t pair) const { return mask.empty() || mask[pair] != 0 ? Scalar(1) : Scalar(0); }
};

template <class Scalar, class Map> List<List<Scalar>> each_pair(const List<List<Scalar>>& z, const Map& map) {
  List<List<Scalar>> result;
  for (const auto& pair : z) result.push_back(map(pair));
  return result;
}

enum class Form { outgoing, incoming };

template <class Scalar>
List<List<Scalar>> multiplication(const blocks::triangle_multiplication::Weights<Scalar>& w, Form form,
                                  const Sample<Scalar>& z) {
  const std::size_t N = z.N, c = w.output.weight.extent(0);
  const auto n = each_pair<Scalar>(z.at, Norm<Scalar>(w.norm));
  const auto side = [&](const auto& of) {
    const auto x = each_pair<Scalar>(n, Linear<Scalar>(of.projection)),
               gate = each_pair<Scalar>(n, Linear<Scalar>(of.gate));
    auto result = x;
    for (std::size_t p = 0; p < N * N; ++p)
      for (std::size_t j = 0; j < c; ++j) result[p][j] = z.present(p) * sigmoid(gate[p][j]) * x[p][j];
    return result;
  };
  const auto a = side(w.a), b = side(w.b);
  const Norm<Scalar> norm_sum(w.norm_sum);
  const Linear<Scalar> output(w.output), gate(w.gate);
  List<List<Scalar>> out(N * N);
  for (std::size_t i = 0; i < N; ++i)
    for (std::size_t j = 0; j < N; ++j) {
      List<Scalar> sum(c, 0);
      for (std::size_t k = 0; k < N; ++k)
        for (std::size_t m = 0; m < c; ++m)
          sum[m] +=
              form == Form::outgoing ? a[i * N + k][m] * b[j * N + k][m] : a[k * N + i][m] * b[k * N + j][m];
      auto& y = out[i * N + j] = output(norm_sum(sum));
      const auto g = gate(n[i * N + j]);
      for (std::size_t m = 0; m < y.size(); ++m) y[m] *= sigmoid(g[m]);
    }
  return out;
}

enum class Around { starting, ending, ending_untransposed };

template <class Scalar>
List<List<Scalar>> attention(const blocks::triangle_attention::Weights<Scalar>& w, Around node,
                             const Sample<Scalar>& z) {
  const std::size_t N = z.N, H = w.bias.weight.extent(1), D = w.q.weight.extent(1) / H;
  const auto n = each_pair<Scalar>(z.at, Norm<Scalar>(w.norm));
  const auto q = each_pair<Scalar>(n, Linear<Scalar>(w.q)), k = each_pair<Scalar>(n, Linear<Scalar>(w.k)),
             v = each_pair<Scalar>(n, Linear<Scalar>(w.v)), b = each_pair<Scalar>(n, Linear<Scalar>(w.bias)),
             g = each_pair<Scalar>(n, Linear<Scalar>(w.gate));
  const Linear<Scalar> output(w.output);
  List<List<Scalar>> out(N * N);
  for (std::size_t i = 0; i < N; ++i)
    for (std::size_t j = 0; j < N; ++j) {
      List<Scalar> o(H * D, 0);
      for (std::size_t h = 0; h < H; ++h) {
        List<Scalar> s(N, -INFINITY);
        Scalar most = -INFINITY, norm = 0;
        const auto key = [&](std::size_t t) { return node == Around::starting ? i * N + t : t * N + j; };
        for (std::size_t t = 0; t < N; ++t) {
          if (z.present(key(t)) == 0) continue;
          s[t] = 0;
          for (std::size_t d = 0; d < D; ++d) s[t] += q[i * N + j][h * D + d] * k[key(t)][h * D + d];
          const std::size_t third = node == Around::starting ? j * N + t
                                    : node == Around::ending ? t * N + i
                                                             : i * N + t;
          s[t] = s[t] / std::sqrt(static_cast<Scalar>(D)) + b[third][h];
          most = std::max(most, s[t]);
        }
        for (std::size_t t = 0; t < N; ++t)
          if (z.present(key(t)) != 0) norm += std::exp(s[t] - most);
        for (std::size_t t = 0; t < N; ++t)
          for (std::size_t d = 0; d < D && z.present(key(t)) != 0; ++d)
            o[h * D + d] += std::exp(s[t] - most) / norm * v[key(t)][h * D + d];
      }
      for (std::size_t m = 0; m < H * D; ++m) o[m] *= sigmoid(g[i * N + j][m]);
      out[i * N + j] = output(o);
    }
  return out;
}

template <class Scalar>
List<List<Scalar>> transition(const blocks::pair_transition::Weights<Scalar>& w, const Sample<Scalar>& z) {
  const Linear<Scalar> up(w.transition.up), down(w.transition.down);
  return each_pair<Scalar>(each_pair<Scalar>(z.at, Norm<Scalar>(w.norm)), [&](const List<Scalar>& n) {
    auto inner = up(n);
    if (w.transition.function == layers::transition::Function::relu) {
      for (auto& x : inner) x = std::max(x, Scalar(0));
      return down(inner);
    }
    const auto gate = Linear<Scalar>(w.transition.gate)(n);
    for (std::size_t m = 0; m < inner.size(); ++m) inner[m] *= gate[m] * sigmoid(gate[m]);
    return down(inner);
  });
}

// f(sample) of every batch of (B, N, N, c), as one list.
template <class Scalar, class Block>
std::vector<double> each_batch(const blocks::Pairs<Scalar>& in, const Block& f) {
  const auto z = values(in.z), mask = values(in.mask);
  const std::size_t N = in.z.extent(1), c = in.z.extent(3);
  std::vector<double> out;
  for (std::size_t b = 0; b < in.z.extent(0); ++b) {
    Sample<Scalar> sample{N, {}, {}};
    for (std::size_t p = b * N * N; p < (b + 1) * N * N; ++p)
      sample.at.emplace_back(z.begin() + p * c, z.begin() + (p + 1) * c);
    if (!mask.empty()) sample.mask.assign(mask.begin() + b * N * N, mask.begin() + (b + 1) * N * N);
    for (const auto& pair : f(sample)) out.insert(out.end(), pair.begin(), pair.end());
  }
  return out;
}

}  // namespace attune::test::pair_reference
