// tests/attention/sparsemax/test_sparsemax.cpp
#include <catch2/catch_test_macros.hpp>

#include "attention/sparsemax/backward.hpp"
#include "attention/sparsemax/reference.hpp"
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
  View4<Scalar> o;
  View3<Scalar> theta;
  sparsemax::Gradients<Scalar> gradients;

  std::vector<std::vector<double>> all() const {
    return {values(o),
            values(theta),
            values(gradients.d_q),
            values(gradients.d_k),
            values(gradients.d_v),
            values(gradients.d_temperature),
            values(gradients.d_gain),
            values(gradients.d_prior),
            values(gradients.d_pairs)};
  }
};

template <class Scalar> Results<Scalar> results_of(const PlainProblem<Scalar>& x) {
  return {zeros_as(x.d_o),
          x.of_rows("theta"),
          {.d_q = zeros_as(x.q),
           .d_k = zeros_as(x.k),
           .d_v = zeros_as(x.v),
           .d_temperature = zeros_as(x.temperature),
           .d_gain = zeros_as(x.gain),
           .d_prior = zeros_as(x.prior),
           .d_pairs = zeros_as(x.numbers)}};
}

template <class Scalar> View3<Scalar> d_theta_of(const PlainProblem<Scalar>& x) {
  const auto& s = x.shape;
  return test::random_array<View3<Scalar>>(8, 1, s.batches, s.heads, s.queries);
}

template <class Scalar, class Mask> Results<Scalar> kernel(const PlainProblem<Scalar>& x, const Mask& mask) {
  const auto r = results_of(x);
  const bias::Tensor<Scalar> bias(x.numbers);
  sparsemax::forward(x.inputs(), bias, mask, sparsemax::Outputs<Scalar>{r.o, r.theta});
  sparsemax::backward(x.inputs(), bias, mask, sparsemax::Upstream<Scalar>{r.theta, x.d_o, d_theta_of(x)},
                      r.gradients);
  return r;
}

template <class Scalar, class Mask>
Results<Scalar> definition(const PlainProblem<Scalar>& x, const Mask& mask) {
  const auto r = results_of(x);
  const bias::Tensor<Scalar> bias(x.numbers);
  sparsemax::reference::forward(x.inputs(), bias, mask, sparsemax::Outputs<Scalar>{r.o, r.theta});
  sparsemax::reference::backward(x.inputs(), bias, mask,
                                 sparsemax::Upstream<Scalar>{r.theta, x.d_o, d_theta_of(x)}, r.gradients);
  return r;
}

// The weights p_ij themselves: the output for v = the unit vectors, E = N, and no gain.
template <class Mask> std::vector<double> weights(const PlainProblem<double>& x, const Mask& mask) {
  const auto& s = x.shape;
  const View4<double> units("units", static_cast<std::size_t>(s.batches), static_cast<std::size_t>(s.groups),
                            static_cast<std::size_t>(s.keys), static_cast<std::size_t>(s.keys));
  std::vector<double> numbers(units.size(), 0);
  for (std::size_t n = 0; n < numbers.size(); ++n) {
    const std::size_t keys = units.extent(3), j = n % keys;
    numbers[n] = (n / keys) % keys == j ? 1 : 0;
  }
  test::assign(units, numbers);
  auto in = x.inputs();
  in.v = units;
  in.gain = {};
  const View4<double> p("p", static_cast<std::size_t>(s.batches), static_cast<std::size_t>(s.heads),
                        static_cast<std::size_t>(s.queries), static_cast<std::size_t>(s.keys));
  sparsemax::forward(in, bias::Tensor<double>(x.numbers), mask,
                     sparsemax::Outputs<double>{p, x.of_rows("theta")});
  return values(p);
}

}  // namespace

TEST_CASE("sparsemax attention: kernels give the reference's outputs and gradients in double",
          "[attention][sparsemax]") {
  for (const auto& c : test::plain_cases()) {
    const auto x = plain_problem<double>(c);
    test::with_every_mask(c.shape, [&](const auto& mask) {
      const auto given = kernel(x, mask).all(), truth = definition(x, mask).all();
      for (std::size_t n = 0; n < given.size(); ++n) {
        INFO("array " << n);
        double size = 1;
        for (const double y : truth[n]) size = std::isfinite(y) ? std::max(size, std::abs(y)) : size;
        CHECK(test::largest_difference(given[n], truth[n]) <= 1e-14 * size);
      }
    });
  }
}

TEST_CASE("sparsemax attention: float kernels err at most twice as much as the float reference",
          "[attention][sparsemax]") {
  for (const auto& c : test::plain_cases()) {
    const auto x = plain_problem<float>(c);
    const auto exact = test::widened(x);
    const auto narrow = kernel(x, Causal{}), yardstick = definition(x, Causal{});
    const auto truth = definition(exact, Causal{});
    CHECK(test::errs_at_most_twice(narrow.o, yardstick.o, truth.o));
    CHECK(test::errs_at_most_twice(narrow.theta, yardstick.theta, truth.theta));
    const auto &a = narrow.gradients, &b = yardstick.gradients;
    const auto& t = truth.gradients;
    CHECK(test::errs_at_most_twice(a.d_q, b.d_q, t.d_q));
    CHECK(test::errs_at_most_twice(a.d_k, b.d_k, t.d_k));
    CHECK(test::errs_at_most_twice(a.d_v, b.d_v, t.d_v));
    CHECK(test::errs_at_most_twice(a.d_temperature, b.d_temperature, t.d_temperature));
    CHECK(test::errs_at_most_twice(a.d_pairs, b.d_pairs, t.d_pairs));
  }
}

TEST_CASE("sparsemax attention: backward is the gradient of forward, away from kinks",
          "[attention][sparsemax]") {
  for (const auto& c : {test::small_case(), test::plain_cases()[1], test::plain_cases()[3]}) {
    const auto x = plain_problem<double>(c);
    const auto d_theta = d_theta_of(x);
    test::with_every_mask(c.shape, [&](const auto& mask) {
      const auto r = kernel(x, mask);
      const auto& g = r.gradients;
      const auto loss = [&] {
        const View4<double> o = zeros_as(r.o);
        const View3<double> theta = zeros_as(r.theta);
        sparsemax::forward(x.inputs(), bias::Tensor<double>(x.numbers), mask,
                           sparsemax::Outputs<double>{o, theta});
        const auto of_theta = values(theta), weight = values(d_theta);
        double sum = test::inner_product(o, x.d_o);
        for (std::size_t n = 0; n < of_theta.size(); ++n)
          sum += std::isfinite(of_theta[n]) ? of_theta[n] * weight[n] : 0;
        return sum;
      };
      test::check_gradient(
          {test::variable("q", x.q, g.d_q), test::variable("k", x.k, g.d_k), test::variable("v", x.v, g.d_v),
           test::variable("bias", x.numbers, g.d_pairs), test::variable("prior", x.prior, g.d_prior),
           test::variable("temperature", x.temperature, g.d_temperature),
           test::variable("gain", x.gain, g.d_gain)},
          loss);
    });
  }
}

TEST_CASE("sparsemax attention: a bias with a table has its gradient", "[attention][sparsemax]") {
  const auto x = plain_problem<double>(test::plain_cases()[1]);
  const auto& s = x.shape;
  const auto table = test::random_array<View2<double>>(9, 0.5, s.heads, s.queries + s.keys);
  const test::Offsets<double> bias{table, s.queries};
  const auto o = zeros_as(x.d_o);
  const auto theta = x.of_rows("theta");
  const auto loss = [&] {
    sparsemax::forward(x.inputs(), bias, Causal{}, sparsemax::Outputs<double>{o, theta});
    return test::inner_product(o, x.d_o);
  };
  loss();
  sparsemax::Gradients<double> given, truth;
  given.d_table = zeros_as(table);
  truth.d_table = zeros_as(table);
  const sparsemax::Upstream<double> up{theta, x.d_o};
  sparsemax::backward(x.inputs(), bias, Causal{}, up, given);
  sparsemax::reference::backward(x.inputs(), bias, Causal{}, up, truth);
  CHECK(test::largest_difference(values(given.d_table), values(truth.d_table)) < 1e-14);
  test::check_gradient({test::variable("table", table, given.d_table)}, loss);
}

TEST_CASE("sparsemax attention: weights are feasible and optimal on the simplex", "[attention][sparsemax]") {
  const auto c = test::PlainCase{{1, 2, 1, 9, 130, 4, 1}, {true, false, false, false}};
  const auto x = plain_problem<double>(c);
  const auto p = weights(x, Full{});
  const auto projected = sparsemax::reference::weights_of(
      dense::reference::problem_of(x.inputs(), bias::Tensor<double>(x.numbers), Full{}));
  CHECK(test::largest_difference(p, projected.p) < 1e-14);
  std::size_t zeros = 0;
  for (std::size_t n = 0; n < p.size(); n += 130) {
    double sum = 0;
    for (std::size_t j = 0; j < 130; ++j) {
      CHECK(p[n + j] >= 0);
      sum += p[n + j];
      zeros += p[n + j] == 0 ? 1 : 0;
    }
    CHECK(std::abs(sum - 1) < 1e-14);
  }
  CHECK(zeros > p.size() / 2);
}

TEST_CASE("sparsemax attention: rows without a key are zero with the threshold -infinity",
          "[attention][sparsemax]") {
  const auto x = plain_problem<double>(test::small_case());
  const auto r = kernel(x, Causal{-4});
  for (const auto& array : {values(r.o), values(r.gradients.d_q), values(r.gradients.d_k),
                            values(r.gradients.d_pairs), values(r.gradients.d_temperature)})
    CHECK(test::largest(array) == 0);
  for (const double theta : values(r.theta)) CHECK(theta == -INFINITY);
}

TEST_CASE("sparsemax attention: a constant added to all scores moves theta alone", "[attention][sparsemax]") {
  const auto x = plain_problem<double>(test::plain_cases()[1]);
  const auto before = kernel(x, Causal{});
  auto shifted = values(x.prior);
  for (double& t : shifted) t += 8;
  test::assign(x.prior, shifted);
  const auto after = kernel(x, Causal{});
  CHECK(test::largest_difference(values(before.o), values(after.o)) < 1e-13);
  CHECK(test::largest_difference(values(before.gradients.d_q), values(after.gradients.d_q)) < 1e-13);
  auto theta = values(before.theta);
  for (double& t : theta) t += 8;
  CHECK(test::largest_difference(theta, values(after.theta)) < 1e-13);
}

TEST_CASE("sparsemax attention: a score that is not a number makes its row so, and no other",
          "[attention][sparsemax]") {
  const auto x = plain_problem<double>({{1, 1, 1, 3, 5, 2, 2}, {false, false, false, false}});
  auto numbers = values(x.numbers);
  numbers[1 * 5 + 2] = NAN;
  test::assign(x.numbers, numbers);
  const auto o = values(kernel(x, Full{}).o);
  for (std::size_t n = 0; n < o.size(); ++n) CHECK(std::isnan(o[n]) == (n / 2 == 1));
}

TEST_CASE("sparsemax attention: backward holds one number a row and one for each parameter of the heads",
          "[attention][sparsemax]") {
  const auto x = plain_problem<double>({{1, 2, 2, 64, 96, 4, 4}, {true, false, false, false}});
  const auto r = kernel(x, Full{});
  constexpr double header = 128;  // that Kokkos puts before each View
  const bias::Tensor<double> bias(x.numbers);
  const auto backward = test::peak_bytes([&] {
    sparsemax::backward(x.inputs(), bias, Full{}, sparsemax::Upstream<double>{r.theta, x.d_o}, r.gradients);
  });
  CHECK(static_cast<double>(backward) <= dense::workspace_bytes(x.shape, 2, 0, 0, 8) + 3 * header);
  const auto forward = test::peak_bytes([&] {
    sparsemax::forward(x.inputs(), bias, Full{}, sparsemax::Outputs<double>{r.o, r.theta});
  });
  CHECK(forward == 0);
}

TEST_CASE("sparsemax attention: a sink and shapes that disagree are refused", "[attention][sparsemax]") {
  const auto x = plain_problem<double>(test::small_case());
  const auto r = results_of(x);
  auto in = x.inputs();
  CHECK_THROWS_AS(
      sparsemax::forward(in, bias::None<double>{}, Full{}, sparsemax::Outputs<double>{r.o, View3<double>()}),
      BrokenPromise);
  in.sink = View1<double>("sink", 1);
  CHECK_THROWS_AS(
      sparsemax::forward(in, bias::None<double>{}, Full{}, sparsemax::Outputs<double>{r.o, r.theta}),
      BrokenPromise);
}
