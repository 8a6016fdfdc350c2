// tests/attention/tensor_cores/test_triangle_backward.cpp
#include <catch2/catch_test_macros.hpp>

#include "attention/triangle/backward_tensor_cores.hpp"
#include "tests/attention/tensor_cores/triangle_problem.hpp"

using namespace attune;
using namespace attune::test;

namespace {

constexpr Index budget = attention::tensor_cores::score_gradient_budget;

template <class Node>
triangle::Gradients<Bfloat16> on_tensor_cores(const TriangleProblem<float>& x, const Node& node,
                                              const triangle::Upstream<Bfloat16>& up, std::uint32_t seed,
                                              Counts& counts, Index bytes = budget) {
  const auto g = rounded_gradients(x, node);
  triangle::backward_on_tensor_cores(rounded_inputs(x), node, up, g, Emulator{seed, counts}, bytes);
  return g;
}

template <class Node>
void check(const TriangleProblem<float>& x, const Node& node, GradientAccuracy& accuracy,
           Index bytes = budget) {
  const TriangleTruth truth(x, node);
  Counts counts;
  const auto kernel = on_tensor_cores(x, node, truth.upstream(), 1, counts, bytes);
  accuracy.absorb(kernel, TriangleLoops(x, node).backward(x, truth.out), truth.backward(node));
  CHECK(counts.bank_conflicts == 0);
}

}  // namespace

TEST_CASE("triangle attention on tensor cores: gradients err little more than those of rounded loops",
          "[attention][triangle][tensor_cores]") {
  const std::vector<triangle::Shape> shapes{
      {1, 1, 1, 1, 8, 8},    {2, 3, 9, 2, 5, 3},    {1, 2, 129, 2, 32, 32},
      {1, 2, 65, 1, 40, 24}, {1, 2, 64, 1, 72, 96}, {1, 3, 4, 1, 0, 2},
      {1, 2, 3, 2, 3, 0},    {1, 0, 3, 1, 2, 2},    {1, 2, 0, 1, 2, 2}};
  every_node([&](const auto& node) {
    for (const auto& s : shapes) {
      CAPTURE(s.rows, s.tokens, s.width, s.value_width);
      const auto x = rounded_triangles(s, node);
      GradientAccuracy accuracy;
      check(x, node, accuracy);
      check(x.plain(), node, accuracy);
      CHECK(accuracy.d_q.holds());
      CHECK(accuracy.d_k.holds());
      CHECK(accuracy.d_v.holds());
      CHECK(accuracy.d_bias.holds());
      CHECK(accuracy.d_gate.holds());
    }
  });
}

TEST_CASE("triangle attention on tensor cores: masked scores and keys have no gradient",
          "[attention][triangle][tensor_cores]") {
  const triangle::Shape s{1, 2, 70, 2, 16, 16};
  const Ending node;
  const auto x = rounded_triangles(s, node);
  auto bias = values(x.bias);
  for (std::size_t n = 0; n < bias.size(); ++n)
    if (n % 3 == 0 || n / 70 % 70 < 2) bias[n] = -INFINITY;
  assign(x.bias, bias);
  GradientAccuracy accuracy;
  check(x, node, accuracy);
  CHECK(accuracy.holds());
  Kokkos::deep_copy(x.mask, std::uint8_t(0));
  Counts counts;
  const auto g = on_tensor_cores(x, node, TriangleTruth(x, node).upstream(), 1, counts);
  for (const auto& all : {values(g.d_q), values(g.d_k), values(g.d_v), values(g.d_bias), values(g.d_gate)})
    for (const double d : all) CHECK(d == 0);
}

TEST_CASE("triangle attention on tensor cores: slabs, threads and chunks of rows change no bits of gradients",
          "[attention][triangle][tensor_cores]") {
  const Index rows = 3, tokens = 130;
  const auto x = rounded_triangles({1, rows, tokens, 2, 16, 16}, Starting{});
  const TriangleTruth truth(x, Starting{});
  Counts counts;
  const auto all = [&](std::uint32_t seed, Index bytes) {
    const auto g = on_tensor_cores(x, Starting{}, truth.upstream(), seed, counts, bytes);
    std::vector<double> numbers;
    for (const auto& part : {values(g.d_q), values(g.d_k), values(g.d_v), values(g.d_bias), values(g.d_gate)})
      numbers.insert(numbers.end(), part.begin(), part.end());
    return numbers;
  };
  const auto once = all(1, budget);
  CHECK(all(7, budget) == once);
  const Index head = 2 * 192 * 256;  // bytes
  CHECK(all(1, 2 * head) == once);
  CHECK(all(3, head / 2) == once);

  const auto whole = on_tensor_cores(x, Starting{}, truth.upstream(), 1, counts);
  const View4<float> d_bias("d_bias", x.bias.layout());
  for (Index row = 0; row < rows; ++row) {
    const auto take = [&](const auto& array) {
      return moved(array, 1, {1, tokens}, [row](Index, Index j) { return Pair{row, j}; });
    };
    const auto part = moved(x, take, [](const auto& bias) { return bias; });
    auto g = rounded_gradients(part, Starting{});
    g.d_bias = d_bias;
    g.into_bias = row == 0 ? triangle::Store::set : triangle::Store::add;
    triangle::backward_on_tensor_cores(
        rounded_inputs(part), Starting{},
        {take(truth.out.o), take(truth.out.lse), converted<View5<Bfloat16>>(part.d_o)}, g,
        Emulator{1, counts});
    CHECK(values(g.d_k) == values(take(whole.d_k)));
  }
  CHECK(values(d_bias) == values(whole.d_bias));
}

TEST_CASE("triangle attention on tensor cores: backward makes five products a pair and one power",
          "[attention][triangle][tensor_cores]") {
  const auto x = rounded_triangles({1, 2, 128, 1, 32, 32}, Starting{}).plain();
  Counts counts;
  on_tensor_cores(x, Starting{}, TriangleTruth(x, Starting{}).upstream(), 1, counts);
  const double pairs = 2.0 * 128 * 128;
  CHECK(counts.products == 5 * pairs * 32 / (16 * 8 * 16));
  CHECK(counts.powers == pairs);
}
