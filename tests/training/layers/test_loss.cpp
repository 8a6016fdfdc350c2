// tests/training/layers/test_loss.cpp
#include "training/layers/loss.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include "tests/support/accuracy.hpp"
#include "tests/support/gradient.hpp"

using namespace attune;
using namespace attune::training;
using layers::BinaryCrossEntropy;
using layers::SmoothL1;
using layers::SquaredError;
using test::random_array;
using test::values;
namespace loss = layers::loss;

namespace {

double reference(SquaredError, double x, double t) { return std::pow(x - t, 2); }
double reference(SmoothL1 f, double x, double t) {
  return std::abs(x - t) < f.beta ? std::pow(x - t, 2) / f.beta / 2 : std::abs(x - t) - f.beta / 2;
}
double reference(BinaryCrossEntropy, double x, double t) {
  const double sigma = 1 / (1 + std::exp(-x));
  return -t * std::log(sigma) - (1 - t) * std::log(1 - sigma);
}

template <class Scalar> struct Arrays {
  View2<Scalar> x, t, w;
  loss::Inputs<Scalar> in() const { return {x, t, w}; }
};

Arrays<double> arrays(std::size_t rows, std::size_t width) {
  const Arrays<double> a{random_array<View2<double>>(1, 2.0, rows, width),
                         random_array<View2<double>>(2, 1.0, rows, width),
                         random_array<View2<double>>(3, 1.0, rows, width)};
  auto t = values(a.t);
  for (auto& entry : t) entry = 0.5 + 0.5 * std::tanh(entry);
  test::assign(a.t, t);
  return a;
}

const Communicator alone = Communicator::alone();

}  // namespace

TEMPLATE_TEST_CASE("losses are those of the textbook, weighted and scaled", "[layers]", SquaredError,
                   SmoothL1, BinaryCrossEntropy) {
  for (const auto& [rows, width] : {std::pair{1, 1}, {0, 4}, {4, 0}, {7, 9}, {3, 130}}) {
    const auto a = arrays(rows, width);
    const auto x = values(a.x), t = values(a.t), w = values(a.w);
    double weighted = 0, plain = 0;
    for (std::size_t n = 0; n < x.size(); ++n) {
      weighted += 0.3 * w[n] * reference(TestType{}, x[n], t[n]);
      plain += reference(TestType{}, x[n], t[n]);
    }
    CHECK(std::abs(loss::value(TestType{}, a.in(), 0.3, alone) - weighted) <
          1e-13 * (1 + std::abs(weighted)));
    CHECK(std::abs(loss::value(TestType{}, loss::Inputs<double>{a.x, a.t}, 1, alone) - plain) <
          1e-13 * (1 + plain));
  }
}

TEMPLATE_TEST_CASE("losses: the gradient is that of the value", "[layers]", SquaredError, SmoothL1,
                   BinaryCrossEntropy) {
  for (const bool weighted : {true, false}) {
    const auto a = arrays(5, 7);
    const auto in = weighted ? a.in() : loss::Inputs<double>{a.x, a.t};
    const View2<double> d_x("d_x", 5, 7);
    loss::gradient(TestType{}, in, 0.3, d_x);
    test::check_gradient({test::variable("x", a.x, d_x)},
                         [&] { return loss::value(TestType{}, in, 0.3, alone); });
  }
}

TEMPLATE_TEST_CASE("losses: the gradient in float is that in double but for rounding", "[layers]",
                   SquaredError, SmoothL1, BinaryCrossEntropy) {
  const auto a = arrays(9, 70);
  const Arrays<float> single{test::converted<View2<float>>(a.x), test::converted<View2<float>>(a.t),
                             test::converted<View2<float>>(a.w)};
  const Arrays<double> exact{test::converted<View2<double>>(single.x),
                             test::converted<View2<double>>(single.t),
                             test::converted<View2<double>>(single.w)};
  const View2<float> d_single("d_x", 9, 70);
  const View2<double> d_x("d_x", 9, 70);
  loss::gradient(TestType{}, single.in(), 1, d_single);
  loss::gradient(TestType{}, exact.in(), 1, d_x);
  CHECK(test::largest_difference(values(d_single), values(d_x)) <
        4 * 1.2e-7 * (1 + test::largest(values(d_x))));
  CHECK(std::abs(loss::value(TestType{}, single.in(), 1, alone) -
                 loss::value(TestType{}, exact.in(), 1, alone)) < 1e-12);
}

TEST_CASE("losses: an entry of weight zero takes no part, even if it is not a number", "[layers]") {
  const auto a = arrays(1, 3);
  test::assign(a.w, {1, 0, 1});
  const double before = loss::value(SquaredError{}, a.in(), 1, alone);
  auto x = values(a.x);
  x[1] = NAN;
  test::assign(a.x, x);
  const View2<double> d_x("d_x", 1, 3);
  loss::gradient(SquaredError{}, a.in(), 1, d_x);
  CHECK(loss::value(SquaredError{}, a.in(), 1, alone) == before);
  CHECK(values(d_x)[1] == 0);
}

TEST_CASE("losses: logits far out and smooth L1 without a knee", "[layers]") {
  const BinaryCrossEntropy cross;
  CHECK(cross.value(800.0, 1.0) == 0);
  CHECK(cross.value(-800.0, 1.0) == 800);
  CHECK(cross.value(800.0, 0.0) == 800);
  CHECK(std::abs(cross.value(-40.0, 0.0) / std::exp(-40.0) - 1) < 1e-13);
  const SmoothL1 sharp{0};
  CHECK((sharp.value(3.0, 1.0) == 2 && sharp.slope(1.0, 3.0) == -1 && sharp.slope(1.0, 1.0) == 0));
}

TEST_CASE("losses: arrays that do not fit are a broken promise", "[layers]") {
  const auto a = arrays(2, 3), b = arrays(3, 2);
  CHECK_THROWS_AS(loss::value(SquaredError{}, loss::Inputs<double>{a.x, b.x}, 1, alone), BrokenPromise);
  CHECK_THROWS_AS(loss::gradient(SquaredError{}, a.in(), 1, b.x), BrokenPromise);
}
