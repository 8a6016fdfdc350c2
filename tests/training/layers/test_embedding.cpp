// tests/training/layers/test_embedding.cpp
#include "training/layers/embedding.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/accuracy.hpp"
#include "tests/support/weights_gradient.hpp"
#include "training/initialise.hpp"

using namespace attune;
using namespace attune::training;
namespace embedding = layers::embedding;
using test::random_array;
using test::values;

namespace {

template <class Scalar> embedding::Weights<Scalar> weights(Index entries, Index width) {
  auto w = embedding::make<Scalar>(entries, width);
  initialise(w, Random{7, 1});
  return w;
}

// n indices below `entries`, a few of them -1, many of them 0.
std::vector<int> indices(Index n, Index entries) {
  std::vector<int> all;
  for (Index i = 0; i < n; ++i) {
    const double u = Random{5, 5}.uniform(i);
    all.push_back(u < 0.1 || entries == 0 ? -1
                  : u < 0.4               ? 0
                                          : static_cast<int>(u * static_cast<double>(entries)));
  }
  return all;
}

template <class Scalar>
std::vector<double> gradient_by_loops(const std::vector<int>& c, const View2<Scalar>& d_y, Index entries) {
  const auto seed = values(d_y);
  const std::size_t width = d_y.extent(1);
  std::vector<Scalar> sum(static_cast<std::size_t>(entries) * width, 0);
  for (std::size_t i = 0; i < c.size(); ++i)
    for (std::size_t d = 0; d < width && c[i] >= 0; ++d)
      sum[c[i] * width + d] += static_cast<Scalar>(seed[i * width + d]);
  return {sum.begin(), sum.end()};
}

struct Extents {
  Index n, entries, width;
};
const std::vector<Extents> shapes{{1, 1, 1}, {0, 3, 2},    {5, 0, 4},    {4, 3, 0},
                                  {9, 5, 3}, {300, 7, 65}, {2000, 3, 2}, {1, 100, 64}};

}  // namespace

TEST_CASE("embedding: rows of the table are copied, -1 gives zeros", "[layers]") {
  for (const auto& [n, entries, width] : shapes) {
    const auto w = weights<double>(entries, width);
    const auto c = indices(n, entries);
    const View2<double> y("y", n, width);
    embedding::forward(w, to_device("c", c), y);
    const auto table = values(w.table), rows = values(y);
    for (std::size_t i = 0; i < c.size(); ++i)
      for (Index d = 0; d < width; ++d)
        CHECK(rows[i * width + d] == (c[i] < 0 ? 0 : table[c[i] * width + d]));
  }
}

TEST_CASE("embedding: the gradient of a row is the sum over its occurrences", "[layers]") {
  for (const auto& [n, entries, width] : shapes) {
    INFO(n << " " << entries << " " << width);
    const auto c = indices(n, entries);
    const auto single = random_array<View2<float>>(1, 1.0, n, width);
    const auto d_y = test::converted<View2<double>>(single);
    const auto d_w = embedding::make<double>(entries, width);
    const auto d_single = embedding::make<float>(entries, width);
    embedding::backward(to_device("c", c), d_y, d_w);
    embedding::backward(to_device("c", c), single, d_single);
    const auto truth = gradient_by_loops(c, d_y, entries);
    CHECK(test::largest_difference(values(d_w.table), truth) < 1e-12);
    const double floor = 4 * 1.2e-7 * (1 + test::largest(truth));
    CHECK(test::largest_difference(values(d_single.table), truth) <=
          2 * test::largest_difference(gradient_by_loops(c, single, entries), truth) + floor);
  }
}

TEST_CASE("embedding: backward is the gradient of forward, and adds to what is there", "[layers]") {
  const auto c = to_device("c", std::vector<int>{2, 0, 2, -1, 2, 1});
  const auto d_y = random_array<View2<double>>(1, 1.0, 6, 3);
  const View2<double> y("y", 6, 3);
  test::check_weights_gradient(weights<double>(4, 3), [&](const auto& w, const auto& d_w) {
    embedding::forward(w, c, y);
    embedding::backward(c, d_y, d_w);
    return test::inner_product(y, d_y);
  });
  const auto once = embedding::make<double>(4, 3), twice = embedding::make<double>(4, 3);
  embedding::backward(c, d_y, once);
  embedding::backward(c, d_y, twice);
  embedding::backward(c, d_y, twice);
  auto doubled = values(once.table);
  for (auto& entry : doubled) entry *= 2;
  CHECK(values(twice.table) == doubled);
}

TEST_CASE("embedding: an index out of range is a broken promise", "[layers]") {
  const auto w = weights<double>(4, 3);
  const View2<double> y("y", 1, 3);
  for (const int bad : {-2, 4}) {
    const auto c = to_device("c", std::vector<int>{bad});
    CHECK_THROWS_AS(embedding::forward(w, c, y), BrokenPromise);
    CHECK_THROWS_AS(embedding::backward(c, y, w), BrokenPromise);
  }
}
