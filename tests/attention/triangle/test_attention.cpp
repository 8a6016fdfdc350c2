// tests/attention/triangle/test_attention.cpp
#include <catch2/catch_test_macros.hpp>

#include "core/core/require.hpp"
#include "tests/attention/triangle/problem.hpp"

using namespace attune;
using namespace attune::test;

namespace {

const auto turn_pairs = [](const auto& array) { return transposed(array, 1); };
const auto turn_bias = [](const auto& array) { return transposed(array, 2); };
const auto stay = [](const auto& array) { return array; };

TriangleProblem<double> random_double(const triangle::Shape& s) {
  return in_precision<double>(random_triangles(s, Starting{}));
}

}  // namespace

TEST_CASE("triangle attention: the kernel gives the reference's output in double", "[attention][triangle]") {
  for (const auto& s : triangle_shapes())
    every_node([&](const auto& node) {
      const auto full = in_precision<double>(random_triangles(s, node));
      for (const auto& x : {full, full.plain()}) {
        const auto truth = new_result(x);
        triangle::reference::forward(x.inputs(), node, truth.outputs());
        const auto out = forward(x, node);
        CHECK(largest_difference(values(out.o), values(truth.o)) < 4e-15);
        CHECK(largest_difference(values(out.lse), values(truth.lse)) < 4e-15);
      }
    });
}

TEST_CASE("triangle attention: the float kernel errs at most twice as much as the float reference",
          "[attention][triangle]") {
  for (const auto& s : triangle_shapes())
    every_node([&](const auto& node) {
      const auto x = random_triangles(s, node);
      const auto exact = in_precision<double>(x);
      const auto truth = new_result(exact);
      const auto yardstick = new_result(x);
      triangle::reference::forward(exact.inputs(), node, truth.outputs());
      triangle::reference::forward(x.inputs(), node, yardstick.outputs());
      const auto out = forward(x, node);
      CHECK(errs_at_most_twice(out.o, yardstick.o, truth.o));
      CHECK(errs_at_most_twice(out.lse, yardstick.lse, truth.lse));
    });
}

// With q = 0 the bias alone is the score: b = (0, ln 2; ln 3, 0), v = (1, 2; 4, 8). By hand, for instance at
// the starting node o_12 = (3 v_11 + 1 v_12) / 4, and a gate of logit 0 halves.
TEST_CASE("triangle attention: two nodes by hand", "[attention][triangle]") {
  TriangleProblem<double> x;
  x.q = x.k = View5<double>("q", 1, 2, 2, 1, 1);
  x.v = View5<double>("v", 1, 2, 2, 1, 1);
  x.bias = View4<double>("bias", 1, 1, 2, 2);
  assign(x.v, {1, 2, 4, 8});
  assign(x.bias, {0, std::log(2), std::log(3), 0});
  const auto is = [&](const auto& node, const std::vector<double>& by_hand) {
    return largest_difference(values(forward(x, node).o), by_hand) < 1e-15 * largest(by_hand);
  };
  CHECK(is(Starting{}, {5.0 / 3, 5.0 / 4, 20.0 / 3, 5}));
  CHECK(is(Ending{}, {13.0 / 4, 13.0 / 2, 2, 4}));
  CHECK(is(Ending{BiasFrom::untransposed}, {3, 6, 7.0 / 4, 7.0 / 2}));
  x.gate = View5<double>("gate", 1, 2, 2, 1, 1);
  CHECK(is(Ending{}, {13.0 / 8, 13.0 / 4, 1, 2}));
}

TEST_CASE("triangle attention: the ending node is the starting node of transposed pairs, bit for bit",
          "[attention][triangle]") {
  for (const auto& s : triangle_shapes()) {
    const auto x = random_double(s);
    const auto turned = moved(x, turn_pairs, turn_bias);
    CHECK(values(transposed(forward(turned, Ending{}).o, 1)) == values(forward(x, Starting{}).o));

    auto back = backward(turned, Ending{});
    for (auto* gradient : {&back.d_q, &back.d_k, &back.d_v, &back.d_gate}) *gradient = turn_pairs(*gradient);
    back.d_bias = turn_bias(back.d_bias);
    CHECK(all_values(back) == all_values(backward(x, Starting{})));
  }
}

TEST_CASE("triangle attention: an untransposed bias is another convention, unless it is symmetric",
          "[attention][triangle]") {
  const Ending untransposed{BiasFrom::untransposed};
  auto x = random_double({1, 9, 9, 2, 4, 4});
  CHECK(largest_difference(values(forward(x, Ending{}).o), values(forward(x, untransposed).o)) > 0.1);
  CHECK(values(forward(moved(x, stay, turn_bias), Ending{}).o) == values(forward(x, untransposed).o));

  auto symmetric = values(x.bias);
  const auto other = values(turn_bias(x.bias));
  for (std::size_t n = 0; n < symmetric.size(); ++n) symmetric[n] += other[n];
  assign(x.bias, symmetric);
  CHECK(values(forward(x, Ending{}).o) == values(forward(x, untransposed).o));
}

TEST_CASE("triangle attention: padding that is masked changes no bit", "[attention][triangle]") {
  const Index nodes = 7, padded = 10;
  every_node([&](const auto& node) {
    const auto same = [](Index i, Index j) { return Pair{i, j}; };
    const auto pad = [&](int axis) {
      return [=](const auto& array) { return moved(array, axis, {padded, padded}, same); };
    };
    const auto cut = [&](int axis) {
      return [=](const auto& array) { return moved(array, axis, {nodes, nodes}, same); };
    };
    const auto x = random_double({1, nodes, nodes, 2, 4, 3});
    const auto wide = moved(x, pad(1), pad(2));
    CHECK(values(cut(1)(forward(wide, node).o)) == values(forward(x, node).o));
    CHECK(values(cut(1)(forward(wide, node).lse)) == values(forward(x, node).lse));

    auto back = backward(wide, node);
    for (auto* gradient : {&back.d_q, &back.d_k, &back.d_v, &back.d_gate}) *gradient = cut(1)(*gradient);
    back.d_bias = cut(2)(back.d_bias);
    CHECK(all_values(back) == all_values(backward(x, node)));
  });
}

TEST_CASE("triangle attention: rows sum to one, and a row without a key is zero", "[attention][triangle]") {
  for (const auto& s : triangle_shapes())
    every_node([&](const auto& node) {
      auto x = in_precision<double>(random_triangles(s, node));
      x.gate = {};
      Kokkos::deep_copy(x.v, 1.0);
      for (const double o : values(forward(x, node).o)) CHECK((std::abs(o - 1) < 1e-14 || o == 0));
      Kokkos::deep_copy(x.mask, std::uint8_t(0));
      const auto out = forward(x, node);
      for (const double o : values(out.o)) CHECK(o == 0);
      for (const double l : values(out.lse)) CHECK(l == -INFINITY);
    });
}

TEST_CASE("triangle attention: one node sees itself through its gate", "[attention][triangle]") {
  const auto x = random_double({1, 1, 1, 3, 4, 5});
  auto open = x;
  open.mask = {};
  const auto v = values(x.v), gate = values(x.gate), o = values(forward(open, Ending{}).o);
  for (std::size_t n = 0; n < o.size(); ++n)
    CHECK(std::abs(o[n] - v[n] / (1 + std::exp(-gate[n]))) < 1e-15 * (1 + std::abs(v[n])));
}

TEST_CASE("triangle attention: a bias of -infinity masks, one constant over the keys does nothing",
          "[attention][triangle]") {
  auto x = random_double({1, 5, 5, 1, 4, 4});
  x.mask = {};
  const auto before = values(forward(x, Starting{}).o);
  auto bias = values(x.bias);
  for (std::size_t n = 0; n < bias.size(); ++n) bias[n] += static_cast<double>(n / 5);
  assign(x.bias, bias);
  CHECK(largest_difference(values(forward(x, Starting{}).o), before) < 2e-15);

  auto masked = x;
  masked.mask = View3<std::uint8_t>("mask", 1, 5, 5);
  masked.bias = View4<double>("bias", 1, 1, 5, 5);
  std::vector<double> present(25, 1);
  for (std::size_t n = 0; n < bias.size(); ++n)
    if (n % 5 == 2) bias[n] = -INFINITY, present[n] = 0;
  assign(x.bias, bias);
  assign(masked.bias, bias);
  assign(masked.mask, present);
  CHECK(values(forward(x, Starting{}).o) == values(forward(masked, Starting{}).o));
  CHECK(all_values(backward(x, Starting{})) == all_values(backward(masked, Starting{})));
}

TEST_CASE("triangle attention: a batch gives what each of its members gives alone", "[attention][triangle]") {
  every_node([&](const auto& node) {
    const auto x = in_precision<double>(random_triangles({2, 5, 9, 2, 3, 4}, node));
    const auto together = forward(x, node);
    const auto back = backward(x, node);
    for (std::size_t b = 0; b < 2; ++b) {
      const auto take = [&](const auto& array) { return batch(array, b); };
      const auto alone = moved(x, take, take);
      CHECK(values(forward(alone, node).o) == values(take(together.o)));
      CHECK(all_values(backward(alone, node)) ==
            all_values(triangle::Gradients<double>{take(back.d_q), take(back.d_k), take(back.d_v),
                                                   take(back.d_bias), take(back.d_gate)}));
    }
  });
}

TEST_CASE("triangle attention: nodes in another order give the same in that order", "[attention][triangle]") {
  const Index nodes = 11;
  const auto shuffled = [&](Index i) { return (4 * i + 3) % nodes; };
  const auto shuffle = [&](int axis) {
    return [=](const auto& array) {
      return moved(array, axis, {nodes, nodes}, [&](Index i, Index j) {
        return Pair{shuffled(i), shuffled(j)};
      });
    };
  };
  every_node([&](const auto& node) {
    const auto x = random_double({1, nodes, nodes, 2, 4, 4});
    const auto other = moved(x, shuffle(1), shuffle(2));
    CHECK(largest_difference(values(forward(other, node).o), values(shuffle(1)(forward(x, node).o))) < 1e-14);
    CHECK(largest_difference(values(backward(other, node).d_bias),
                             values(shuffle(2)(backward(x, node).d_bias))) < 1e-14);
  });
}

TEST_CASE("triangle attention: shapes that disagree are refused", "[attention][triangle]") {
  const auto x = random_double({1, 3, 4, 2, 3, 3});
  CHECK_THROWS_AS(forward(x, Ending{}), BrokenPromise);  // its bias would be (1, 2, 3, 3)
  auto wrong = x;
  wrong.gate = x.q;
  CHECK_NOTHROW(forward(wrong, Starting{}));
  wrong.k = View5<double>("k", 1, 3, 4, 2, 2);
  CHECK_THROWS_AS(forward(wrong, Starting{}), BrokenPromise);
}
