// tests/attention/dense/test_double_backward.cpp
//
// The backward of dense attention's backward, for each bias and mask that is shipped.
#include <catch2/catch_test_macros.hpp>

#include "attention/dense/double_backward_kernels.hpp"
#include "attention/dense/double_backward_reference.hpp"
#include "attention/dense/forward.hpp"
#include "core/core/require.hpp"
#include "tests/attention/plain_problem.hpp"
#include "tests/support/accuracy.hpp"
#include "tests/support/gradient.hpp"
#include "tests/support/peak_bytes.hpp"

using namespace attune;
using namespace attune::attention;
using test::inner_product;
using test::values;

namespace {

template <class Scalar> struct Problem {
  test::PlainProblem<Scalar> plain;
  View4<Scalar> u_q, u_k, u_v, u_pairs, o;
  View3<Scalar> lse;

  explicit Problem(const test::PlainCase& c) : Problem(test::plain_problem<Scalar>(c)) {}
  explicit Problem(const test::PlainProblem<Scalar>& given)
      : plain(given),
        u_q(test::random_as(plain.q, 11)),
        u_k(test::random_as(plain.k, 12)),
        u_v(test::random_as(plain.v, 13)),
        u_pairs(test::random_as(plain.numbers, 14)),
        o(test::zeros_as(plain.d_o)),
        lse(plain.of_rows("lse")) {}

  dense::Inputs<Scalar> inputs() const { return plain.inputs(); }
  bias::Tensor<Scalar> bias() const { return bias::Tensor<Scalar>(plain.numbers); }
  dense::DoubleUpstream<Scalar> upstream(bool numbers_learn = true) const {
    return {.first = {o, lse, plain.d_o},
            .u_q = u_q,
            .u_k = u_k,
            .u_v = u_v,
            .u_pairs = numbers_learn ? u_pairs : View4<Scalar>()};
  }
  dense::DoubleGradients<Scalar> gradients(bool numbers_learn = true) const {
    return {test::zeros_as(plain.q), test::zeros_as(plain.k), test::zeros_as(plain.v),
            test::zeros_as(plain.d_o), numbers_learn ? test::zeros_as(plain.numbers) : View4<Scalar>()};
  }
};

template <class Scalar> bool learns(const bias::None<Scalar>&) { return false; }
template <class Scalar> bool learns(const bias::Tensor<Scalar>&) { return true; }
template <class Scalar> bool learns(const test::Offsets<Scalar>&) { return false; }

template <class Scalar, class Bias, class Mask>
dense::DoubleGradients<Scalar> kernel(const Problem<Scalar>& x, const Bias& bias, const Mask& mask) {
  const auto gradients = x.gradients(learns(bias));
  dense::forward(x.inputs(), bias, mask, dense::Outputs<Scalar>{x.o, x.lse});
  dense::double_backward(x.inputs(), bias, mask, x.upstream(learns(bias)), gradients);
  return gradients;
}

template <class Scalar, class Bias, class Mask>
dense::DoubleGradients<Scalar> definition(const Problem<Scalar>& x, const Bias& bias, const Mask& mask) {
  const auto gradients = x.gradients(learns(bias));
  dense::reference::double_backward(x.inputs(), bias, mask, x.upstream(learns(bias)), gradients);
  return gradients;
}

template <class Scalar> std::vector<View4<Scalar>> all(const dense::DoubleGradients<Scalar>& gradients) {
  return {gradients.d_q, gradients.d_k, gradients.d_v, gradients.d_d_o, gradients.d_pairs};
}

// Phi = <u_q, d_q> + <u_k, d_k> + <u_v, d_v> + <u_bias, d_bias> of a first backward.
template <class Bias, class Mask> double phi(const Problem<double>& x, const Bias& bias, const Mask& mask) {
  const dense::Gradients<double> first{
      .d_q = View4<double>("d_q", x.plain.q.layout()),
      .d_k = View4<double>("d_k", x.plain.k.layout()),
      .d_v = View4<double>("d_v", x.plain.v.layout()),
      .d_pairs = learns(bias) ? View4<double>("d_bias", x.plain.numbers.layout()) : View4<double>()};
  dense::forward(x.inputs(), bias, mask, dense::Outputs<double>{x.o, x.lse});
  dense::backward(x.inputs(), bias, mask, dense::Upstream<double>{x.o, x.lse, x.plain.d_o}, first);
  return inner_product(x.u_q, first.d_q) + inner_product(x.u_k, first.d_k) + inner_product(x.u_v, first.d_v) +
         (learns(bias) ? inner_product(x.u_pairs, first.d_pairs) : 0);
}

template <class Bias>
void check_against_definition(const test::PlainCase& c, const Problem<double>& x, const Bias& bias) {
  test::with_every_mask(c.shape, [&](const auto& mask) {
    const auto given = all(kernel(x, bias, mask)), truth = all(definition(x, bias, mask));
    for (std::size_t n = 0; n < given.size(); ++n) {
      INFO("gradient " << n);
      CHECK(test::largest_difference(values(given[n]), values(truth[n])) <=
            1e-14 * (1 + test::largest(values(truth[n]))));
    }
  });
}

}  // namespace

TEST_CASE("dense attention: double_backward gives the reference's gradients in double",
          "[attention][dense]") {
  for (const auto& c : test::plain_cases()) {
    const Problem<double> x(c);
    check_against_definition(c, x, bias::None<double>{});
    check_against_definition(c, x, x.bias());
  }
}

TEST_CASE("dense attention: double_backward in float errs at most twice as much as the float reference",
          "[attention][dense]") {
  for (const auto& c : test::plain_cases()) {
    const Problem<float> x(c);
    Problem<double> exact(test::widened(x.plain));
    exact.u_q = test::converted<View4<double>>(x.u_q);
    exact.u_k = test::converted<View4<double>>(x.u_k);
    exact.u_v = test::converted<View4<double>>(x.u_v);
    exact.u_pairs = test::converted<View4<double>>(x.u_pairs);
    const auto narrow = all(kernel(x, x.bias(), Causal{})),
               yardstick = all(definition(x, x.bias(), Causal{}));
    const auto truth = all(definition(exact, exact.bias(), Causal{}));
    for (std::size_t n = 0; n < narrow.size(); ++n) {
      INFO("gradient " << n);
      CHECK(test::errs_at_most_twice(narrow[n], yardstick[n], truth[n]));
    }
  }
}

TEST_CASE("dense attention: double_backward is the gradient of what backward returns", "[attention][dense]") {
  const Problem<double> x(test::small_case());
  const auto check = [&](const auto& bias, const auto& mask) {
    const auto g = kernel(x, bias, mask);
    std::vector<test::Variable> variables{
        test::variable("q", x.plain.q, g.d_q), test::variable("k", x.plain.k, g.d_k),
        test::variable("v", x.plain.v, g.d_v), test::variable("d_o", x.plain.d_o, g.d_d_o)};
    if (learns(bias)) variables.push_back(test::variable("bias", x.plain.numbers, g.d_pairs));
    test::check_gradient(variables, [&] { return phi(x, bias, mask); }, {.tolerance = 3e-9});
  };
  test::with_every_mask(test::small_case().shape, [&](const auto& mask) { check(x.bias(), mask); });
  check(bias::None<double>{}, Full{});
}

TEST_CASE("dense attention: double_backward has the gradient of a table", "[attention][dense]") {
  const Problem<double> x(test::plain_cases()[1]);
  const auto& s = x.plain.shape;
  const auto table = test::random_array<View2<double>>(9, 0.5, s.heads, s.queries + s.keys);
  const test::Offsets<double> bias{table, s.queries};
  phi(x, bias, Causal{});
  const dense::DoubleGradients<double> given{.d_table = test::zeros_as(table)},
      truth{.d_table = test::zeros_as(table)};
  dense::double_backward(x.inputs(), bias, Causal{}, x.upstream(false), given);
  dense::reference::double_backward(x.inputs(), bias, Causal{}, x.upstream(false), truth);
  CHECK(test::largest_difference(values(given.d_table), values(truth.d_table)) < 1e-13);
  test::check_gradient({test::variable("table", table, given.d_table)},
                       [&] { return phi(x, bias, Causal{}); });
}

TEST_CASE("dense attention: the second derivative of <d_o, o> is symmetric", "[attention][dense]") {
  for (const auto& c : test::plain_cases()) {
    const Problem<double> x(c);
    auto turned = x;  // along other directions
    turned.u_q = test::random_as(x.u_q, 91);
    turned.u_k = test::random_as(x.u_k, 92);
    turned.u_v = test::random_as(x.u_v, 93);
    turned.u_pairs = test::random_as(x.u_pairs, 94);
    test::with_every_mask(c.shape, [&](const auto& mask) {
      const auto bias = x.bias();
      const auto along = [](const Problem<double>& u, const dense::DoubleGradients<double>& g) {
        return inner_product(u.u_q, g.d_q) + inner_product(u.u_k, g.d_k) + inner_product(u.u_v, g.d_v) +
               inner_product(u.u_pairs, g.d_pairs);
      };
      const double one = along(turned, kernel(x, bias, mask)), two = along(x, kernel(turned, bias, mask));
      CHECK(std::abs(one - two) <= 1e-13 * (1 + std::abs(one)));
    });
  }
}

TEST_CASE("dense attention: what Phi does not see counts as zero", "[attention][dense]") {
  const Problem<double> x(test::small_case());
  const auto bias = x.bias();
  dense::forward(x.inputs(), bias, Full{}, dense::Outputs<double>{x.o, x.lse});
  using Up = dense::DoubleUpstream<double>;
  for (const auto seen : {&Up::u_q, &Up::u_k, &Up::u_v, &Up::u_pairs}) {
    Up alone{.first = x.upstream().first}, zeros = x.upstream();
    for (const auto u : {&Up::u_q, &Up::u_k, &Up::u_v, &Up::u_pairs})
      if (u != seen) zeros.*u = View4<double>("zero", (zeros.*u).layout());
    alone.*seen = zeros.*seen;
    const auto a = x.gradients(), b = x.gradients();
    dense::double_backward(x.inputs(), bias, Full{}, alone, a);
    dense::double_backward(x.inputs(), bias, Full{}, zeros, b);
    for (std::size_t n = 0; n < all(a).size(); ++n) CHECK(values(all(a)[n]) == values(all(b)[n]));

    const dense::DoubleGradients<double> only_k{.d_k = View4<double>("d_k", x.plain.k.layout())};
    dense::double_backward(x.inputs(), bias, Full{}, alone, only_k);
    CHECK(values(only_k.d_k) == values(a.d_k));
  }
}

TEST_CASE("dense attention: double_backward holds three numbers a row", "[attention][dense]") {
  const dense::Shape s{1, 2, 2, 64, 96, 4, 4};
  const Problem<double> x({s, {true, false, false, false}});
  const auto bias = x.bias();
  dense::forward(x.inputs(), bias, Full{}, dense::Outputs<double>{x.o, x.lse});
  const auto gradients = x.gradients();
  const auto peak =
      test::peak_bytes([&] { dense::double_backward(x.inputs(), bias, Full{}, x.upstream(), gradients); });
  constexpr double header = 128;  // that Kokkos puts before each View
  CHECK(static_cast<double>(peak) <= dense::double_workspace_bytes(s, 0, 0) + 3 * header);
}

TEST_CASE("dense attention: double_backward refuses a sink, a gradient of l, and shapes that disagree",
          "[attention][dense]") {
  const Problem<double> x(test::small_case());
  const auto run = [&](const dense::Inputs<double>& in, const dense::DoubleUpstream<double>& up) {
    dense::double_backward(in, x.bias(), Full{}, up, x.gradients());
  };
  CHECK_NOTHROW(run(x.inputs(), x.upstream()));
  auto with_sink = x.inputs();
  with_sink.sink = View1<double>("sink", 1);
  CHECK_THROWS_AS(run(with_sink, x.upstream()), BrokenPromise);
  auto with_lse = x.upstream();
  with_lse.first.d_lse = x.lse;
  CHECK_THROWS_AS(run(x.inputs(), with_lse), BrokenPromise);
  auto other = x.upstream();
  other.u_q = View4<double>("u_q", 1, 1, 1, 1);
  CHECK_THROWS_AS(run(x.inputs(), other), BrokenPromise);
  CHECK_THROWS_AS(
      dense::double_backward(x.inputs(), bias::None<double>{}, Full{}, x.upstream(), x.gradients()),
      BrokenPromise);
}
