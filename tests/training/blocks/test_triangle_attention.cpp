// tests/training/blocks/test_triangle_attention.cpp
#include "training/blocks/triangle_attention.hpp"

#include "tests/support/peak_bytes.hpp"
#include "tests/support/weights_gradient.hpp"
#include "tests/training/blocks/pair_problem.hpp"

using namespace attune;
using namespace attune::test;
using namespace attune::training;
using namespace attune::training::blocks::triangle_attention;
using pair_reference::Around;

namespace {

Options options(Index pair_width, bool linear_biases = true) { return {pair_width, 3, 2, linear_biases}; }

template <class Scalar> Weights<Scalar> random_weights(const Options& options) {
  auto w = make<Scalar>(options);
  initialise_normal(w, 0.5, Random{7, 1});
  return w;
}

template <class Scalar, class Node>
View4<Scalar> run(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Node& node) {
  const View4<Scalar> out("out", in.z.layout());
  forward(w, in, node, out);
  return out;
}

template <class Scalar, class Node>
Gradients<Scalar> pulled_back(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Node& node,
                              const View4<Scalar>& d_out) {
  const Gradients<Scalar> result{View4<Scalar>("d_z", in.z.layout()), zeros_like(w)};
  backward(w, in, node, d_out, result);
  return result;
}

template <class Scalar>
std::vector<double> reference(const Weights<Scalar>& w, const Pairs<Scalar>& in, Around node) {
  return pair_reference::each_batch(
      in, [&](const auto& sample) { return pair_reference::attention(w, node, sample); });
}

template <class Visit> void every_node(const Visit& visit) {
  visit(Starting{}, Around::starting);
  visit(Ending{}, Around::ending);
  visit(Ending{BiasFrom::untransposed}, Around::ending_untransposed);
}

}  // namespace

TEST_CASE("triangle attention is algorithms 13 and 14 by plain loops", "[blocks]") {
  for (const auto& s : pair_shapes())
    for (const bool linear_biases : {true, false})
      every_node([&](const auto& node, Around around) {
        const auto w = random_weights<double>(options(s.width, linear_biases));
        const auto in = pair_problem<double>(s);
        CHECK(largest_difference(values(run(w, in, node)), reference(w, in, around)) < 1e-13);
        const Pairs<double> unmasked{in.z};
        CHECK(largest_difference(values(run(w, unmasked, node)), reference(w, unmasked, around)) < 1e-13);
      });
}

TEST_CASE("triangle attention: float errs at most twice as much as plain loops in float", "[blocks]") {
  every_node([&](const auto& node, Around around) {
    Accuracy accuracy;
    for (const auto& s : pair_shapes()) {
      const auto w = random_weights<float>(options(s.width));
      const auto in = pair_problem<float>(s);
      const auto exact = exactly(make<double>(options(s.width)), w);
      const auto truth = reference(exact, pair_problem<double>(s), around);
      const auto kernel = values(run(w, in, node)), yardstick = reference(w, in, around);
      accuracy.kernel = std::max(accuracy.kernel, largest_difference(kernel, truth));
      accuracy.yardstick = std::max(accuracy.yardstick, largest_difference(yardstick, truth));
    }
    INFO("kernel " << accuracy.kernel << ", plain loops " << accuracy.yardstick);
    CHECK(accuracy.holds());
  });
}

TEST_CASE("triangle attention: backward is the gradient of forward", "[blocks]") {
  const PairShape s{2, 4, 3};
  for (const bool linear_biases : {true, false})
    every_node([&](const auto& node, Around) {
      const auto w = random_weights<double>(options(s.width, linear_biases));
      const auto z = random_pairs<double>(1, s), d_out = random_pairs<double>(2, s);
      const Pairs<double> in{z, pair_mask(s.batches, s.tokens), {3, 2}};
      check_weights_gradient(w, [&](const auto& at, const auto& gradient) {
        backward(at, in, node, d_out, {View4<double>("d_z", z.layout()), gradient});
        return inner_product(run(at, in, node), d_out);
      });
      check_gradient({variable("z", z, pulled_back(w, in, node, d_out).d_z)},
                     [&] { return inner_product(run(w, in, node), d_out); });
    });
}

TEST_CASE("triangle attention: gradients in float are those in double", "[blocks]") {
  const PairShape s{1, 9, 6};
  const auto w = random_weights<float>(options(s.width));
  const auto single = pulled_back(w, pair_problem<float>(s), Ending{}, random_pairs<float>(2, s));
  const auto exact = pulled_back(exactly(make<double>(options(s.width)), w), pair_problem<double>(s),
                                 Ending{}, random_pairs<double>(2, s));
  const auto d_z = values(exact.d_z), d_w = flatten(exact.d_w);
  CHECK(largest_difference(values(single.d_z), d_z) < 1e-5 * largest(d_z));
  CHECK(largest_difference(flatten(single.d_w), d_w) < 1e-5 * largest(d_w));
}

TEST_CASE("triangle attention: chunks of rows leave the bits of outputs and of d_z", "[blocks]") {
  const PairShape s{2, 11, 6};
  const auto w = random_weights<float>(options(s.width));
  const auto d_out = random_pairs<float>(2, s);
  const double allowed = on_host ? 0 : 1e-5;
  every_node([&](const auto& node, Around) {
    const auto whole = pair_problem<float>(s, {100, 1});
    const auto out = values(run(w, whole, node));
    const auto gradients = pulled_back(w, whole, node, d_out);
    const auto d_z = values(gradients.d_z), d_w = flatten(gradients.d_w);
    for (const Index rows : {1, 4, 11}) {
      const auto in = pair_problem<float>(s, {rows, 1});
      const auto part = pulled_back(w, in, node, d_out);
      CHECK(largest_difference(values(run(w, in, node)), out) <= allowed * largest(out));
      CHECK(largest_difference(values(part.d_z), d_z) <= allowed * largest(d_z));
      CHECK(largest_difference(flatten(part.d_w), d_w) <= 1e-5 * largest(d_w));
    }
  });
}

TEST_CASE("attention around the ending node is that around the starting node of transposed pairs",
          "[blocks]") {
  const PairShape s{2, 7, 6};
  const auto w = random_weights<double>(options(s.width));
  const auto z = random_pairs<double>(1, s), d_out = random_pairs<double>(2, s);
  const auto mask = pair_mask(s.batches, s.tokens);
  const Pairs<double> in{z, mask, {3, 1}}, turned{transposed(z), transposed(mask), {4, 1}};
  CHECK(largest_difference(values(run(w, in, Ending{})), values(transposed(run(w, turned, Starting{})))) <
        1e-14);
  const auto ending = pulled_back(w, in, Ending{}, d_out),
             starting = pulled_back(w, turned, Starting{}, transposed(d_out));
  CHECK(largest_difference(values(ending.d_z), values(transposed(starting.d_z))) < 1e-13);
  CHECK(largest_difference(flatten(ending.d_w), flatten(starting.d_w)) < 1e-12);
}

TEST_CASE("weights of one convention of the ending node's bias are wrong in the other", "[blocks]") {
  const PairShape s{1, 7, 6};
  const auto w = random_weights<double>(options(s.width));
  const auto in = pair_problem<double>(s);
  CHECK(largest_difference(values(run(w, in, Ending{})), values(run(w, in, Ending{BiasFrom::untransposed}))) >
        0.01);
}

TEST_CASE("triangle attention: padding changes nothing, and a permutation of nodes permutes", "[blocks]") {
  const auto w = random_weights<double>(options(6));
  every_node([&](const auto& node, Around) {
    const auto block = [&](const Pairs<double>& in) { return run(w, in, node); };
    check_padding(block);
    check_permutation(block);
  });
}

TEST_CASE("triangle attention has the published number of weights, and begins as 0 behind open gates",
          "[blocks]") {
  CHECK(count(make<float>({})) == 82944);
  CHECK(count(make<float>({.linear_biases = false})) == 82688);

  const PairShape s{1, 4, 8};
  for (const bool linear_biases : {true, false}) {
    auto w = make<double>(options(s.width, linear_biases));
    initialise(w, Random{1, 2});
    const auto in = pair_problem<double>(s);
    CHECK(largest(values(run(w, in, Starting{}))) == 0);
    CHECK(largest(values(w.bias.weight)) > 0);
    // a known output behind the gate: biases 1 and weight 0
    initialise_normal(w.output, 1.0, Random{1, 3});
    if (linear_biases) assign(w.output.bias, std::vector<double>(8, 0.0));
    auto open = w;
    open.gate = layers::linear::make_without_bias<double>(s.width, 6);
    auto y = values(run(w, in, Starting{}));
    const auto half = values(run(open, in, Starting{}));  // sigmoid(0)
    for (auto& entry : y) entry *= linear_biases ? 0.5 / 0.73105857863000487925 : 1;
    CHECK(largest(half) > 0.01);
    CHECK(largest_difference(y, half) < 1e-14);
  }
}

TEST_CASE("triangle attention holds what its header says", "[blocks]") {
  const PairShape s{2, 40, 16};
  const Options wide{16, 2, 8};
  const auto w = random_weights<float>(wide);
  const View4<float> out("out", 2, 40, 40, 16);
  const Gradients<float> gradients{out, zeros_like(w)};
  for (const Index rows : {4, 40, 100}) {
    const auto in = pair_problem<float>(s, {rows, 1});
    const auto d_out = random_pairs<float>(2, s);
    backward(w, in, Ending{}, d_out, gradients);  // the scratch of threads is there from here on
    check_bytes(peak_bytes([&] { forward(w, in, Ending{}, out); }),
                forward_bytes({2, 40, 16, 2, 8}, in.chunks, 4));
    check_bytes(peak_bytes([&] { backward(w, in, Ending{}, d_out, gradients); }),
                backward_bytes({2, 40, 16, 2, 8}, in.chunks, 4));
  }
}

TEST_CASE("triangle attention refuses arrays that do not fit, and tells its flops", "[blocks]") {
  const auto w = random_weights<double>(options(6));
  const PairShape s{1, 4, 6};
  const auto in = pair_problem<double>(s);
  const View4<double> out("out", 1, 4, 4, 6), narrow("narrow", 1, 4, 4, 5), oblong("oblong", 1, 3, 4, 6);
  const View3<std::uint8_t> short_mask("mask", 1, 4, 3);
  CHECK_THROWS_AS(forward(w, in, Starting{}, narrow), BrokenPromise);
  CHECK_THROWS_AS(forward(w, Pairs<double>{narrow}, Starting{}, narrow), BrokenPromise);
  CHECK_THROWS_AS(forward(w, Pairs<double>{oblong}, Starting{}, oblong), BrokenPromise);
  CHECK_THROWS_AS(forward(w, Pairs<double>{in.z, short_mask}, Starting{}, out), BrokenPromise);
  CHECK_THROWS_AS(forward(w, pair_problem<double>(s, {0, 1}), Starting{}, out), BrokenPromise);
  CHECK_THROWS_AS(backward(w, in, Starting{}, narrow, {out, zeros_like(w)}), BrokenPromise);
  CHECK(forward_flops({1, 96, 16, 2, 8}) == 2.0 * 96 * 96 * (5 * 16 * 16 + 16 * 2 + 2 * 96 * 16));
}
