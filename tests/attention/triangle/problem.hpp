// tests/attention/triangle/problem.hpp
//
// A triangle attention problem with every optional input, its outputs, its gradients, and pair arrays moved
// about: transposed, padded, cut, permuted.
#pragma once

#include "attention/triangle/attention.hpp"
#include "attention/triangle/attention_reference.hpp"
#include "tests/support/accuracy.hpp"
#include "tests/support/gradient.hpp"

namespace attune::test {

namespace triangle = attune::attention::triangle;
using triangle::BiasFrom;
using triangle::Ending;
using triangle::Pair;
using triangle::Starting;

// (B, R, N, H, D, E) that break kernels: one node, one past a tile, fewer rows than tokens, odd widths,
// nothing.
inline std::vector<triangle::Shape> triangle_shapes() {
  return {{1, 1, 1, 1, 1, 1}, {2, 9, 9, 2, 5, 3}, {1, 3, 17, 2, 8, 16}, {1, 6, 4, 3, 17, 9},
          {1, 3, 4, 1, 0, 2}, {1, 2, 3, 2, 3, 0}, {1, 0, 3, 1, 2, 2},   {1, 2, 0, 1, 2, 2}};
}

// visit(node) for the starting node and both conventions of the ending node.
template <class Visit> void every_node(const Visit& visit) {
  visit(Starting{});
  visit(Ending{BiasFrom::transposed});
  visit(Ending{BiasFrom::untransposed});
}

template <class Scalar> struct TriangleProblem {
  View5<Scalar> q, k, v, gate, d_o;
  View4<Scalar> bias;
  View3<std::uint8_t> mask;

  triangle::Inputs<Scalar> inputs() const { return {q, k, v, bias, gate, mask}; }
  TriangleProblem plain() const { return {q, k, v, {}, d_o, {}, {}}; }
};

// The numbers are floats, whatever Scalar is. The second row has no key.
template <class Node> TriangleProblem<float> random_triangles(const triangle::Shape& s, const Node& node) {
  const Pair n = node.pair(s.rows, s.tokens);
  const auto wide = [&](std::uint32_t seed, Index width) {
    return random_array<View5<float>>(seed, 1, s.batches, n.i, n.j, s.heads, width);
  };
  const View3<std::uint8_t> mask("mask", s.batches, n.i, n.j);
  std::vector<double> present(mask.size());
  for (std::size_t m = 0; m < present.size(); ++m) {
    const Pair at = node.pair(static_cast<Index>(m) / n.j % n.i, static_cast<Index>(m) % n.j);
    present[m] = at.i != 1 && Random{7, 1}.normal(m) > -0.7 ? 3 : 0;
  }
  assign(mask, present);
  return {wide(1, s.width),
          wide(2, s.width),
          wide(3, s.value_width),
          wide(4, s.value_width),
          wide(5, s.value_width),
          random_array<View4<float>>(6, 1, s.batches, s.heads, s.tokens, s.tokens),
          mask};
}

template <class To> TriangleProblem<To> in_precision(const TriangleProblem<float>& x) {
  return {converted<View5<To>>(x.q),
          converted<View5<To>>(x.k),
          converted<View5<To>>(x.v),
          converted<View5<To>>(x.gate),
          converted<View5<To>>(x.d_o),
          converted<View4<To>>(x.bias),
          x.mask};
}

template <class Scalar> struct TriangleResult {
  View5<Scalar> o;
  View4<Scalar> lse;
  triangle::Outputs<Scalar> outputs() const { return {o, lse}; }
};

template <class Scalar> TriangleResult<Scalar> new_result(const TriangleProblem<Scalar>& x) {
  return {View5<Scalar>("o", x.v.layout()),
          View4<Scalar>("lse", x.q.extent(0), x.q.extent(1), x.q.extent(2), x.q.extent(3))};
}

template <class Scalar, class Node>
TriangleResult<Scalar> forward(const TriangleProblem<Scalar>& x, const Node& node) {
  const auto out = new_result(x);
  triangle::forward(x.inputs(), node, out.outputs());
  return out;
}

template <class Scalar, class Node>
triangle::Gradients<Scalar> new_gradients(const TriangleProblem<Scalar>& x, const Node& node) {
  const triangle::Shape s = shape_of(x.inputs(), node);
  return {View5<Scalar>("d_q", x.q.layout()), View5<Scalar>("d_k", x.k.layout()),
          View5<Scalar>("d_v", x.v.layout()), View4<Scalar>("d_bias", s.batches, s.heads, s.tokens, s.tokens),
          View5<Scalar>("d_gate", x.gate.layout())};
}

template <class Scalar, class Node>
triangle::Gradients<Scalar> backward(const TriangleProblem<Scalar>& x, const Node& node) {
  const auto out = forward(x, node);
  const auto gradients = new_gradients(x, node);
  triangle::backward(x.inputs(), node, triangle::Upstream<Scalar>{out.o, out.lse, x.d_o}, gradients);
  return gradients;
}

// Every number of the gradients, one array after another.
template <class Scalar> std::vector<double> all_values(const triangle::Gradients<Scalar>& g) {
  std::vector<double> all;
  for (const auto& part : {values(g.d_q), values(g.d_k), values(g.d_v), values(g.d_bias), values(g.d_gate)})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

// An array whose axes `axis` and `axis` + 1 are nodes: entry (i, j) is entry source(i, j) of `from`, 0
// outside.
template <class View, class Source>
View moved(const View& from, int axis, const Pair& extents, const Source& source) {
  auto layout = from.layout();
  const Pair had{static_cast<Index>(from.extent(axis)), static_cast<Index>(from.extent(axis + 1))};
  layout.dimension[axis] = static_cast<std::size_t>(extents.i);
  layout.dimension[axis + 1] = static_cast<std::size_t>(extents.j);
  const View to("moved", layout);
  std::size_t lead = 1, width = 1;
  for (int a = 0; a < static_cast<int>(View::rank()); ++a)
    if (a < axis || a > axis + 1) (a < axis ? lead : width) *= from.extent(a);

  const auto old = values(from);
  std::vector<double> numbers(to.size(), 0);
  for (std::size_t n = 0; n < numbers.size(); ++n) {
    const std::size_t pair = n / width, l = pair / static_cast<std::size_t>(extents.i * extents.j);
    const auto at = static_cast<Index>(pair % static_cast<std::size_t>(extents.i * extents.j));
    const Pair of = source(at / extents.j, at % extents.j);
    if (l < lead && of.i < had.i && of.j < had.j)
      numbers[n] = old[(l * had.i * had.j + of.i * had.j + of.j) * width + n % width];
  }
  assign(to, numbers);
  return to;
}

template <class View> View transposed(const View& from, int axis) {
  const Pair extents{static_cast<Index>(from.extent(axis + 1)), static_cast<Index>(from.extent(axis))};
  return moved(from, axis, extents, [](Index i, Index j) { return Pair{j, i}; });
}

// Every pair array of a problem moved, and the bias.
template <class Scalar, class Pairs, class Bias>
TriangleProblem<Scalar> moved(const TriangleProblem<Scalar>& x, const Pairs& pairs, const Bias& bias) {
  return {pairs(x.q), pairs(x.k), pairs(x.v), pairs(x.gate), pairs(x.d_o), bias(x.bias), pairs(x.mask)};
}

// One batch of an array (B, ...).
template <class View> View batch(const View& from, std::size_t b) {
  auto layout = from.layout();
  layout.dimension[0] = 1;
  const View to("batch", layout);
  const auto numbers = values(from);
  const auto first = numbers.begin() + static_cast<std::ptrdiff_t>(b * to.size());
  assign(to, {first, first + static_cast<std::ptrdiff_t>(to.size())});
  return to;
}

}  // namespace attune::test
