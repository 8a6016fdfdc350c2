// tests/attention/tensor_cores/test_triangle.cpp
#include <catch2/catch_test_macros.hpp>

#include "attention/triangle/forward_tensor_cores.hpp"
#include "tests/attention/tensor_cores/triangle_problem.hpp"

using namespace attune;
using namespace attune::test;

namespace {

template <class Node>
RoundedTriangles on_tensor_cores(const TriangleProblem<float>& x, const Node& node, std::uint32_t seed,
                                 Counts& counts) {
  const RoundedTriangles out(x);
  triangle::forward_on_tensor_cores(rounded_inputs(x), node, out.outputs(), Emulator{seed, counts});
  return out;
}

template <class Node>
void check(const TriangleProblem<float>& x, const Node& node, Accuracy& o, Accuracy& lse) {
  const auto truth = new_result(in_precision<double>(x));
  triangle::reference::forward(in_precision<double>(x).inputs(), node, truth.outputs());
  Counts counts;
  const auto one = on_tensor_cores(x, node, 1, counts), other = on_tensor_cores(x, node, 7, counts);
  const auto loops = TriangleLoops(x, node).forward(x);
  o.absorb(one.o, loops.o, truth.o);
  lse.absorb(one.lse, loops.lse, truth.lse);
  CHECK(values(one.o) == values(other.o));
  CHECK(values(one.lse) == values(other.lse));
  CHECK(counts.bank_conflicts == 0);
}

}  // namespace

TEST_CASE("triangle attention on tensor cores errs little more than rounded loops",
          "[attention][triangle][tensor_cores]") {
  const std::vector<triangle::Shape> shapes{
      {1, 1, 1, 1, 8, 8},    {2, 3, 9, 2, 5, 3},    {1, 2, 130, 2, 32, 32},
      {1, 2, 65, 1, 40, 24}, {1, 2, 64, 1, 72, 96}, {1, 3, 4, 1, 0, 2},
      {1, 2, 3, 2, 3, 0},    {1, 0, 3, 1, 2, 2},    {1, 2, 0, 1, 2, 2}};
  every_node([&](const auto& node) {
    for (const auto& s : shapes) {
      CAPTURE(s.rows, s.tokens, s.width, s.value_width);
      auto x = rounded_triangles(s, node);
      Accuracy o, lse;
      check(x, node, o, lse);
      check(x.plain(), node, o, lse);
      CHECK(o.holds());
      CHECK(lse.holds());
    }
  });
}

TEST_CASE("triangle attention on tensor cores: a bias of -infinity masks its score",
          "[attention][triangle][tensor_cores]") {
  const triangle::Shape s{1, 2, 70, 2, 16, 16};
  const Ending node;
  auto x = rounded_triangles(s, node);
  for (std::size_t n = 0; n < x.bias.size(); ++n)
    if (n % 3 == 0 || n / 70 % 70 < 2) x.bias.data()[n] = -INFINITY;
  Accuracy o, lse;
  check(x, node, o, lse);
  CHECK(o.holds());
  CHECK(lse.holds());
}

TEST_CASE("triangle attention on tensor cores: rows in chunks are the bits of the whole",
          "[attention][triangle][tensor_cores]") {
  const triangle::Shape s{1, 3, 20, 2, 16, 16};
  const auto x = rounded_triangles(s, Starting{});
  Counts counts;
  const auto whole = values(on_tensor_cores(x, Starting{}, 1, counts).o);
  const auto last = moved(
      x,
      [](const auto& a) {
        return moved(a, 1, {1, 20}, [](Index, Index j) { return Pair{2, j}; });
      },
      [](const auto& bias) { return bias; });
  const auto part = values(on_tensor_cores(last, Starting{}, 1, counts).o);
  CHECK(std::equal(part.begin(), part.end(), whole.end() - static_cast<std::ptrdiff_t>(part.size())));
}
