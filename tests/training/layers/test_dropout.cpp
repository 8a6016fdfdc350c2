// tests/training/layers/test_dropout.cpp
#include "training/layers/dropout.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/gradient.hpp"

using namespace attune;
using namespace attune::training;
namespace dropout = layers::dropout;
using dropout::Dropout;
using dropout::Phase;
using dropout::Shared;
using test::random_array;
using test::values;

namespace {

Dropout quarter(Shared shared = Shared::none) { return {0.25, Random{1, 2}, 3, Phase::training, shared}; }

View3<double> ones(Index n0, Index n1, Index n2) {
  const View3<double> x("ones", n0, n1, n2);
  Kokkos::deep_copy(x, 1.0);
  return x;
}

std::vector<double> mask(const Dropout& choice, Index n0, Index n1, Index n2) {
  const auto x = ones(n0, n1, n2), y = ones(n0, n1, n2);
  dropout::forward(choice, x, y);
  return values(y);
}

}  // namespace

TEST_CASE("dropout keeps each entry with probability 1 - rate, scaled so that the mean stays", "[layers]") {
  constexpr double entries = 40 * 50 * 20;
  double mean = 0;
  for (const double entry : mask(quarter(), 40, 50, 20)) {
    CHECK((entry == 0 || entry == 1 / 0.75));
    mean += entry / entries;
  }
  CHECK(std::abs(mean - 1) < 4 * std::sqrt(0.25 / 0.75 / entries));
}

TEST_CASE("dropout: the mask is the one its equation names", "[layers]") {
  const auto drawn = mask(quarter(), 3, 4, 5);
  for (std::size_t n = 0; n < drawn.size(); ++n)
    CHECK(drawn[n] == (Random{1, 2}.uniform(n, 3) >= 0.25 ? 1 / 0.75 : 0));
}

TEST_CASE("dropout: a shared mask is the same all along its axis and drawn afresh across it", "[layers]") {
  constexpr Index n0 = 6, n1 = 7, n2 = 8;
  const auto same_as_first = [](const std::vector<double>& m, Shared shared) {
    for (Index i = 0; i < n0; ++i)
      for (Index j = 0; j < n1; ++j)
        for (Index k = 0; k < n2; ++k) {
          const Index a = shared == Shared::first_axis ? 0 : i, b = shared == Shared::second_axis ? 0 : j,
                      c = shared == Shared::third_axis ? 0 : k;
          if (m[(i * n1 + j) * n2 + k] != m[(a * n1 + b) * n2 + c]) return false;
        }
    return true;
  };
  for (const auto shared : {Shared::first_axis, Shared::second_axis, Shared::third_axis}) {
    CHECK(same_as_first(mask(quarter(shared), n0, n1, n2), shared));
    CHECK_FALSE(same_as_first(mask(quarter(), n0, n1, n2), shared));
  }
}

TEST_CASE("dropout: a rank's part of an array has the mask of the whole", "[layers]") {
  for (const auto shared : {Shared::none, Shared::first_axis, Shared::second_axis, Shared::third_axis}) {
    const auto whole = mask(quarter(shared), 7, 3, 4);
    auto late = quarter(shared);
    late.first = 5;
    CHECK(mask(late, 2, 3, 4) == std::vector<double>(whole.begin() + 5 * 12, whole.end()));
  }
}

TEST_CASE("dropout: another step, stream or seed is another mask", "[layers]") {
  auto step = quarter(), stream = quarter(), seed = quarter();
  step.step = 4;
  stream.random.stream = 5;
  seed.random.seed = 6;
  const auto first = mask(quarter(), 4, 5, 6);
  CHECK(first == mask(quarter(), 4, 5, 6));
  for (const auto& other : {step, stream, seed}) CHECK(first != mask(other, 4, 5, 6));
}

TEST_CASE("dropout: evaluation and rate 0 are the identity, bit for bit", "[layers]") {
  const auto x = random_array<View2<float>>(1, 1.0, 5, 7);
  auto evaluation = quarter(), none = quarter();
  evaluation.phase = Phase::evaluation;
  none.rate = 0;
  for (const auto& choice : {evaluation, none}) {
    const View2<float> y("y", 5, 7);
    dropout::forward(choice, x, y);
    CHECK(values(y) == values(x));
    dropout::backward(choice, x, x);
    CHECK(values(x) == values(y));
  }
}

TEST_CASE("dropout: backward is the gradient of forward, also where it stands", "[layers]") {
  for (const auto shared : {Shared::none, Shared::first_axis, Shared::second_axis, Shared::third_axis}) {
    const auto x = random_array<View3<double>>(1, 1.0, 4, 3, 5),
               d_y = random_array<View3<double>>(2, 1.0, 4, 3, 5);
    const View3<double> y("y", 4, 3, 5), d_x("d_x", 4, 3, 5);
    dropout::backward(quarter(shared), d_y, d_x);
    test::check_gradient({test::variable("x", x, d_x)}, [&] {
      dropout::forward(quarter(shared), x, y);
      return test::inner_product(y, d_y);
    });
    dropout::backward(quarter(shared), d_y, d_y);
    CHECK(values(d_y) == values(d_x));
  }
}

TEST_CASE("dropout: rows of (rows, width) are the first axis", "[layers]") {
  const View2<double> x("x", 6, 9), y("y", 6, 9);
  Kokkos::deep_copy(x, 1.0);
  dropout::forward(quarter(Shared::first_axis), x, y);
  CHECK(values(y) == mask(quarter(Shared::first_axis), 6, 1, 9));
}

TEST_CASE("dropout: a rate of one or below zero is a broken promise; nothing is dropped of nothing",
          "[layers]") {
  const View2<double> nothing("nothing", 0, 5);
  CHECK_NOTHROW(dropout::forward(quarter(), nothing, nothing));
  for (const double rate : {1.0, -0.1, std::nan("")})
    CHECK_THROWS_AS(dropout::forward({rate, {}}, nothing, nothing), BrokenPromise);
}
