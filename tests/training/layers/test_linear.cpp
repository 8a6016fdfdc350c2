// tests/training/layers/test_linear.cpp
#include "training/layers/linear.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/accuracy.hpp"
#include "tests/support/peak_bytes.hpp"
#include "tests/support/weights_gradient.hpp"
#include "training/initialise.hpp"

using namespace attune;
using namespace attune::training;
namespace linear = layers::linear;
using test::random_array;
using test::values;

namespace {

template <class Scalar> linear::Weights<Scalar> weights(Index in, Index out, bool biased = true) {
  auto w = biased ? linear::make<Scalar>(in, out) : linear::make_without_bias<Scalar>(in, out);
  initialise_normal(w, 0.5, Random{7, 1});
  return w;
}

template <class Scalar> struct Reference { std::vector<Scalar> y, d_x, d_weight, d_bias; };

template <class Scalar>
Reference<Scalar> reference(const linear::Weights<Scalar>& w, const View2<Scalar>& x,
                            const View2<Scalar>& d_y) {
  const std::size_t rows = x.extent(0), in = x.extent(1), out = d_y.extent(1);
  Reference<Scalar> r{std::vector<Scalar>(rows * out), std::vector<Scalar>(rows * in),
                      std::vector<Scalar>(in * out), std::vector<Scalar>(w.bias.size())};
  const auto W = values(w.weight), b = values(w.bias), at = values(x), seed = values(d_y);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < out; ++j) {
      for (std::size_t k = 0; k < in; ++k) {
        const Scalar x_ik = at[i * in + k], W_kj = W[k * out + j], d_y_ij = seed[i * out + j];
        r.y[i * out + j] += x_ik * W_kj;
        r.d_x[i * in + k] += d_y_ij * W_kj;
        r.d_weight[k * out + j] += x_ik * d_y_ij;
      }
      if (b.empty()) continue;
      r.y[i * out + j] += static_cast<Scalar>(b[j]);
      r.d_bias[j] += static_cast<Scalar>(seed[i * out + j]);
    }
  return r;
}

std::vector<double> wide(const std::vector<float>& x) { return {x.begin(), x.end()}; }

struct Extents {
  Index rows, in, out;
};
const std::vector<Extents> shapes{{1, 1, 1}, {0, 3, 2},   {4, 0, 3},    {5, 3, 0},
                                  {7, 5, 3}, {65, 33, 9}, {1500, 4, 66}};

template <class Scalar>
Reference<Scalar> computed(const linear::Weights<Scalar>& w, const View2<Scalar>& x,
                           const View2<Scalar>& d_y) {
  const View2<Scalar> y("y", d_y.extent(0), d_y.extent(1)), d_x("d_x", x.extent(0), x.extent(1));
  const auto d_w = zeros_like(w);
  linear::forward(w, x, y);
  linear::backward(w, x, d_y, d_x, d_w);
  const auto list = [](const auto& view) {
    const auto numbers = values(view);
    return std::vector<Scalar>(numbers.begin(), numbers.end());
  };
  return {list(y), list(d_x), list(d_w.weight), list(d_w.bias)};
}

}  // namespace

TEST_CASE("linear: output and gradients are those of plain loops", "[layers]") {
  for (const auto& [rows, in, out] : shapes)
    for (const bool biased : {true, false}) {
      INFO(rows << " " << in << " " << out);
      const auto w = weights<double>(in, out, biased);
      const auto x = random_array<View2<double>>(1, 1.0, rows, in),
                 d_y = random_array<View2<double>>(2, 1.0, rows, out);
      const auto truth = reference(w, x, d_y), kernel = computed(w, x, d_y);
      const double tolerance = 1e-15 * static_cast<double>(10 + rows + in + out);
      CHECK(test::largest_difference(kernel.y, truth.y) <= tolerance);
      CHECK(test::largest_difference(kernel.d_x, truth.d_x) <= tolerance);
      CHECK(test::largest_difference(kernel.d_weight, truth.d_weight) <= tolerance);
      CHECK(test::largest_difference(kernel.d_bias, truth.d_bias) <= tolerance);
    }
}

TEST_CASE("linear: float errs at most twice as much as plain loops in float", "[layers]") {
  for (const auto& [rows, in, out] : shapes) {
    const auto w = weights<float>(in, out);
    auto exact = linear::make<double>(in, out);
    unflatten(flatten(w), exact);
    const auto x = random_array<View2<float>>(1, 1.0, rows, in),
               d_y = random_array<View2<float>>(2, 1.0, rows, out);
    const auto truth =
        reference(exact, test::converted<View2<double>>(x), test::converted<View2<double>>(d_y));
    const auto yardstick = reference(w, x, d_y), kernel = computed(w, x, d_y);
    const auto holds = [](const std::vector<float>& a, const std::vector<float>& b,
                          const std::vector<double>& c) {
      const double floor = 4 * 1.2e-7 * (1 + test::largest(c));
      return test::largest_difference(wide(a), c) <= 2 * test::largest_difference(wide(b), c) + floor;
    };
    CHECK(holds(kernel.y, yardstick.y, truth.y));
    CHECK(holds(kernel.d_x, yardstick.d_x, truth.d_x));
    CHECK(holds(kernel.d_weight, yardstick.d_weight, truth.d_weight));
    CHECK(holds(kernel.d_bias, yardstick.d_bias, truth.d_bias));
  }
}

TEST_CASE("linear: backward is the gradient of forward", "[layers]") {
  const auto w = weights<double>(5, 3);
  const auto x = random_array<View2<double>>(1, 1.0, 7, 5), d_y = random_array<View2<double>>(2, 1.0, 7, 3);
  const View2<double> d_x("d_x", 7, 5), y("y", 7, 3);
  const auto objective = [&](const auto& at, const auto& gradient) {
    linear::forward(at, x, y);
    linear::backward(at, x, d_y, d_x, gradient);
    return test::inner_product(y, d_y);
  };
  test::check_weights_gradient(w, objective);
  objective(w, zeros_like(w));
  test::check_gradient({test::variable("x", x, d_x)}, [&] { return objective(w, zeros_like(w)); });
}

TEST_CASE("linear: gradients of weights add up, and the gradient of the input is left out on request",
          "[layers]") {
  const auto w = weights<double>(4, 3);
  const auto x = random_array<View2<double>>(1, 1.0, 9, 4), d_y = random_array<View2<double>>(2, 1.0, 9, 3);
  const auto once = zeros_like(w), twice = zeros_like(w);
  linear::backward(w, x, d_y, {}, once);
  linear::backward(w, x, d_y, {}, twice);
  linear::backward(w, x, d_y, {}, twice);
  auto doubled = flatten(once);
  for (auto& entry : doubled) entry *= 2;
  CHECK(test::largest_difference(flatten(twice), doubled) < 1e-14);
}

TEST_CASE("linear: initial weights follow LeCun, biases are zero", "[layers]") {
  auto w = linear::make<double>(64, 50);
  initialise(w, Random{1, 1});
  double square = 0;
  for (const double x : values(w.weight)) square += x * x / (64 * 50);
  CHECK(std::abs(square * 64 - 1) < 4 * std::sqrt(2.0 / (64 * 50)));
  CHECK(test::largest(values(w.bias)) == 0);
}

TEST_CASE("linear: memory is that of its matrix products and column sums", "[layers]") {
  constexpr Index rows = 5000, in = 40, out = 24;
  const auto w = weights<double>(in, out), d_w = zeros_like(w);
  const View2<double> x("x", rows, in), y("y", rows, out);
  CHECK(test::peak_bytes([&] { linear::forward(w, x, y); }) == 0);
  const auto bytes = test::peak_bytes([&] { linear::backward(w, x, y, x, d_w); });
  const Index products = on_host ? layers::sample_chunks(in, rows) * in * out : 0,
              sums = (rows + 255) / 256 * out;
  CHECK(bytes >= 8 * std::max(products, sums));
  CHECK(bytes < 8 * std::max(products, sums) + 1000);
}
