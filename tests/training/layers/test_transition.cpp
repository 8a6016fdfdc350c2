// tests/training/layers/test_transition.cpp
#include "training/layers/transition.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/accuracy.hpp"
#include "tests/support/peak_bytes.hpp"
#include "tests/support/weights_gradient.hpp"
#include "training/initialise.hpp"

using namespace attune;
using namespace attune::training;
namespace transition = layers::transition;
using test::random_array;
using test::values;
using transition::Function;

namespace {

template <class Scalar>
transition::Weights<Scalar> weights(Function function, const transition::Widths& widths) {
  auto w = transition::make<Scalar>(function, widths);
  initialise_normal(w, 0.7, Random{7, 1});
  return w;
}

template <class Scalar> Scalar between(Function function, Scalar up, Scalar gate) {
  if (function == Function::relu) return std::max(up, Scalar(0));
  if (function == Function::gelu) return up * (1 + std::erf(up / std::sqrt(Scalar(2)))) / 2;
  return up * gate / (1 + std::exp(-gate));
}

// y by plain loops.
template <class Scalar>
std::vector<double> reference(const transition::Weights<Scalar>& w, const View2<Scalar>& x) {
  const auto affine = [](const auto& layer, const std::vector<Scalar>& row) {
    const auto W = values(layer.weight), b = values(layer.bias);
    std::vector<Scalar> result(b.begin(), b.end());
    for (std::size_t j = 0; j < result.size(); ++j)
      for (std::size_t k = 0; k < row.size(); ++k)
        result[j] += row[k] * static_cast<Scalar>(W[k * result.size() + j]);
    return result;
  };
  const auto all = values(x);
  std::vector<double> y;
  for (std::size_t i = 0; i < x.extent(0); ++i) {
    const std::vector<Scalar> row(all.begin() + i * x.extent(1), all.begin() + (i + 1) * x.extent(1));
    auto up = affine(w.up, row);
    const auto gate = w.function == Function::swiglu ? affine(w.gate, row) : up;
    for (std::size_t j = 0; j < up.size(); ++j) up[j] = between(w.function, up[j], gate[j]);
    const auto result = affine(w.down, up);
    y.insert(y.end(), result.begin(), result.end());
  }
  return y;
}

const std::vector<Function> functions{Function::relu, Function::gelu, Function::swiglu};

}  // namespace

TEST_CASE("transition: the output is that of plain loops", "[layers]") {
  for (const auto function : functions)
    for (const Index rows : {0, 1, 70}) {
      const auto w = weights<float>(function, {5, 33, 3});
      auto exact = transition::make<double>(function, {5, 33, 3});
      unflatten(flatten(w), exact);
      const auto x = random_array<View2<float>>(1, 1.0, rows, 5);
      const auto wide = test::converted<View2<double>>(x);
      const View2<double> y("y", rows, 3);
      const View2<float> single("y", rows, 3);
      transition::forward(exact, wide, y);
      transition::forward(w, x, single);
      const auto truth = reference(exact, wide);
      CHECK(test::largest_difference(values(y), truth) < 1e-13);
      CHECK(test::largest_difference(values(single), truth) <=
            2 * test::largest_difference(reference(w, x), truth) + 4 * 1.2e-7 * (1 + test::largest(truth)));
    }
}

TEST_CASE("transition: backward is the gradient of forward", "[layers]") {
  for (const auto function : functions) {
    const auto w = weights<double>(function, {4, 7, 3});
    const auto x = random_array<View2<double>>(1, 1.0, 5, 4), d_y = random_array<View2<double>>(2, 1.0, 5, 3);
    const View2<double> y("y", 5, 3), d_x("d_x", 5, 4);
    const auto objective = [&](const auto& at, const auto& gradient) {
      const auto saved = transition::forward(at, x, y);
      transition::backward(at, {x, saved}, d_y, d_x, gradient);
      return test::inner_product(y, d_y);
    };
    test::check_weights_gradient(w, objective);
    objective(w, zeros_like(w));
    const auto kept = test::converted<View2<double>>(d_x);
    test::check_gradient({test::variable("x", x, kept)}, [&] { return objective(w, zeros_like(w)); });
    auto without = zeros_like(w);
    transition::backward(w, {x, transition::forward(w, x, y)}, d_y, {}, without);
    CHECK(test::largest(flatten(without)) > 0);
  }
}

TEST_CASE("transition lists its tensors, a gate only where it has one", "[layers]") {
  CHECK(slices(weights<float>(Function::gelu, {4, 7, 3})).size() == 4);
  const auto gated = slices(weights<float>(Function::swiglu, {4, 7, 3}));
  REQUIRE(gated.size() == 6);
  CHECK(gated[2].name == "gate.weight");
  CHECK(gated[4].shape == Shape{7, 3});
  CHECK(count(weights<float>(Function::swiglu, {4, 7, 3})) == 2 * (4 * 7 + 7) + 7 * 3 + 3);
}

TEST_CASE("transition keeps the arguments of its function for backward, and no more", "[layers]") {
  constexpr Index rows = 1000, hidden = 64;
  const auto w = weights<float>(Function::swiglu, {8, hidden, 8});
  const View2<float> x("x", rows, 8), y("y", rows, 8);
  const auto bytes = test::peak_bytes([&] { transition::forward(w, x, y); });
  CHECK(bytes >= 3 * rows * hidden * 4);
  CHECK(bytes < 3 * rows * hidden * 4 + 1000);
}

TEST_CASE("transition: a row's output does not depend on the rows beside it, bit for bit", "[layers]") {
  for (const auto function : functions) {
    const auto w = weights<float>(function, {13, 70, 9});
    const auto x = random_array<View2<float>>(1, 1.0, 150, 13);
    const View2<float> all("all", 150, 9);
    transition::forward(w, x, all);
    for (const Index rows : {1, 30, 77}) {
      const View2<float> part("part", rows, 9);
      transition::forward(w, Kokkos::subview(x, std::pair<Index, Index>(50, 50 + rows), Kokkos::ALL), part);
      const auto whole = values(all);
      CHECK(values(part) == std::vector<double>(whole.begin() + 50 * 9, whole.begin() + (50 + rows) * 9));
    }
  }
}
