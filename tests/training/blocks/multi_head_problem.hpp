// tests/training/blocks/multi_head_problem.hpp
//
// A multi-head attention problem: weights, inputs, and what a bias of each kind reads. The numbers are those
// of floats, whatever Scalar is.
#pragma once

#include "tests/support/arrays.hpp"
#include "tests/training/blocks/offset_table.hpp"
#include "training/blocks/multi_head.hpp"
#include "training/initialise.hpp"

namespace attune::test {

namespace multi_head = training::blocks::multi_head;

struct Case {
  multi_head::Shape shape;
  multi_head::Parts parts;
  Index batches, queries, keys;  // B, M, N; N = -1: self-attention
};

inline constexpr Index self = -1;

// One token, no token, no key, grouped heads, widths that differ, every part alone and all together.
inline std::vector<Case> cases() {
  return {
      {{.width = 5, .heads = 2, .head_width = 3}, {}, 2, 7, self},
      {{.width = 4, .heads = 1, .head_width = 4}, {.bias = true}, 1, 1, self},
      {{.width = 4, .heads = 2, .head_width = 2}, {.gate = true}, 0, 0, self},
      {{.width = 3, .heads = 2, .head_width = 2}, {.gate = true}, 2, 3, 0},
      {{.width = 6, .heads = 4, .head_width = 3, .groups = 2}, {.sink = true}, 2, 9, self},
      {{.width = 6, .heads = 3, .head_width = 9, .groups = 1}, {.temperature = true}, 3, 4, self},
      {{.width = 5, .heads = 4, .head_width = 3, .groups = 2, .value_width = 5, .memory_width = 7, .out = 8},
       {.bias = true, .gate = true, .temperature = true, .sink = true},
       2,
       6,
       11}};
}

template <class Scalar> struct Problem {
  Case shape;
  multi_head::Weights<Scalar> w;
  View2<Scalar> x, y;
  View4<Scalar> tensor;  // (B, H, M, N)
  View2<Scalar> table;  // (H, 5)
  View2<Scalar> d_out;

  multi_head::Inputs<Scalar> inputs() const {
    if (shape.keys == self) return {x, shape.batches};
    return {x, shape.batches, y};
  }
  View2<Scalar> output() const { return View2<Scalar>("out", x.extent(0), shape.shape.out); }
};

// Random numbers in every tensor, temperatures near 1.
inline multi_head::Weights<float> random_weights(const Case& c, std::uint32_t seed) {
  auto w = multi_head::make<float>(c.shape, c.parts);
  training::initialise_normal(w, 0.5, Random{seed, 1});
  auto tau = values(w.temperature);
  for (double& t : tau) t = 0.7 + std::abs(t);
  assign(w.temperature, tau);
  return w;
}

inline Problem<float> problem_of(const Case& c, std::uint32_t draw = 0) {
  const Index keys = c.keys == self ? c.queries : c.keys;
  const std::uint32_t seed = 16 * draw;
  Problem<float> p{c,
                   random_weights(c, seed + 7),
                   random_array<View2<float>>(seed + 1, 1, c.batches * c.queries, c.shape.width),
                   {},
                   random_array<View4<float>>(seed + 2, 1, c.batches, c.shape.heads, c.queries, keys),
                   random_array<View2<float>>(seed + 3, 1, c.shape.heads, 5),
                   random_array<View2<float>>(seed + 4, 1, c.batches * c.queries, c.shape.out)};
  if (c.keys != self) p.y = random_array<View2<float>>(seed + 5, 1, c.batches * c.keys, c.shape.memory_width);
  return p;
}

inline Problem<double> in_double(const Problem<float>& p) {
  auto w = multi_head::make<double>(p.shape.shape, p.shape.parts);
  training::unflatten(training::flatten(p.w), w);
  return {p.shape,
          w,
          converted<View2<double>>(p.x),
          p.shape.keys == self ? View2<double>() : converted<View2<double>>(p.y),
          converted<View4<double>>(p.tensor),
          converted<View2<double>>(p.table),
          converted<View2<double>>(p.d_out)};
}

}  // namespace attune::test
