// tests/training/layers/test_convolution.cpp
#include "training/layers/convolution.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/accuracy.hpp"
#include "tests/support/peak_bytes.hpp"
#include "tests/support/weights_gradient.hpp"
#include "training/initialise.hpp"

using namespace attune;
using namespace attune::training;
namespace convolution = layers::convolution;
using convolution::Edge;
using convolution::Grid;
using test::random_array;
using test::values;

namespace {

struct Case {
  Grid grid;
  Index in, out;
};

std::vector<Case> cases() {
  constexpr auto zero = Edge::zero, circular = Edge::circular;
  return {{{1, {1, 1, 1}, {1, 1, 1}, {zero, zero, zero}}, 1, 1},
          {{2, {1, 1, 7}, {1, 1, 3}, {zero, zero, zero}}, 2, 3},
          {{2, {1, 1, 7}, {1, 1, 5}, {zero, zero, circular}}, 3, 1},
          {{1, {1, 1, 2}, {1, 1, 7}, {zero, zero, circular}}, 1, 2},  // wider than the grid
          {{3, {1, 4, 5}, {1, 3, 3}, {zero, circular, zero}}, 2, 2},
          {{1, {3, 4, 2}, {3, 1, 5}, {circular, zero, circular}}, 2, 3},
          {{0, {1, 4, 5}, {1, 3, 3}, {zero, zero, zero}}, 2, 2},
          {{2, {1, 70, 65}, {1, 3, 3}, {zero, circular, circular}},
           1,
           2}};  // more cells than are gathered at a time
}

// Adds a product to y, d_x and d_w for every cell i, offset o and pair of channels.
template <class Scalar> struct Loops { std::vector<Scalar> y, d_x, d_w; };
template <class Scalar, class Weights>
Loops<Scalar> by_loops(const Case& c, const Weights& w, const View2<Scalar>& x, const View2<Scalar>& d_y) {
  const auto& g = c.grid;
  const auto W = values(w.weight), b = values(w.bias), at = values(x), seed = values(d_y);
  Loops<Scalar> r{std::vector<Scalar>(d_y.size()), std::vector<Scalar>(x.size()),
                  std::vector<Scalar>(W.size())};
  const Index cells = g.cells[0] * g.cells[1] * g.cells[2];
  for (Index i = 0; i < g.rows(); ++i) {
    for (Index m = 0; m < c.out; ++m) r.y[i * c.out + m] = static_cast<Scalar>(b[m]);
    for (Index o = 0; o < g.offsets(); ++o) {
      Index at_axis[3] = {i / g.cells[2] / g.cells[1] % g.cells[0], i / g.cells[2] % g.cells[1],
                          i % g.cells[2]};
      const Index offset[3] = {o / g.box[2] / g.box[1], o / g.box[2] % g.box[1], o % g.box[2]};
      bool inside = true;
      for (int a = 0; a < 3; ++a) {
        at_axis[a] += offset[a] - g.box[a] / 2;
        while (g.edges[a] == Edge::circular && at_axis[a] < 0) at_axis[a] += g.cells[a];
        while (g.edges[a] == Edge::circular && at_axis[a] >= g.cells[a]) at_axis[a] -= g.cells[a];
        inside = inside && at_axis[a] >= 0 && at_axis[a] < g.cells[a];
      }
      if (!inside) continue;
      const Index j = i / cells * cells + (at_axis[0] * g.cells[1] + at_axis[1]) * g.cells[2] + at_axis[2];
      for (Index k = 0; k < c.in; ++k)
        for (Index m = 0; m < c.out; ++m) {
          const Index place = (o * c.in + k) * c.out + m;
          const Scalar x_jk = at[j * c.in + k], W_km = W[place], d_im = seed[i * c.out + m];
          r.y[i * c.out + m] += x_jk * W_km;
          r.d_x[j * c.in + k] += d_im * W_km;
          r.d_w[place] += d_im * x_jk;
        }
    }
  }
  return r;
}

template <class Scalar> auto weights(const Case& c) {
  auto w = convolution::make<Scalar>(c.grid, c.in, c.out);
  initialise_normal(w, 0.5, Random{7, 1});
  return w;
}

template <class Scalar> struct Result {
  View2<Scalar> y, d_x;
  convolution::Weights<Scalar> d_w;
};
template <class Scalar>
Result<Scalar> computed(const Case& c, const convolution::Weights<Scalar>& w, const View2<Scalar>& x,
                        const View2<Scalar>& d_y) {
  const Result<Scalar> r{View2<Scalar>("y", d_y.extent(0), d_y.extent(1)),
                         View2<Scalar>("d_x", x.extent(0), x.extent(1)), zeros_like(w)};
  convolution::forward(w, c.grid, x, r.y);
  convolution::backward_weights(c.grid, x, d_y, r.d_w);
  convolution::backward_input(w, c.grid, d_y, r.d_x);
  return r;
}

template <class Scalar> std::vector<double> wide(const std::vector<Scalar>& x) {
  return {x.begin(), x.end()};
}

template <class Scalar> View2<Scalar> input(const Case& c) {
  return random_array<View2<Scalar>>(1, 1.0, c.grid.rows(), c.in);
}
template <class Scalar> View2<Scalar> seed(const Case& c) {
  return random_array<View2<Scalar>>(2, 1.0, c.grid.rows(), c.out);
}

}  // namespace

TEST_CASE("convolution: output and gradients are those of plain loops", "[layers]") {
  for (const auto& c : cases()) {
    const auto w = weights<double>(c);
    const auto r = computed(c, w, input<double>(c), seed<double>(c));
    const auto truth = by_loops(c, w, input<double>(c), seed<double>(c));
    CHECK(test::largest_difference(values(r.y), truth.y) < 1e-13);
    CHECK(test::largest_difference(values(r.d_x), truth.d_x) < 1e-13);
    CHECK(test::largest_difference(values(r.d_w.weight), truth.d_w) < 1e-11);
  }
}

TEST_CASE("convolution: float errs at most twice as much as plain loops in float", "[layers]") {
  for (const auto& c : cases()) {
    const auto w = weights<float>(c);
    auto exact = weights<double>(c);
    unflatten(flatten(w), exact);
    const auto x = input<float>(c), d_y = seed<float>(c);
    const auto truth =
        by_loops(c, exact, test::converted<View2<double>>(x), test::converted<View2<double>>(d_y));
    const auto yardstick = by_loops(c, w, x, d_y);
    const auto r = computed(c, w, x, d_y);
    const auto holds = [](const auto& kernel, const auto& loops, const std::vector<double>& exactly) {
      const double floor = 4 * 1.2e-7 * (1 + test::largest(exactly));
      return test::largest_difference(values(kernel), exactly) <=
             2 * test::largest_difference(wide(loops), exactly) + floor;
    };
    CHECK(holds(r.y, yardstick.y, truth.y));
    CHECK(holds(r.d_x, yardstick.d_x, truth.d_x));
    CHECK(holds(r.d_w.weight, yardstick.d_w, truth.d_w));
  }
}

TEST_CASE("convolution: backward is the gradient of forward", "[layers]") {
  for (const auto& c : cases()) {
    if (c.grid.rows() > 100) continue;
    const auto w = weights<double>(c);
    const auto x = input<double>(c), d_y = seed<double>(c);
    test::check_weights_gradient(w, [&](const auto& at, auto& gradient) {
      const auto r = computed(c, at, x, d_y);
      unflatten(flatten(r.d_w), gradient);
      return test::inner_product(r.y, d_y);
    });
    test::check_gradient({test::variable("x", x, computed(c, w, x, d_y).d_x)},
                         [&] { return test::inner_product(computed(c, w, x, d_y).y, d_y); });
  }
}

TEST_CASE("convolution on a circle commutes with shifts, bit for bit", "[layers]") {
  const Case c{{1, {1, 1, 70}, {1, 1, 5}, {Edge::zero, Edge::zero, Edge::circular}}, 2, 3};
  const auto w = weights<double>(c);
  const auto x = input<double>(c), shifted = input<double>(c);
  auto numbers = values(x);
  std::rotate(numbers.begin(), numbers.begin() + 2 * 13, numbers.end());
  test::assign(shifted, numbers);
  auto y = values(computed(c, w, x, seed<double>(c)).y);
  std::rotate(y.begin(), y.begin() + 3 * 13, y.end());
  CHECK(values(computed(c, w, shifted, seed<double>(c)).y) == y);
}

TEST_CASE("convolution holds the neighbours of 4096 cells at most", "[layers]") {
  const Case c{{1, {1, 128, 128}, {1, 3, 3}, {Edge::zero, Edge::zero, Edge::zero}}, 4, 5};
  const auto w = weights<float>(c);
  const auto x = input<float>(c), y = seed<float>(c);
  const auto bytes = test::peak_bytes([&] { convolution::forward(w, c.grid, x, y); });
  CHECK(bytes >= 4096 * 9 * 4 * 4);
  CHECK(bytes < 4096 * 9 * 4 * 4 + 1000);
}

TEST_CASE("convolution: even boxes and arrays that do not fit are a broken promise", "[layers]") {
  Case c{{1, {1, 1, 4}, {1, 1, 2}, {}}, 1, 1};
  CHECK_THROWS_AS(convolution::forward(weights<double>(c), c.grid, input<double>(c), seed<double>(c)),
                  BrokenPromise);
  c.grid.box[2] = 3;
  const auto w = weights<double>(c);
  c.in = 2;
  CHECK_THROWS_AS(convolution::forward(w, c.grid, input<double>(c), seed<double>(c)), BrokenPromise);
}
