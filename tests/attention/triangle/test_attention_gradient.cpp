// tests/attention/triangle/test_attention_gradient.cpp
#include <catch2/catch_test_macros.hpp>

#include "attention/triangle/attention_backward_tiled.hpp"
#include "tests/attention/triangle/problem.hpp"
#include "tests/support/peak_bytes.hpp"

using namespace attune;
using namespace attune::test;

namespace {

template <class Scalar, class Node>
triangle::Gradients<Scalar> reference_backward(const TriangleProblem<Scalar>& x, const Node& node) {
  const auto out = new_result(x);
  const auto gradients = new_gradients(x, node);
  triangle::reference::forward(x.inputs(), node, out.outputs());
  triangle::reference::backward(x.inputs(), node, triangle::Upstream<Scalar>{out.o, out.lse, x.d_o},
                                gradients);
  return gradients;
}

// Rows begin .. end - 1 of a pair array.
template <class Node> auto rows(const Node& node, Index begin, Index end) {
  return [=](const auto& array) {
    if (array.size() == 0) return array;
    const Pair had = node.pair(static_cast<Index>(array.extent(1)), static_cast<Index>(array.extent(2)));
    return moved(array, 1, node.pair(end - begin, had.j), [&](Index i, Index j) {
      const Pair at = node.pair(i, j);
      return node.pair(at.i + begin, at.j);
    });
  };
}

}  // namespace

TEST_CASE("triangle attention: the gradients of the kernel are those of the reference",
          "[attention][triangle]") {
  for (const auto& s : triangle_shapes())
    every_node([&](const auto& node) {
      const auto full = in_precision<double>(random_triangles(s, node));
      for (const auto& x : {full, full.plain()})
        CHECK(largest_difference(all_values(backward(x, node)), all_values(reference_backward(x, node))) <
              2e-14);
    });
}

TEST_CASE("triangle attention: the gradients in float err at most twice as much as the float reference",
          "[attention][triangle]") {
  for (const auto& s : triangle_shapes())
    every_node([&](const auto& node) {
      const auto x = random_triangles(s, node);
      const auto kernel = backward(x, node), yardstick = reference_backward(x, node);
      const auto truth = reference_backward(in_precision<double>(x), node);
      CHECK(errs_at_most_twice(kernel.d_q, yardstick.d_q, truth.d_q));
      CHECK(errs_at_most_twice(kernel.d_k, yardstick.d_k, truth.d_k));
      CHECK(errs_at_most_twice(kernel.d_v, yardstick.d_v, truth.d_v));
      CHECK(errs_at_most_twice(kernel.d_bias, yardstick.d_bias, truth.d_bias));
      CHECK(errs_at_most_twice(kernel.d_gate, yardstick.d_gate, truth.d_gate));
    });
}

TEST_CASE("triangle attention: backward is the gradient of forward by differences and as an adjoint",
          "[attention][triangle]") {
  for (const triangle::Shape& s : {triangle::Shape{2, 4, 4, 2, 3, 2}, triangle::Shape{1, 3, 9, 1, 5, 4}})
    every_node([&](const auto& node) {
      const auto x = in_precision<double>(random_triangles(s, node));
      const auto g = backward(x, node);
      check_gradient({variable("q", x.q, g.d_q), variable("k", x.k, g.d_k), variable("v", x.v, g.d_v),
                      variable("bias", x.bias, g.d_bias), variable("gate", x.gate, g.d_gate)},
                     [&] { return inner_product(x.d_o, forward(x, node).o); });
    });
}

TEST_CASE("triangle attention: backward is the gradient without the options and with another scale",
          "[attention][triangle]") {
  const auto x = in_precision<double>(random_triangles({1, 5, 5, 2, 3, 2}, Ending{})).plain();
  auto in = x.inputs();
  in.scale = 1.7;
  const auto out = new_result(x);
  const auto loss = [&] {
    triangle::forward(in, Ending{}, out.outputs());
    return inner_product(x.d_o, out.o);
  };
  loss();
  const triangle::Gradients<double> g{View5<double>("d_q", x.q.layout()), View5<double>("d_k", x.k.layout()),
                                      View5<double>("d_v", x.v.layout())};
  triangle::backward(in, Ending{}, triangle::Upstream<double>{out.o, out.lse, x.d_o}, g);
  check_gradient({variable("q", x.q, g.d_q), variable("k", x.k, g.d_k), variable("v", x.v, g.d_v)}, loss);
}

TEST_CASE("triangle attention: a few rows at a time give the bits of all rows at once",
          "[attention][triangle]") {
  every_node([&](const auto& node) {
    const Index all = 7;
    const auto x = random_triangles({2, all, 9, 2, 5, 3}, node);
    const auto whole = forward(x, node);
    const auto gradient = backward(x, node);
    for (const Index chunk : {1, 2, 3}) {
      const View4<float> d_bias("d_bias", gradient.d_bias.layout());
      for (Index begin = 0; begin < all; begin += chunk) {
        const auto take = rows(node, begin, std::min(all, begin + chunk));
        const auto part = moved(x, take, [](const auto& bias) { return bias; });
        const auto out = forward(part, node);
        CHECK(values(out.o) == values(take(whole.o)));
        CHECK(values(out.lse) == values(take(whole.lse)));

        auto g = new_gradients(part, node);
        g.d_bias = d_bias;
        g.into_bias = begin == 0 ? triangle::Store::set : triangle::Store::add;
        triangle::backward(part.inputs(), node, triangle::Upstream<float>{out.o, out.lse, part.d_o}, g);
        CHECK(values(g.d_q) == values(take(gradient.d_q)));
        CHECK(values(g.d_k) == values(take(gradient.d_k)));
        CHECK(values(g.d_v) == values(take(gradient.d_v)));
        CHECK(values(g.d_gate) == values(take(gradient.d_gate)));
      }
      CHECK(values(d_bias) == values(gradient.d_bias));
    }
  });
}

TEST_CASE("triangle attention: gates shut or open altogether and rows without a key have finite gradients",
          "[attention][triangle]") {
  auto x = random_triangles({1, 4, 4, 1, 3, 2}, Starting{});
  auto logits = values(x.gate);
  for (std::size_t n = 0; n < logits.size(); ++n) logits[n] = n % 3 == 0 ? -1000 : 1000;
  assign(x.gate, logits);
  const auto o = values(forward(x, Starting{}).o);
  for (std::size_t n = 0; n < o.size(); n += 3) CHECK(o[n] == 0);
  for (const double d : all_values(backward(x, Starting{}))) CHECK(std::isfinite(d));
  Kokkos::deep_copy(x.mask, std::uint8_t(0));
  for (const double d : all_values(backward(x, Starting{}))) CHECK(d == 0);
}

TEST_CASE("triangle attention: forward and backward allocate what the header says", "[attention][triangle]") {
  const triangle::Shape s{2, 9, 33, 2, 5, 6};
  every_node([&](const auto& node) {
    const auto full = random_triangles(s, node);
    for (const bool gated : {true, false}) {
      const auto x = gated ? full : full.plain();
      const auto out = new_result(x);
      const auto g = new_gradients(x, node);
      const bool in_tiles = on_host && x.bias.size() > 0;
      const double of_bias = in_tiles ? triangle::bytes_of_bias<float>(s) : 0, headers = 1024;
      const auto forward_peak =
          static_cast<double>(peak_bytes([&] { triangle::forward(x.inputs(), node, out.outputs()); }));
      CHECK(forward_peak <= of_bias + headers);
      const auto peak = static_cast<double>(peak_bytes([&] {
        triangle::backward(x.inputs(), node, triangle::Upstream<float>{out.o, out.lse, x.d_o}, g);
      }));
      const bool keeps_d_s = on_host && g.d_bias.size() > 0;
      const double formula = triangle::workspace_bytes(s, gated, sizeof(float)) +
                             (keeps_d_s ? triangle::bytes_of_d_s<float>(s) : 0) + of_bias;
      CHECK(peak >= formula);
      CHECK(peak <= formula + headers);
    }
  });
}

TEST_CASE("triangle attention: a square of N nodes costs 4 N^3 H D flops", "[attention][triangle]") {
  CHECK(triangle::forward_cost({1, 96, 96, 2, 8, 8}, 4).flops == 4.0 * 96 * 96 * 96 * 2 * 8);
}
