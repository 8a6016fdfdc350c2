// tests/training/layers/test_layer_norm.cpp
#include "training/layers/layer_norm.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/accuracy.hpp"
#include "tests/support/weights_gradient.hpp"
#include "training/initialise.hpp"

using namespace attune;
using namespace attune::training;
namespace layer_norm = layers::layer_norm;
using test::random_array;
using test::values;

namespace {

template <class Scalar> layer_norm::Weights<Scalar> weights(Index width, bool affine = true) {
  auto w = affine ? layer_norm::make<Scalar>(width) : layer_norm::Weights<Scalar>{};
  initialise_normal(w, 1.0, Random{7, 1});
  return w;
}

template <class Scalar> struct Result {
  View2<Scalar> y, d_x;
  layer_norm::Weights<Scalar> d_w;
};

template <class Scalar>
Result<Scalar> computed(const layer_norm::Weights<Scalar>& w, const View2<Scalar>& x,
                        const View2<Scalar>& d_y) {
  const View2<Scalar> y("y", x.extent(0), x.extent(1)), d_x("d_x", x.extent(0), x.extent(1));
  const auto moments = layer_norm::make_moments<Scalar>(x.extent(0));
  const auto d_w = zeros_like(w);
  layer_norm::forward(w, x, y, moments);
  layer_norm::backward(w, {x, moments}, d_y, d_x, d_w);
  return {y, d_x, d_w};
}

// By plain loops, from the definition: d_x_k = sum_j e_j dn_j/dx_k.
template <class Scalar>
Result<Scalar> reference(const layer_norm::Weights<Scalar>& w, const View2<Scalar>& x,
                         const View2<Scalar>& d_y) {
  const std::size_t rows = x.extent(0), width = x.extent(1);
  const auto at = values(x), seed = values(d_y), g = values(w.scale), b = values(w.offset);
  std::vector<double> y(rows * width), d_x(rows * width), d_g(g.size()), d_b(b.size());
  const auto count = static_cast<Scalar>(width);
  std::vector<Scalar> n(width), e(width), sum_g(width, 0), sum_b(width, 0);
  for (std::size_t i = 0; i < rows; ++i) {
    Scalar mean = 0, variance = 0, level = 0, along = 0;
    for (std::size_t j = 0; j < width; ++j) mean += static_cast<Scalar>(at[i * width + j]) / count;
    for (std::size_t j = 0; j < width; ++j) {
      const Scalar distance = static_cast<Scalar>(at[i * width + j]) - mean;
      variance += distance * distance / count;
    }
    const Scalar inverse = 1 / std::sqrt(variance + Scalar(1e-5));
    for (std::size_t j = 0; j < width; ++j) {
      n[j] = (static_cast<Scalar>(at[i * width + j]) - mean) * inverse;
      const auto s = static_cast<Scalar>(seed[i * width + j]);
      e[j] = g.empty() ? s : s * static_cast<Scalar>(g[j]);
      y[i * width + j] = g.empty() ? n[j] : n[j] * static_cast<Scalar>(g[j]) + static_cast<Scalar>(b[j]);
      level += e[j] / count;
      along += e[j] * n[j] / count;
      sum_g[j] += s * n[j];
      sum_b[j] += s;
    }
    for (std::size_t j = 0; j < width; ++j) d_x[i * width + j] = inverse * (e[j] - level - n[j] * along);
  }
  std::copy_n(sum_g.begin(), d_g.size(), d_g.begin());
  std::copy_n(sum_b.begin(), d_b.size(), d_b.begin());
  Result<Scalar> r{View2<Scalar>("y", rows, width), View2<Scalar>("d_x", rows, width), zeros_like(w)};
  test::assign(r.y, y);
  test::assign(r.d_x, d_x);
  test::assign(r.d_w.scale, d_g);
  test::assign(r.d_w.offset, d_b);
  return r;
}

struct Extents {
  Index rows, width;
};
const std::vector<Extents> shapes{{1, 1}, {0, 4}, {3, 0}, {2, 2}, {5, 9}, {7, 64}, {300, 65}};

}  // namespace

TEST_CASE("layer norm: output and gradients are those of plain loops", "[layers]") {
  for (const auto& [rows, width] : shapes)
    for (const bool affine : {true, false}) {
      INFO(rows << " x " << width);
      const auto w = weights<double>(width, affine);
      const auto x = random_array<View2<double>>(1, 2.0, rows, width),
                 d_y = random_array<View2<double>>(2, 1.0, rows, width);
      const auto kernel = computed(w, x, d_y), truth = reference(w, x, d_y);
      CHECK(test::largest_difference(values(kernel.y), values(truth.y)) < 1e-14);
      CHECK(test::largest_difference(values(kernel.d_x), values(truth.d_x)) < 1e-13);
      CHECK(test::largest_difference(flatten(kernel.d_w), flatten(truth.d_w)) < 1e-13);
    }
}

TEST_CASE("layer norm: float errs at most twice as much as plain loops in float", "[layers]") {
  for (const auto& [rows, width] : shapes) {
    INFO(rows << " x " << width);
    const auto w = weights<float>(width);
    auto exact = layer_norm::make<double>(width);
    unflatten(flatten(w), exact);
    const auto x = random_array<View2<float>>(1, 2.0, rows, width),
               d_y = random_array<View2<float>>(2, 1.0, rows, width);
    const auto truth =
        reference(exact, test::converted<View2<double>>(x), test::converted<View2<double>>(d_y));
    const auto yardstick = reference(w, x, d_y), kernel = computed(w, x, d_y);
    CHECK(test::errs_at_most_twice(kernel.y, yardstick.y, truth.y));
    CHECK(test::errs_at_most_twice(kernel.d_x, yardstick.d_x, truth.d_x));
    CHECK(test::errs_at_most_twice(kernel.d_w.scale, yardstick.d_w.scale, truth.d_w.scale));
    CHECK(test::errs_at_most_twice(kernel.d_w.offset, yardstick.d_w.offset, truth.d_w.offset));
  }
}

TEST_CASE("layer norm: backward is the gradient of forward", "[layers]") {
  for (const Index width : {1, 2, 11}) {
    const auto w = weights<double>(width);
    const auto x = random_array<View2<double>>(1, 1.0, 6, width),
               d_y = random_array<View2<double>>(2, 1.0, 6, width);
    test::check_weights_gradient(w, [&](const auto& at, auto& gradient) {
      const auto r = computed(at, x, d_y);
      unflatten(flatten(r.d_w), gradient);
      return test::inner_product(r.y, d_y);
    });
    test::check_gradient({test::variable("x", x, computed(w, x, d_y).d_x)},
                         [&] { return test::inner_product(computed(w, x, d_y).y, d_y); });
  }
}

TEST_CASE("layer norm: outputs and gradients may take the place of what they come from", "[layers]") {
  const auto w = weights<double>(9);
  const auto x = random_array<View2<double>>(1, 2.0, 5, 9), d_y = random_array<View2<double>>(2, 1.0, 5, 9);
  const auto expected = computed(w, x, d_y);
  const auto moments = layer_norm::make_moments<double>(5);
  const auto y = test::converted<View2<double>>(x);
  layer_norm::forward(w, y, y, moments);
  CHECK(values(y) == values(expected.y));
  const auto of_input = test::converted<View2<double>>(x), of_output = test::converted<View2<double>>(d_y);
  const auto once = zeros_like(w), again = zeros_like(w);
  layer_norm::backward(w, {x, moments}, of_output, of_output, once);
  layer_norm::backward(w, {of_input, moments}, d_y, of_input, again);
  CHECK(values(of_output) == values(expected.d_x));
  CHECK(values(of_input) == values(expected.d_x));
  CHECK(flatten(once) == flatten(expected.d_w));
  CHECK(flatten(again) == flatten(expected.d_w));
}

TEST_CASE("layer norm: rows have mean 0 and variance 1 but for epsilon, whatever is added to them",
          "[layers]") {
  const auto x = random_array<View2<double>>(1, 2.0, 4, 50),
             shifted = random_array<View2<double>>(1, 2.0, 4, 50);
  auto numbers = values(x);
  for (auto& entry : numbers) entry += 100;
  test::assign(shifted, numbers);
  const auto y = values(computed<double>({}, x, x).y);
  CHECK(test::largest_difference(values(computed<double>({}, shifted, x).y), y) < 1e-12);
  for (std::size_t i = 0; i < 4; ++i) {
    double mean = 0, square = 0;
    for (std::size_t j = 0; j < 50; ++j) {
      mean += y[i * 50 + j] / 50;
      square += y[i * 50 + j] * y[i * 50 + j] / 50;
    }
    CHECK(std::abs(mean) < 1e-15);
    CHECK(std::abs(square - 1) < 2e-5);
  }
}

TEST_CASE("layer norm: a constant row gives its offset exactly, in float too", "[layers]") {
  const auto w = weights<float>(37);
  const View2<float> x("x", 3, 37), d_y = random_array<View2<float>>(2, 1.0, 3, 37);
  Kokkos::deep_copy(x, 1234.567F);
  const auto r = computed(w, x, d_y);
  const auto y = values(r.y), offset = values(w.offset);
  for (std::size_t n = 0; n < y.size(); ++n) CHECK(y[n] == offset[n % 37]);
  CHECK(test::largest(values(r.d_w.scale)) == 0);
  for (const double d : values(r.d_x)) CHECK(std::isfinite(d));
}

TEST_CASE("layer norm: the gradient of a row sums to zero", "[layers]") {
  const auto x = random_array<View2<double>>(1, 2.0, 5, 23), d_y = random_array<View2<double>>(2, 1.0, 5, 23);
  const auto d_x = values(computed(weights<double>(23), x, d_y).d_x);
  for (std::size_t i = 0; i < 5; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < 23; ++j) sum += d_x[i * 23 + j];
    CHECK(std::abs(sum) < 1e-13);
  }
}
