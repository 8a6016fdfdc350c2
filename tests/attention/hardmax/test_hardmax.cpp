// tests/attention/hardmax/test_hardmax.cpp
#include <catch2/catch_test_macros.hpp>

#include "attention/dense/forward.hpp"
#include "attention/hardmax/backward.hpp"
#include "attention/hardmax/reference.hpp"
#include "attention/sparsemax/forward.hpp"
#include "tests/attention/plain_problem.hpp"
#include "tests/support/accuracy.hpp"
#include "tests/support/gradient.hpp"
#include "tests/support/peak_bytes.hpp"

using namespace attune;
using namespace attune::attention;
using test::plain_problem;
using test::PlainProblem;
using test::values;
using test::zeros_as;

namespace {

template <class Scalar> struct Results {
  View4<Scalar> o, d_v;
  View3<Scalar> most;
  hardmax::Outputs<Scalar> outputs() const { return {o, most}; }
};
template <class Scalar> Results<Scalar> results_of(const PlainProblem<Scalar>& x) {
  return {zeros_as(x.d_o), zeros_as(x.v), x.of_rows("most")};
}

template <class Scalar, class Mask> Results<Scalar> kernel(const PlainProblem<Scalar>& x, const Mask& mask) {
  const auto r = results_of(x);
  const bias::Tensor<Scalar> bias(x.numbers);
  hardmax::forward(x.inputs(), bias, mask, r.outputs());
  hardmax::backward(x.inputs(), bias, mask, hardmax::Upstream<Scalar>{r.most, x.d_o},
                    hardmax::Gradients<Scalar>{r.d_v});
  return r;
}

template <class Scalar, class Mask>
Results<Scalar> definition(const PlainProblem<Scalar>& x, const Mask& mask) {
  const auto r = results_of(x);
  const bias::Tensor<Scalar> bias(x.numbers);
  hardmax::reference::forward(x.inputs(), bias, mask, r.outputs());
  hardmax::reference::backward(x.inputs(), bias, mask, hardmax::Upstream<Scalar>{r.most, x.d_o},
                               hardmax::Gradients<Scalar>{r.d_v});
  return r;
}

// Whole scores from the bias alone: s_ij is an integer, so that keys tie and gaps are at least one.
PlainProblem<double> whole_scores(const test::PlainCase& c) {
  auto x = plain_problem<double>(c);
  test::assign(x.q, std::vector<double>(x.q.size(), 0));
  auto numbers = values(x.numbers);
  for (double& b : numbers) b = std::round(2 * b);
  test::assign(x.numbers, numbers);
  x.prior = {};
  return x;
}

}  // namespace

TEST_CASE("hardmax attention: kernels give the reference's output and gradient in double and in float",
          "[attention][hardmax]") {
  for (const auto& c : test::plain_cases()) {
    const auto x = plain_problem<double>(c), tied = whole_scores(c);
    test::with_every_mask(c.shape, [&](const auto& mask) {
      for (const auto& problem : {x, tied}) {
        const auto given = kernel(problem, mask), truth = definition(problem, mask);
        CHECK(test::largest_difference(values(given.o), values(truth.o)) < 4e-15);
        CHECK(test::largest_difference(values(given.most), values(truth.most)) < 4e-15);
        CHECK(test::largest_difference(values(given.d_v), values(truth.d_v)) < 4e-15);
      }
      const auto of_float = plain_problem<float>(c);
      const auto narrow = kernel(of_float, mask), yardstick = definition(of_float, mask);
      const auto truth = definition(test::widened(of_float), mask);
      CHECK(test::errs_at_most_twice(narrow.o, yardstick.o, truth.o));
      CHECK(test::errs_at_most_twice(narrow.most, yardstick.most, truth.most));
      CHECK(test::errs_at_most_twice(narrow.d_v, yardstick.d_v, truth.d_v));
    });
  }
}

TEST_CASE("hardmax attention: keys that tie share evenly, and rows without a key are zero",
          "[attention][hardmax]") {
  const View4<double> q("q", 1, 1, 2, 1), k("k", 1, 1, 4, 1), v("v", 1, 1, 4, 1), o("o", 1, 1, 2, 1);
  const View3<double> most("most", 1, 1, 2);
  test::assign(q, {1, -1});
  test::assign(k, {3, -2, 3, -2});
  test::assign(v, {1, 10, 100, 1000});
  const dense::Inputs<double> in{.q = q, .k = k, .v = v};
  hardmax::forward(in, bias::None<double>{}, Full{}, hardmax::Outputs<double>{o, most});
  CHECK(values(o) == std::vector<double>{50.5, 505});
  CHECK(values(most) == std::vector<double>{3, 2});
  hardmax::forward(in, bias::None<double>{}, Causal{-1}, hardmax::Outputs<double>{o, most});
  CHECK(values(o) == std::vector<double>{0, 1});
  CHECK(values(most) == std::vector<double>{-INFINITY, -3});
}

TEST_CASE("hardmax attention: backward is the gradient of forward for the values", "[attention][hardmax]") {
  for (const auto& x : {plain_problem<double>(test::small_case()), whole_scores(test::plain_cases()[1])})
    test::with_every_mask(x.shape, [&](const auto& mask) {
      const auto r = kernel(x, mask);
      test::check_gradient({test::variable("v", x.v, r.d_v)}, [&] {
        hardmax::forward(x.inputs(), bias::Tensor<double>(x.numbers), mask, r.outputs());
        return test::inner_product(r.o, x.d_o);
      });
    });
}

TEST_CASE("hardmax attention: softmax tends to it as exp(-gap / tau), sparsemax equals it once gap >= tau",
          "[attention][hardmax]") {
  for (const auto& c : test::plain_cases()) {
    auto x = whole_scores(c);
    const bias::Tensor<double> bias(x.numbers);
    const auto hard = kernel(x, Causal{});
    for (const double tau : {1.0, 0.5, 0.1, 0.02}) {
      test::assign(x.temperature, std::vector<double>(x.temperature.size(), tau));
      const auto soft = results_of(x), sparse = results_of(x);
      dense::forward(x.inputs(), bias, Causal{}, dense::Outputs<double>{soft.o, soft.most});
      sparsemax::forward(x.inputs(), bias, Causal{}, sparsemax::Outputs<double>{sparse.o, sparse.most});
      const auto keys = static_cast<double>(c.shape.keys), largest = test::largest(values(x.v));
      const double bound = 1.2 * keys * keys * largest * std::exp(-1 / tau);
      CHECK(test::largest_difference(values(soft.o), values(hard.o)) <= bound + 4e-15);
      CHECK(test::largest_difference(values(sparse.o), values(hard.o)) < 4e-15);
    }
  }
}

TEST_CASE("hardmax attention: a score that is not a number makes its row so, and no other",
          "[attention][hardmax]") {
  const auto x = plain_problem<double>({{1, 1, 1, 3, 5, 2, 2}, {false, false, false, false}});
  auto numbers = values(x.numbers);
  numbers[1 * 5 + 2] = NAN;
  test::assign(x.numbers, numbers);
  const auto o = values(kernel(x, Full{}).o);
  for (std::size_t n = 0; n < o.size(); ++n) CHECK(std::isnan(o[n]) == (n / 2 == 1));
}

TEST_CASE("hardmax attention: backward holds one number a row, and a sink is refused",
          "[attention][hardmax]") {
  const auto x = plain_problem<double>({{1, 2, 2, 64, 96, 4, 4}, {true, false, false, false}});
  const auto r = kernel(x, Full{});
  constexpr double header = 128;  // that Kokkos puts before each View
  const bias::Tensor<double> bias(x.numbers);
  const auto peak = test::peak_bytes([&] {
    hardmax::backward(x.inputs(), bias, Full{}, hardmax::Upstream<double>{r.most, x.d_o},
                      hardmax::Gradients<double>{r.d_v});
  });
  CHECK(static_cast<double>(peak) <= 8 * 2 * 64 + header);
  auto in = x.inputs();
  in.sink = View1<double>("sink", 1);
  CHECK_THROWS_AS(hardmax::forward(in, bias, Full{}, r.outputs()), BrokenPromise);
}
