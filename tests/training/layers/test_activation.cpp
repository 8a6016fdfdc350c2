// tests/training/layers/test_activation.cpp
#include "training/layers/activation.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "tests/support/accuracy.hpp"
#include "tests/support/gradient.hpp"

using namespace attune;
using namespace attune::training;
using layers::Gelu;
using layers::Relu;
using layers::Sigmoid;
using layers::Silu;
using layers::Tanh;
using test::random_array;
using test::values;
namespace activation = layers::activation;
namespace gated = layers::gated;

namespace {

// The functions and their slopes as a textbook writes them.
template <class Scalar> Scalar value(Relu, Scalar x) { return std::max(x, Scalar(0)); }
template <class Scalar> Scalar value(Gelu, Scalar x) {
  return x * (1 + std::erf(x / std::sqrt(Scalar(2)))) / 2;
}
template <class Scalar> Scalar value(Sigmoid, Scalar x) { return 1 / (1 + std::exp(-x)); }
template <class Scalar> Scalar value(Silu, Scalar x) { return x / (1 + std::exp(-x)); }
template <class Scalar> Scalar value(Tanh, Scalar x) { return std::tanh(x); }

template <class Scalar> Scalar slope(Relu, Scalar x) { return x > 0 ? 1 : 0; }
template <class Scalar> Scalar slope(Gelu, Scalar x) {
  return (1 + std::erf(x / std::sqrt(Scalar(2)))) / 2 +
         x * std::exp(-x * x / 2) / std::sqrt(2 * Scalar(3.14159265358979323846));
}
template <class Scalar> Scalar slope(Sigmoid, Scalar x) {
  return value(Sigmoid{}, x) * (1 - value(Sigmoid{}, x));
}
template <class Scalar> Scalar slope(Silu, Scalar x) {
  const Scalar s = value(Sigmoid{}, x);
  return s + x * s * (1 - s);
}
template <class Scalar> Scalar slope(Tanh, Scalar x) { return 1 - std::tanh(x) * std::tanh(x); }

template <class Scalar> View2<Scalar> array(std::uint32_t seed) {
  return random_array<View2<Scalar>>(seed, 3.0, 5, 67);
}

template <class Function, class Scalar> std::vector<double> reference(const View2<Scalar>& x, bool slopes) {
  auto numbers = values(x);
  for (auto& entry : numbers) {
    const auto at = static_cast<Scalar>(entry);
    entry = slopes ? slope(Function{}, at) : value(Function{}, at);
  }
  return numbers;
}

// f(x), or f'(x) by backward of ones.
template <class Function, class Scalar> View2<Scalar> computed(const View2<Scalar>& x, bool slopes) {
  const View2<Scalar> y("y", x.extent(0), x.extent(1)), ones("ones", x.extent(0), x.extent(1));
  Kokkos::deep_copy(ones, Scalar(1));
  if (slopes)
    activation::backward(Function{}, x, ones, y);
  else
    activation::forward(Function{}, x, y);
  return y;
}

}  // namespace

TEMPLATE_TEST_CASE("activations and their slopes are those of the textbook", "[layers]", Relu, Gelu, Sigmoid,
                   Silu, Tanh) {
  for (const bool slopes : {false, true}) {
    const auto x = array<double>(1);
    const auto single = test::converted<View2<float>>(x);
    CHECK(test::largest_difference(values(computed<TestType>(x, slopes)), reference<TestType>(x, slopes)) <
          1e-14);
    const auto truth = reference<TestType>(test::converted<View2<double>>(single), slopes);
    CHECK(test::largest_difference(values(computed<TestType>(single, slopes)), truth) <=
          2 * test::largest_difference(reference<TestType>(single, slopes), truth) + 4 * 1.2e-7);
  }
}

TEMPLATE_TEST_CASE("activations: backward is the gradient of forward", "[layers]", Relu, Gelu, Sigmoid, Silu,
                   Tanh) {
  const auto x = array<double>(1), d_y = array<double>(2);
  const View2<double> y("y", 5, 67), d_x("d_x", 5, 67);
  activation::backward(TestType{}, x, d_y, d_x);
  test::check_gradient({test::variable("x", x, d_x)}, [&] {
    activation::forward(TestType{}, x, y);
    return test::inner_product(y, d_y);
  });
}

TEMPLATE_TEST_CASE("gated units: output and gradients", "[layers]", Silu, Sigmoid, Gelu) {
  const auto a = array<double>(1), b = array<double>(2), d_y = array<double>(3);
  const View2<double> y("y", 5, 67), d_a("d_a", 5, 67), d_b("d_b", 5, 67);
  gated::forward(TestType{}, {a, b}, y);
  const auto left = values(a), right = reference<TestType>(b, false);
  auto product = left;
  for (std::size_t n = 0; n < product.size(); ++n) product[n] *= right[n];
  CHECK(test::largest_difference(values(y), product) < 1e-14);

  gated::backward<double>(TestType{}, {a, b}, d_y, {d_a, d_b});
  test::check_gradient({test::variable("a", a, d_a), test::variable("b", b, d_b)}, [&] {
    gated::forward(TestType{}, {a, b}, y);
    return test::inner_product(y, d_y);
  });
}

TEST_CASE("activations are finite far out, and keep their digits in the tail", "[layers]") {
  for (const double x : {-1e4, -800.0, 800.0, 1e4}) {
    CHECK(Sigmoid::value(x) == (x > 0 ? 1 : 0));
    CHECK(Silu::value(x) == (x > 0 ? x : 0));
    CHECK(Gelu::value(x) == (x > 0 ? x : 0));
    CHECK(Tanh::slope(x) == 0);
    CHECK(Silu::slope(x) == (x > 0 ? 1 : 0));
    CHECK(Gelu::slope(x) == (x > 0 ? 1 : 0));
  }
  // Phi(-10) = 7.61985302416052606597e-24
  CHECK(std::abs(Gelu::value(-10.0) / -7.61985302416052606597e-23 - 1) < 1e-13);
  CHECK(std::abs(Sigmoid::slope(40.0) / std::exp(-40.0) - 1) < 1e-13);
  CHECK(std::isnan(Relu::value(std::nan(""))));
}

TEST_CASE("activations of nothing, and where they stand", "[layers]") {
  const View2<double> nothing("nothing", 0, 3);
  CHECK_NOTHROW(activation::forward(Gelu{}, nothing, nothing));
  const auto x = array<double>(1);
  const auto expected = reference<Silu>(x, false);
  activation::forward(Silu{}, x, x);
  CHECK(test::largest_difference(values(x), expected) < 1e-14);
  CHECK_THROWS_AS(activation::forward(Gelu{}, x, nothing), BrokenPromise);
}
