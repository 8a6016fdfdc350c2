// tests/attention/triangle/test_rounded.cpp
//
// The operator in bfloat16, whichever way it takes on this machine.
#include <catch2/catch_test_macros.hpp>

#include "tests/attention/tensor_cores/triangle_problem.hpp"

using namespace attune;
using namespace attune::test;

TEST_CASE("triangle attention in bfloat16 errs at most twice as much as plain loops that round",
          "[attention][triangle][rounded]") {
  every_node([](const auto& node) {
    for (const auto& s : triangle_shapes()) {
      CAPTURE(s.rows, s.tokens, s.width, s.value_width);
      Accuracy o, lse;
      GradientAccuracy gradients;
      const auto full = rounded_triangles(s, node);
      for (const auto& x : {full, full.plain()}) {
        const TriangleTruth truth(x, node);
        const TriangleLoops loops(x, node);
        const RoundedTriangles out(x);
        triangle::forward(rounded_inputs(x), node, out.outputs());
        const auto by_loops = loops.forward(x);
        o.absorb(out.o, by_loops.o, truth.exact.o);
        lse.absorb(out.lse, by_loops.lse, truth.exact.lse);
        const auto g = rounded_gradients(x, node);
        triangle::backward(rounded_inputs(x), node, truth.upstream(), g);
        gradients.absorb(g, loops.backward(x, truth.out), truth.backward(node));
      }
      CHECK(o.holds());
      CHECK(lse.holds());
      CHECK(gradients.holds());
    }
  });
}

TEST_CASE("triangle attention in bfloat16: the bias's gradient goes on from that of other rows",
          "[attention][triangle][rounded]") {
  const auto x = rounded_triangles({1, 3, 9, 2, 8, 8}, Starting{});
  const TriangleTruth truth(x, Starting{});
  auto g = rounded_gradients(x, Starting{});
  triangle::backward(rounded_inputs(x), Starting{}, truth.upstream(), g);
  const auto once = values(g.d_bias);
  g.into_bias = triangle::Store::add;
  triangle::backward(rounded_inputs(x), Starting{}, truth.upstream(), g);
  const auto twice = values(g.d_bias);
  for (std::size_t n = 0; n < once.size(); ++n) CHECK(std::abs(twice[n] - 2 * once[n]) < 1e-5);
}
