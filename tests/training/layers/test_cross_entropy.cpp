// tests/training/layers/test_cross_entropy.cpp
#include "training/layers/cross_entropy.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/accuracy.hpp"
#include "tests/support/gradient.hpp"

using namespace attune;
using namespace attune::training;
using test::random_array;
using test::values;
namespace cross_entropy = layers::cross_entropy;

namespace {

template <class Scalar> cross_entropy::Inputs<Scalar> inputs(const View2<Scalar>& x, bool weighted = true) {
  std::vector<int> target;
  for (std::size_t i = 0; i < x.extent(0); ++i)
    target.push_back(i % 4 == 3 ? -1 : static_cast<int>(7 * i % x.extent(1)));
  cross_entropy::Inputs<Scalar> in{x, to_device("target", target)};
  if (weighted) in.weight = random_array<View1<Scalar>>(3, 1.0, x.extent(0));
  return in;
}

struct Result {
  double value = 0;
  std::vector<double> d_x;
};

// By the textbook, -log of a softmax.
template <class Scalar> Result reference(const cross_entropy::Inputs<Scalar>& in, double scale) {
  const auto x = values(in.logits), w = values(in.weight);
  const auto t = to_host(in.target);
  const std::size_t classes = in.logits.extent(1);
  Result r{0, std::vector<double>(x.size(), 0)};
  for (std::size_t i = 0; i < t.size(); ++i) {
    if (t[i] < 0) continue;
    const Scalar weight = static_cast<Scalar>(scale) * (w.empty() ? Scalar(1) : static_cast<Scalar>(w[i]));
    Scalar sum = 0;
    for (std::size_t j = 0; j < classes; ++j) sum += std::exp(static_cast<Scalar>(x[i * classes + j]));
    for (std::size_t j = 0; j < classes; ++j) {
      const Scalar p = std::exp(static_cast<Scalar>(x[i * classes + j])) / sum;
      r.d_x[i * classes + j] = weight * (p - (static_cast<int>(j) == t[i] ? 1 : 0));
      if (static_cast<int>(j) == t[i]) r.value -= double(weight) * std::log(double(p));
    }
  }
  return r;
}

const Communicator alone = Communicator::alone();
struct Extents {
  Index rows, classes;
};
const std::vector<Extents> shapes{{1, 1}, {0, 3}, {5, 1}, {6, 2}, {9, 13}, {70, 65}};

}  // namespace

TEST_CASE("cross entropy: value and gradient are those of the textbook", "[layers]") {
  for (const auto& [rows, classes] : shapes)
    for (const bool weighted : {true, false}) {
      INFO(rows << " x " << classes);
      const auto in = inputs(random_array<View2<double>>(1, 2.0, rows, classes), weighted);
      const auto truth = reference(in, 0.3);
      const View2<double> d_x("d_x", rows, classes);
      cross_entropy::gradient(in, 0.3, d_x);
      CHECK(std::abs(cross_entropy::value(in, 0.3, alone) - truth.value) <
            1e-13 * (1 + std::abs(truth.value)));
      CHECK(test::largest_difference(values(d_x), truth.d_x) < 1e-14);
    }
}

TEST_CASE("cross entropy: the gradient in float errs at most twice as much as plain loops in float",
          "[layers]") {
  for (const auto& [rows, classes] : shapes) {
    const auto single = inputs(random_array<View2<float>>(1, 2.0, rows, classes));
    const cross_entropy::Inputs<double> exact{test::converted<View2<double>>(single.logits), single.target,
                                              test::converted<View1<double>>(single.weight)};
    const View2<float> d_x("d_x", rows, classes);
    cross_entropy::gradient(single, 0.3, d_x);
    const auto truth = reference(exact, 0.3).d_x;
    CHECK(test::largest_difference(values(d_x), truth) <=
          2 * test::largest_difference(reference(single, 0.3).d_x, truth) + 4 * 1.2e-7);
  }
}

TEST_CASE("cross entropy: the gradient is that of the value", "[layers]") {
  for (const auto& [rows, classes] : shapes) {
    const auto x = random_array<View2<double>>(1, 2.0, rows, classes);
    const auto in = inputs(x);
    const View2<double> d_x("d_x", rows, classes);
    cross_entropy::gradient(in, 0.3, d_x);
    test::check_gradient({test::variable("x", x, d_x)}, [&] { return cross_entropy::value(in, 0.3, alone); });
  }
}

TEST_CASE("cross entropy with one class is zero, and so is its gradient", "[layers]") {
  const auto in = inputs(random_array<View2<float>>(1, 50.0, 6, 1));
  const View2<float> d_x("d_x", 6, 1);
  Kokkos::deep_copy(d_x, 1.0F);
  cross_entropy::gradient(in, 1, d_x);
  CHECK(cross_entropy::value(in, 1, alone) == 0);
  CHECK(test::largest(values(d_x)) == 0);
}

TEST_CASE("cross entropy: a constant added to a row changes nothing, however large", "[layers]") {
  const auto x = random_array<View2<double>>(1, 2.0, 8, 5),
             shifted = random_array<View2<double>>(1, 2.0, 8, 5);
  auto numbers = values(x);
  for (auto& entry : numbers) entry += 5000;
  test::assign(shifted, numbers);
  CHECK(std::abs(cross_entropy::value(inputs(x), 1, alone) -
                 cross_entropy::value(inputs(shifted), 1, alone)) < 1e-10);
}

TEST_CASE("cross entropy: equal logits cost the logarithm of the number of classes a row", "[layers]") {
  const auto in = inputs(View2<double>("x", 8, 20), false);
  CHECK(std::abs(cross_entropy::value(in, 1.0 / 6, alone) - std::log(20.0)) < 1e-15);
  const auto rows = values(cross_entropy::row_values(in));
  CHECK((rows[3] == 0 && std::abs(rows[4] - std::log(20.0)) < 1e-15));
}

TEST_CASE("cross entropy: rows that take no part may hold anything; targets out of range are refused",
          "[layers]") {
  const auto x = random_array<View2<double>>(1, 2.0, 4, 3);
  const auto in = inputs(x);
  const double before = cross_entropy::value(in, 1, alone);
  auto numbers = values(x);
  numbers[3 * 3 + 1] = NAN;
  test::assign(x, numbers);
  CHECK(cross_entropy::value(in, 1, alone) == before);
  for (const int bad : {-2, 3}) {
    auto wrong = in;
    wrong.target = to_device("target", std::vector<int>{0, bad, 0, 0});
    CHECK_THROWS_AS(cross_entropy::value(wrong, 1, alone), BrokenPromise);
    CHECK_THROWS_AS(cross_entropy::gradient(wrong, 1, x), BrokenPromise);
  }
}
