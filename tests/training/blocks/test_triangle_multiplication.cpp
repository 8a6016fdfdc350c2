// tests/training/blocks/test_triangle_multiplication.cpp
#include "training/blocks/triangle_multiplication.hpp"

#include "tests/support/peak_bytes.hpp"
#include "tests/support/weights_gradient.hpp"
#include "tests/training/blocks/pair_problem.hpp"

using namespace attune;
using namespace attune::test;
using namespace attune::training;
using namespace attune::training::blocks::triangle_multiplication;
using pair_reference::Form;

namespace {

template <class Scalar> Weights<Scalar> random_weights(const Options& options) {
  auto w = make<Scalar>(options);
  initialise_normal(w, 0.5, Random{7, 1});
  return w;
}

template <class Scalar, class Way>
View4<Scalar> run(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Way& way) {
  const View4<Scalar> out("out", in.z.layout());
  forward(w, in, way, out);
  return out;
}

template <class Scalar, class Way>
Gradients<Scalar> pulled_back(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Way& way,
                              const View4<Scalar>& d_out) {
  const Gradients<Scalar> result{View4<Scalar>("d_z", in.z.layout()), zeros_like(w)};
  backward(w, in, way, d_out, result);
  return result;
}

template <class Scalar>
std::vector<double> reference(const Weights<Scalar>& w, const Pairs<Scalar>& in, Form form) {
  return pair_reference::each_batch(
      in, [&](const auto& sample) { return pair_reference::multiplication(w, form, sample); });
}

template <class Visit> void every_form(const Visit& visit) {
  visit(Outgoing{}, Form::outgoing);
  visit(Incoming{}, Form::incoming);
}

}  // namespace

TEST_CASE("triangle multiplication is algorithms 11 and 12 by plain loops", "[blocks]") {
  for (const auto& s : pair_shapes())
    for (const bool linear_biases : {true, false})
      every_form([&](const auto& way, Form form) {
        const auto w = random_weights<double>({s.width, 7, linear_biases});
        const auto in = pair_problem<double>(s);
        CHECK(largest_difference(values(run(w, in, way)), reference(w, in, form)) < 1e-13);
        const Pairs<double> unmasked{in.z};
        CHECK(largest_difference(values(run(w, unmasked, way)), reference(w, unmasked, form)) < 1e-13);
      });
}

TEST_CASE("triangle multiplication: float errs at most twice as much as plain loops in float", "[blocks]") {
  every_form([&](const auto& way, Form form) {
    Accuracy accuracy;
    for (const auto& s : pair_shapes()) {
      const auto w = random_weights<float>({s.width, 7});
      const auto in = pair_problem<float>(s);
      const auto exact = exactly(make<double>({s.width, 7}), w);
      const auto truth = reference(exact, pair_problem<double>(s), form);
      const auto kernel = values(run(w, in, way)), yardstick = reference(w, in, form);
      accuracy.kernel = std::max(accuracy.kernel, largest_difference(kernel, truth));
      accuracy.yardstick = std::max(accuracy.yardstick, largest_difference(yardstick, truth));
    }
    INFO("kernel " << accuracy.kernel << ", plain loops " << accuracy.yardstick);
    CHECK(accuracy.holds());
  });
}

TEST_CASE("triangle multiplication: backward is the gradient of forward", "[blocks]") {
  const PairShape s{2, 4, 3};
  for (const bool linear_biases : {true, false})
    every_form([&](const auto& way, Form) {
      const auto w = random_weights<double>({s.width, 5, linear_biases});
      const auto z = random_pairs<double>(1, s), d_out = random_pairs<double>(2, s);
      const Pairs<double> in{z, pair_mask(s.batches, s.tokens), {3, 2}};
      const Differences choice{.step = 2e-6};  // norms of few numbers bend
      check_weights_gradient(
          w,
          [&](const auto& at, const auto& gradient) {
            backward(at, in, way, d_out, {View4<double>("d_z", z.layout()), gradient});
            return inner_product(run(at, in, way), d_out);
          },
          choice);
      check_gradient(
          {variable("z", z, pulled_back(w, in, way, d_out).d_z)},
          [&] { return inner_product(run(w, in, way), d_out); }, choice);
    });
}

TEST_CASE("triangle multiplication: gradients in float are those in double", "[blocks]") {
  const PairShape s{1, 9, 6};
  const auto w = random_weights<float>({s.width, 7});
  const auto single = pulled_back(w, pair_problem<float>(s), Incoming{}, random_pairs<float>(2, s));
  const auto exact = pulled_back(exactly(make<double>({s.width, 7}), w), pair_problem<double>(s), Incoming{},
                                 random_pairs<double>(2, s));
  const auto d_z = values(exact.d_z), d_w = flatten(exact.d_w);
  CHECK(largest_difference(values(single.d_z), d_z) < 1e-5 * largest(d_z));
  CHECK(largest_difference(flatten(single.d_w), d_w) < 1e-5 * largest(d_w));
}

TEST_CASE("triangle multiplication: chunks of rows leave the bits, chunks of channels round-off",
          "[blocks]") {
  const PairShape s{2, 11, 6};
  const auto w = random_weights<float>({s.width, 7});
  const auto d_out = random_pairs<float>(2, s);
  every_form([&](const auto& way, Form) {
    const auto whole = pair_problem<float>(s, {100, 100});
    const auto out = values(run(w, whole, way));
    const auto gradients = pulled_back(w, whole, way, d_out);
    const auto d_z = values(gradients.d_z), d_w = flatten(gradients.d_w);
    for (const Chunks chunks : {Chunks{1, 100}, {4, 100}, {11, 7}, {4, 1}, {3, 4}}) {
      const auto in = pair_problem<float>(s, chunks);
      const auto part = pulled_back(w, in, way, d_out);
      const double allowed = on_host && chunks.channels >= 7 ? 0 : 1e-5;
      CHECK(largest_difference(values(run(w, in, way)), out) <= allowed * largest(out));
      CHECK(largest_difference(values(part.d_z), d_z) <= allowed * largest(d_z));
      CHECK(largest_difference(flatten(part.d_w), d_w) <= 1e-5 * largest(d_w));
    }
  });
}

TEST_CASE("triangle multiplication: backward adds to the gradients of weights", "[blocks]") {
  const PairShape s{1, 4, 3};
  const auto w = random_weights<double>({s.width, 5});
  const auto in = pair_problem<double>(s);
  const auto d_out = random_pairs<double>(2, s);
  const auto once = pulled_back(w, in, Outgoing{}, d_out);
  const Gradients<double> twice{View4<double>("d_z", in.z.layout()), zeros_like(w)};
  backward(w, in, Outgoing{}, d_out, twice);
  backward(w, in, Outgoing{}, d_out, twice);
  auto expected = flatten(once.d_w);
  for (auto& entry : expected) entry *= 2;
  CHECK(largest_difference(flatten(twice.d_w), expected) < 1e-13);
  CHECK(values(twice.d_z) == values(once.d_z));
}

TEST_CASE("triangle multiplication: padding changes nothing, and a permutation of nodes permutes",
          "[blocks]") {
  const auto w = random_weights<double>({6, 7});
  every_form([&](const auto& way, Form) {
    const auto block = [&](const Pairs<double>& in) { return run(w, in, way); };
    check_padding(block);
    check_permutation(block);
  });
}

TEST_CASE(
    "triangle multiplication: no gradient flows into pairs that are not there, where nothing is asked of "
    "them",
    "[blocks]") {
  const PairShape s{1, 5, 6};
  const auto w = random_weights<double>({s.width, 7});
  const auto in = pair_problem<double>(s);
  const auto mask = values(in.mask);
  const auto d_out = random_pairs<double>(2, s);
  auto asked = values(d_out);
  for (std::size_t n = 0; n < asked.size(); ++n) asked[n] *= mask[n / 6];
  assign(d_out, asked);
  const auto d_z = values(pulled_back(w, in, Outgoing{}, d_out).d_z);
  double most = 0;
  for (std::size_t n = 0; n < d_z.size(); ++n)
    most = mask[n / 6] == 0 ? std::max(most, std::abs(d_z[n])) : most;
  CHECK(most == 0);
}

TEST_CASE("triangle multiplication has the published number of weights, and begins as 0 behind open gates",
          "[blocks]") {
  CHECK(count(make<float>({})) == 99584);
  CHECK(count(make<float>({.linear_biases = false})) == 98816);

  const PairShape s{1, 4, 8};
  for (const bool linear_biases : {true, false}) {
    auto w = make<double>({s.width, 6, linear_biases});
    initialise(w, Random{1, 2});
    CHECK(largest(values(run(w, pair_problem<double>(s), Outgoing{}))) == 0);
    CHECK(largest(values(w.a.projection.weight)) > 0);
    // a known output behind the gate: biases 1 and weight 0
    initialise_normal(w.output, 1.0, Random{1, 3});
    auto open = w;
    open.gate = linear_biases ? layers::linear::make<double>(s.width, s.width)
                              : layers::linear::make_without_bias<double>(s.width, s.width);
    auto y = values(run(w, pair_problem<double>(s), Outgoing{}));
    const auto half = values(run(open, pair_problem<double>(s), Outgoing{}));  // sigmoid(0)
    for (auto& entry : y) entry *= linear_biases ? 0.5 / 0.73105857863000487925 : 1;
    CHECK(largest(half) > 0.01);
    CHECK(largest_difference(y, half) < 1e-14);
  }
}

TEST_CASE("triangle multiplication holds what its header says", "[blocks]") {
  const PairShape s{2, 40, 32};
  const auto w = random_weights<float>({s.width, 24});
  const View4<float> out("out", 2, 40, 40, 32);
  const Gradients<float> gradients{out, zeros_like(w)};
  for (const Chunks chunks : {Chunks{8, 8}, {40, 8}, {8, 24}, {100, 100}}) {
    const auto in = pair_problem<float>(s, chunks);
    const auto d_out = random_pairs<float>(2, s);
    backward(w, in, Outgoing{}, d_out, gradients);  // Kokkos makes the scratch of threads, and keeps it
    check_bytes(peak_bytes([&] { forward(w, in, Outgoing{}, out); }),
                forward_bytes({2, 40, 32, 24}, chunks, 4));
    check_bytes(peak_bytes([&] { backward(w, in, Outgoing{}, d_out, gradients); }),
                backward_bytes({2, 40, 32, 24}, chunks, 4));
  }
}

TEST_CASE("triangle multiplication refuses arrays that do not fit, and tells its flops", "[blocks]") {
  const auto w = random_weights<double>({6, 7});
  const PairShape s{1, 4, 6};
  const auto in = pair_problem<double>(s);
  const View4<double> out("out", 1, 4, 4, 6), narrow("narrow", 1, 4, 4, 5), oblong("oblong", 1, 3, 4, 6);
  const View3<std::uint8_t> short_mask("mask", 1, 4, 3);
  CHECK_THROWS_AS(forward(w, in, Outgoing{}, narrow), BrokenPromise);
  CHECK_THROWS_AS(forward(w, Pairs<double>{narrow}, Outgoing{}, narrow), BrokenPromise);
  CHECK_THROWS_AS(forward(w, Pairs<double>{oblong}, Outgoing{}, oblong), BrokenPromise);
  CHECK_THROWS_AS(forward(w, Pairs<double>{in.z, short_mask}, Outgoing{}, out), BrokenPromise);
  CHECK_THROWS_AS(forward(w, pair_problem<double>(s, {0, 1}), Outgoing{}, out), BrokenPromise);
  CHECK_THROWS_AS(backward(w, in, Outgoing{}, narrow, {out, zeros_like(w)}), BrokenPromise);
  CHECK(forward_flops({1, 96, 16, 16}) == 2.0 * 96 * 96 * (6 * 16 * 16 + 96 * 16));
}
