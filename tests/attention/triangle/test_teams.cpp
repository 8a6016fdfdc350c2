// tests/attention/triangle/test_teams.cpp
//
// The kernels of teams against the reference, and past their tiles against those that stream.
#include <catch2/catch_template_test_macros.hpp>

#include "attention/triangle/attention_backward_streaming.hpp"
#include "attention/triangle/attention_backward_teams.hpp"
#include "attention/triangle/multiply_streaming.hpp"
#include "attention/triangle/multiply_teams.hpp"
#include "tests/attention/triangle/problem.hpp"

using namespace attune;
using namespace attune::test;
namespace multiply = attune::attention::triangle::multiply;

namespace {

template <class Scalar> struct Answer {
  TriangleResult<Scalar> out;
  triangle::Gradients<Scalar> gradients;
};

template <class Scalar, class Node>
Answer<Scalar> by_teams(const TriangleProblem<Scalar>& x, const Node& node) {
  const Answer<Scalar> answer{new_result(x), new_gradients(x, node)};
  const auto& g = answer.gradients;
  for (const auto& poisoned : {answer.out.o, g.d_q, g.d_k, g.d_v}) Kokkos::deep_copy(poisoned, Scalar(NAN));
  Kokkos::deep_copy(g.d_bias, Scalar(NAN));
  const auto in = x.inputs();
  triangle::forward_teams(in, node, answer.out.outputs());
  const View4<Scalar> delta("delta", answer.out.lse.layout());
  const View5<Scalar> d_a = x.gate.size() > 0 ? View5<Scalar>("d_a", x.d_o.layout()) : View5<Scalar>();
  Kokkos::parallel_for("gate", triangle::every(static_cast<Index>(delta.size())),
                       triangle::BackwardGate<Scalar>{in.gate, answer.out.o, x.d_o, d_a, g.d_gate, delta});
  const triangle::Pullback<Scalar, Node> pullback{triangle::score_of(in, node), in.v,
                                                  x.gate.size() > 0 ? d_a : x.d_o, answer.out.lse, delta};
  triangle::backward_teams(pullback, g);
  return answer;
}

template <class Scalar, class Node>
Answer<Scalar> by_reference(const TriangleProblem<Scalar>& x, const Node& node) {
  const Answer<Scalar> answer{new_result(x), new_gradients(x, node)};
  triangle::reference::forward(x.inputs(), node, answer.out.outputs());
  triangle::reference::backward(
      x.inputs(), node, triangle::Upstream<Scalar>{answer.out.o, answer.out.lse, x.d_o}, answer.gradients);
  return answer;
}

template <class Visit, class... Answers> void every_array(const Visit& visit, const Answers&... of) {
  visit("o", of.out.o...);
  visit("lse", of.out.lse...);
  visit("d_q", of.gradients.d_q...);
  visit("d_k", of.gradients.d_k...);
  visit("d_v", of.gradients.d_v...);
  visit("d_bias", of.gradients.d_bias...);
  visit("d_gate", of.gradients.d_gate...);
}

// Those of triangle_shapes(), and some past every tile.
std::vector<triangle::Shape> shapes() {
  auto all = triangle_shapes();
  all.push_back({1, 2, 65, 2, 33, 12});
  all.push_back({2, 1, 70, 1, 70, 66});
  return all;
}

}  // namespace

TEST_CASE("triangle attention by teams: output and gradients of the reference in double, the same bits again",
          "[attention][triangle]") {
  for (const auto& s : shapes())
    every_node([&](const auto& node) {
      const auto full = in_precision<double>(random_triangles(s, node));
      for (const auto& x : {full, full.plain()})
        every_array(
            [&](const char* name, const auto& teams, const auto& again, const auto& truth) {
              INFO(name << " of " << s.rows << " rows of " << s.tokens);
              CHECK(largest_difference(values(teams), values(truth)) < 1e-13 * (1 + largest(values(truth))));
              CHECK(values(teams) == values(again));
            },
            by_teams(x, node), by_teams(x, node), by_reference(x, node));
    });
}

TEST_CASE("triangle attention by teams: float errs at most twice as much as the float reference",
          "[attention][triangle]") {
  for (const auto& s : shapes())
    every_node([&](const auto& node) {
      const auto x = random_triangles(s, node);
      every_array(
          [&](const char* name, const auto& teams, const auto& yardstick, const auto& truth) {
            INFO(name << " of " << s.rows << " rows of " << s.tokens);
            CHECK(errs_at_most_twice(teams, yardstick, truth));
          },
          by_teams(x, node), by_reference(x, node), by_reference(in_precision<double>(x), node));
    });
}

TEST_CASE("triangle attention by teams: rows in two calls give the bias gradient of one, bit for bit",
          "[attention][triangle]") {
  const triangle::Shape s{1, 4, 9, 2, 5, 3};
  const auto x = random_triangles(s, Starting{});
  const auto rows = [](const auto& from, std::size_t first) {  // two of them, as a batch of their own
    return Kokkos::subview(from, 0, std::pair(first, first + 2), Kokkos::ALL, Kokkos::ALL, Kokkos::ALL);
  };
  const auto cut = [&](const View5<float>& from, std::size_t first) {
    const View5<float> to("rows", 1, 2, from.extent(2), from.extent(3), from.extent(4));
    Kokkos::deep_copy(Kokkos::subview(to, 0, Kokkos::ALL, Kokkos::ALL, Kokkos::ALL, Kokkos::ALL),
                      rows(from, first));
    return to;
  };
  auto open = x;
  open.mask = {};
  const auto whole = by_teams(open, Starting{});
  triangle::Gradients<float> sum;
  sum.d_bias = View4<float>("d_bias", 1, 2, 9, 9);
  for (const std::size_t first : {0, 2}) {
    const TriangleProblem<float> part{cut(open.q, first),
                                      cut(open.k, first),
                                      cut(open.v, first),
                                      cut(open.gate, first),
                                      cut(open.d_o, first),
                                      open.bias,
                                      {}};
    const auto out = by_teams(part, Starting{}).out;
    const View4<float> delta("delta", out.lse.layout());
    const View5<float> d_a("d_a", part.d_o.layout());
    const auto in = part.inputs();
    Kokkos::parallel_for("gate", triangle::every(static_cast<Index>(delta.size())),
                         triangle::BackwardGate<float>{in.gate, out.o, part.d_o, d_a, {}, delta});
    sum.into_bias = first == 0 ? triangle::Store::set : triangle::Store::add;
    triangle::backward_teams(
        triangle::Pullback<float, Starting>{triangle::score_of(in, Starting{}), in.v, d_a, out.lse, delta},
        sum);
  }
  CHECK(values(sum.d_bias) == values(whole.gradients.d_bias));
}

TEMPLATE_TEST_CASE("triangle multiplication by teams: the sums of a thread's, past every tile",
                   "[attention][triangle]", float, double) {
  for (const auto& n : {std::array<Index, 5>{1, 1, 1, 1, 1},
                        {2, 5, 5, 5, 3},
                        {1, 65, 33, 9, 8},
                        {1, 3, 6, 5, 23},
                        {1, 2, 3, 0, 4},
                        {1, 0, 2, 3, 17},
                        {1, 2, 2, 2, 0},
                        {1, 70, 40, 19, 12}}) {
    const auto a = converted<View4<TestType>>(random_array<View4<float>>(1, 1, n[0], n[1], n[3], n[4])),
               b = converted<View4<TestType>>(random_array<View4<float>>(2, 1, n[0], n[3], n[2], n[4]));
    const View4<TestType> teams("o", n[0], n[1], n[2], n[4] + 3), streaming("o", n[0], n[1], n[2], n[4] + 3);
    const auto work = [&](const auto& o) {
      return multiply::Contract<TestType>{multiply::grid(View4<const TestType>(a)),
                                          multiply::grid(View4<const TestType>(b)).transposed(),
                                          multiply::grid(o, 2), n[4]};
    };
    multiply::contract_teams("teams", work(teams));
    multiply::contract_streaming("streaming", work(streaming));
    CHECK(largest_difference(values(teams), values(streaming)) <=
          64 * std::numeric_limits<TestType>::epsilon() * (1 + largest(values(streaming))));
  }
}
