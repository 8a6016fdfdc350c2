// tests/attention/dense/test_dense.cpp
#include "attention/dense/dense.hpp"

#include <catch2/catch_test_macros.hpp>
#include <map>

#include "attention/dense/backward_plan.hpp"
#include "attention/join.hpp"
#include "core/core/require.hpp"
#include "tests/attention/dense/cases.hpp"
#include "tests/support/peak_bytes.hpp"

using namespace attune;
using namespace attune::attention;
using namespace attune::test;

namespace {

template <class Scalar, class Mask>
DenseResult<Scalar> result_of(const DenseProblem<Scalar>& x, const Mask& mask) {
  const auto out = new_result<Scalar>(x.shape);
  dense::forward(x.inputs(), x.dense_bias(), mask, out.outputs());
  return out;
}

template <class Scalar, class Mask>
dense::Gradients<Scalar> gradients_of(const DenseProblem<Scalar>& x, const Mask& mask) {
  const auto g = new_gradients(x);
  dense::backward(x.inputs(), x.dense_bias(), mask, upstream(x, result_of(x, mask)), g);
  return g;
}

}  // namespace

TEST_CASE("dense attention: the kernel gives the reference's output in double", "[attention][dense]") {
  for_each_case([](const auto& draw, const auto& mask) {
    const auto x = in_precision<double>(draw(0));
    const auto out = result_of(x, mask), truth = reference_of(x, mask);
    CHECK(largest_difference(values(out.o), values(truth.o)) < 1e-14);
    CHECK(largest_difference(values(out.lse), values(truth.lse)) < 1e-14);
  });
}

TEST_CASE("dense attention: the float kernel errs at most twice as much as the float reference",
          "[attention][dense]") {
  for_each_case([](const auto& draw, const auto& mask) {
    Accuracy of_o, of_lse;
    for (std::uint32_t n = 0; n < draws; ++n) {
      const auto x = draw(n);
      const auto truth = reference_of(in_precision<double>(x), mask);
      const auto yardstick = reference_of(x, mask), out = result_of(x, mask);
      of_o.absorb(out.o, yardstick.o, truth.o);
      of_lse.absorb(out.lse, yardstick.lse, truth.lse);
    }
    CHECK(of_o.holds());
    CHECK(of_lse.holds());
  });
}

TEST_CASE("dense attention: the gradients of the kernel are those of the reference", "[attention][dense]") {
  for_each_case([](const auto& draw, const auto& mask) {
    const auto x = in_precision<double>(draw(0));
    for_each_gradient(
        [](const char* name, const auto& kernel, const auto& truth) {
          INFO("gradient of " << name);
          CHECK(largest_difference(values(kernel), values(truth)) < 1e-13 * (1 + largest(values(truth))));
        },
        gradients_of(x, mask), reference_gradients_of(x, mask));
  });
}

TEST_CASE("dense attention: float gradients err at most twice as much as the float reference's",
          "[attention][dense]") {
  for_each_case([](const auto& draw, const auto& mask) {
    std::map<std::string, Accuracy> accuracy;
    for (std::uint32_t n = 0; n < draws; ++n) {
      const auto x = draw(n);
      for_each_gradient([&](const char* name, const auto&... of) { accuracy[name].absorb(of...); },
                        gradients_of(x, mask), reference_gradients_of(x, mask),
                        reference_gradients_of(in_precision<double>(x), mask));
    }
    for (const auto& [name, worst] : accuracy) {
      INFO("gradient of " << name);
      CHECK(worst.holds());
    }
  });
}

TEST_CASE("dense attention: backward is the gradient of forward", "[attention][dense]") {
  std::size_t turn = 0;
  const auto check = [](const DenseProblem<double>& x, const auto& mask) {
    const auto g = gradients_of(x, mask);
    check_gradient({variable("q", x.q, g.d_q), variable("k", x.k, g.d_k), variable("v", x.v, g.d_v),
                    variable("temperature", x.temperature, g.d_temperature),
                    variable("gain", x.gain, g.d_gain), variable("sink", x.sink, g.d_sink),
                    variable("prior", x.prior, g.d_prior), variable("bias", x.tensor, g.d_pairs)},
                   [&] { return loss(x, result_of(x, mask)); }, {.entries = 12});
  };
  for (const auto& s : dense_shapes()) {
    const auto x =
        in_precision<double>(random_problem(s, broadcasts[turn % broadcasts.size()], turn % 2 == 0));
    check(x, Full{});
    if (turn % 3 == 0) check(x, Causal{1});
    if (turn % 3 == 1) check(x, padding_of(s));
    if (turn % 3 == 2) check(x, attention::Window{1, 3});
    ++turn;
  }
}

TEST_CASE("dense attention: rows sum to one, and a row without a key is zero", "[attention][dense]") {
  for_each_case([](const auto& draw, const auto& mask) {
    auto x = in_precision<double>(draw(0));
    Kokkos::deep_copy(x.v, 1.0);
    x.gain = {};
    x.sink = {};
    const auto out = result_of(x, mask);
    const auto o = values(out.o), lse = values(out.lse);
    for (std::size_t n = 0; n < o.size(); ++n) {
      const bool empty = !std::isfinite(lse[n / x.shape.value_width]);
      CHECK((empty ? o[n] == 0 : std::abs(o[n] - 1) < 1e-14));
    }
  });
}

TEST_CASE(
    "dense attention: a constant added to every score changes l alone, as a sink of zero weight changes "
    "nothing",
    "[attention][dense]") {
  auto x = in_precision<double>(random_problem({2, 2, 1, 5, 9, 4, 3}, {1, 1, 1, 1}, false));
  x.temperature = {};
  const auto before = result_of(x, Full{});
  const double shift = 3.25;
  assign(x.tensor, {values(x.tensor)[0] + shift});
  const auto after = result_of(x, Full{});
  CHECK(largest_difference(values(before.o), values(after.o)) < 1e-14);
  auto moved = values(before.lse);
  for (double& l : moved) l += shift;
  CHECK(largest_difference(moved, values(after.lse)) < 1e-14);
  x.sink = View1<double>("sink", 1);
  Kokkos::deep_copy(x.sink, -INFINITY);
  CHECK(largest_difference(values(result_of(x, Full{}).o), values(after.o)) == 0);
}

TEST_CASE("dense attention: permuting the keys leaves the output", "[attention][dense]") {
  const dense::Shape s{2, 2, 2, 4, 7, 3, 5};
  auto x = in_precision<double>(random_problem(s, {1, 0, 1, 0}, true));
  x.prior = {};
  const auto before = result_of(x, Full{});
  const auto permuted = [&](const View4<double>& array, Index rows, Index width) {  // keys on axis 2 or 3
    auto numbers = values(array), moved = numbers;
    for (std::size_t n = 0; n < numbers.size(); ++n) {
      const Index inner = static_cast<Index>(n) % width, row = static_cast<Index>(n) / width % rows,
                  outer = static_cast<Index>(n) / width / rows;
      moved[(outer * rows + (row * 3 + 2) % rows) * width + inner] = numbers[n];
    }
    assign(array, moved);
  };
  permuted(x.k, s.keys, s.width);
  permuted(x.v, s.keys, s.value_width);
  permuted(x.tensor, s.keys, 1);
  CHECK(largest_difference(values(before.o), values(result_of(x, Full{}).o)) < 1e-14);
}

TEST_CASE("dense attention: a bias or prior of minus infinity masks its pair, in backward too",
          "[attention][dense]") {
  auto x = in_precision<double>(random_problem({2, 1, 1, 4, 5, 3, 2}, {0, 0, 1, 0}, false));
  auto numbers = values(x.tensor);
  for (std::size_t n = 0; n < numbers.size(); ++n)
    if (n < 5 || n % 2 == 0) numbers[n] = -INFINITY;  // no key in batch 0
  assign(x.tensor, numbers);
  for (const double o : values(result_of(x, Full{}).o)) CHECK(std::isfinite(o));
  for_each_gradient(
      [](const char* name, const auto& gradient) {
        INFO("gradient of " << name);
        for (const double d : values(gradient)) CHECK(std::isfinite(d));
      },
      gradients_of(x, Full{}));
  CHECK(largest_difference(values(result_of(x, Full{}).o), values(reference_of(x, Full{}).o)) < 1e-15);
}

TEST_CASE("dense attention: scores of any size, and a NaN is not hidden", "[attention][dense]") {
  auto x = in_precision<double>(random_problem({1, 1, 1, 3, 4, 2, 2}, {1, 1, 0, 0}, false));
  auto numbers = values(x.tensor);
  for (double& number : numbers) number *= 1e300;
  assign(x.tensor, numbers);
  for (const double o : values(result_of(x, Full{}).o)) CHECK(std::isfinite(o));
  numbers[2] = NAN;
  assign(x.tensor, numbers);
  const auto o = values(result_of(x, Full{}).o);
  CHECK(std::isnan(o[0]));
  CHECK(std::isfinite(o[2]));
}

TEST_CASE("dense attention: outputs over two sets of keys join to the output over both",
          "[attention][dense]") {
  const dense::Shape s{2, 2, 1, 6, 8, 3, 4};
  auto x = in_precision<double>(random_problem(s, {1, 0, 0, 0}, false));
  const auto keep = [&](const auto& admits) {  // masks by a bias of minus infinity
    auto part = x;
    part.tensor = View4<double>("part", x.tensor.layout());
    auto numbers = values(x.tensor);
    for (std::size_t n = 0; n < numbers.size(); ++n)
      if (!admits(n / 8 % 6, n % 8)) numbers[n] = -INFINITY;
    assign(part.tensor, numbers);
    return result_of(part, Full{});
  };
  const auto whole = keep([](auto i, auto) { return i != 5; });  // the last query sees nothing
  const auto left = keep([](auto i, auto j) { return i != 5 && i != 4 && j < 3; });
  const auto right = keep([](auto i, auto j) { return i != 5 && (i == 4 || j >= 3); });
  const auto joined = new_result<double>(s), swapped = new_result<double>(s);
  join<double>({left.o, left.lse}, {right.o, right.lse}, joined.o, joined.lse);
  join<double>({right.o, right.lse}, {left.o, left.lse}, swapped.o, swapped.lse);
  CHECK(largest_difference(values(joined.o), values(whole.o)) < 1e-14);
  CHECK(largest_difference(values(joined.lse), values(whole.lse)) < 1e-14);
  CHECK(values(swapped.o) == values(joined.o));
  CHECK(values(swapped.lse) == values(joined.lse));
}

TEST_CASE("dense attention: forward allocates nothing, backward what its header says", "[attention][dense]") {
  constexpr double of_a_view = 512;  // label and alignment
  const dense::Shape s{2, 2, 2, 300, 400, 8, 8};
  const auto x = random_problem(s, {1, 0, 1, 0}, true);
  const auto out = new_result<float>(s);
  const auto g = new_gradients(x);
  CHECK(peak_bytes([&] { dense::forward(x.inputs(), x.dense_bias(), Full{}, out.outputs()); }) == 0);
  const auto bytes = static_cast<double>(
      peak_bytes([&] { dense::backward(x.inputs(), x.dense_bias(), Full{}, upstream(x, out), g); }));
  const auto pairs = dense::extents_of(g.d_pairs), prior = dense::extents_of(g.d_prior);
  const auto plan = dense::BackwardPlan::of<float>(s, pairs, prior, 0, true);
  CHECK(bytes <= dense::workspace_bytes(s, 0, 0, 0, sizeof(float)) + plan.bytes<float>(pairs, prior) +
                     plan.bytes_of_moments() + 7 * of_a_view);
}

TEST_CASE("dense attention: wrong shapes are refused", "[attention][dense]") {
  const auto x = random_problem({1, 4, 2, 5, 6, 3, 3}, {0, 0, 0, 0}, false);
  const auto out = new_result<float>(x.shape);
  auto in = x.inputs();
  in.v = View4<float>("v", 1, 2, 7, 3);
  CHECK_THROWS_AS(dense::forward(in, x.dense_bias(), Full{}, out.outputs()), BrokenPromise);
  in = x.inputs();
  in.k = View4<float>("k", 1, 3, 6, 3);
  CHECK_THROWS_AS(dense::forward(in, x.dense_bias(), Full{}, out.outputs()), BrokenPromise);
  in = x.inputs();
  in.temperature = View1<float>("temperature", 3);
  CHECK_THROWS_AS(dense::forward(in, x.dense_bias(), Full{}, out.outputs()), BrokenPromise);
  const bias::Tensor<float> narrow(View4<float>("bias", 1, 4, 5, 2));
  CHECK_THROWS_AS(dense::forward(x.inputs(), narrow, Full{}, out.outputs()), BrokenPromise);
}
