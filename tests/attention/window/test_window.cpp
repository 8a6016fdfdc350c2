// tests/attention/window/test_window.cpp
#include "attention/window/window.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <numeric>

#include "attention/window/reference.hpp"
#include "core/core/blocks.hpp"
#include "core/core/require.hpp"
#include "tests/support/fields.hpp"

using namespace attune;
using namespace attune::attention;
using attune::test::largest_difference;
using attune::test::own_values;
using attune::test::random_field;
using window::Edge;

namespace {

struct Case {
  std::vector<Index> cells;
  std::vector<Triple> offsets;
  Kokkos::Array<Edge, 3> edges;
  Triple halo;
};

// Shapes that break kernels: one cell, one past a block, windows wider than the grid, repeated and one-sided
// offsets.
std::vector<Case> cases() {
  constexpr auto ghost = Edge::ghost, periodic = Edge::periodic, open = Edge::open;
  return {
      {{1}, window::box_offsets(1, 2), {ghost, ghost, periodic}, {0, 0, 0}},
      {{1}, window::box_offsets(1, 1), {ghost, ghost, open}, {0, 0, 0}},
      {{lanes + 1}, window::box_offsets(1, 3), {ghost, ghost, ghost}, {0, 0, 3}},
      {{2 * lanes + 1}, window::star_offsets(1, 2), {ghost, ghost, open}, {0, 0, 0}},
      {{5}, window::box_offsets(1, 7), {ghost, ghost, periodic}, {0, 0, 0}},
      {{7, 70}, window::box_offsets(2, 1), {ghost, periodic, open}, {0, 0, 0}},
      {{6, 9}, window::ball_offsets(2, 2), {ghost, ghost, ghost}, {0, 2, 2}},
      {{4, 5, 6}, window::star_offsets(3, 1), {open, periodic, ghost}, {0, 0, 1}},
      {{3, 4, 66}, window::box_offsets(3, 1), {periodic, open, open}, {0, 0, 0}},
      {{9}, {{0, 0, 2}, {0, 0, 2}, {0, 0, 5}}, {ghost, ghost, open}, {0, 0, 0}},
  };
}

window::Window window_of(const Case& c) { return {c.offsets, c.edges, grid_box(c.cells)}; }

window::Table random_table(std::size_t width) {
  window::Table table{std::vector<double>(width), 0.7};
  for (std::size_t w = 0; w < width; ++w) table.bias[w] = Random{5, 1}.normal(w);
  return table;
}

std::vector<double> forward_values(const Field<double>& u, const window::Window& w,
                                   const window::Table& table) {
  const Field<double> o("o", u.box);
  window::forward(u, w, table, o);
  return own_values(o);
}

// L = sum_i c_i o_i
double functional(const Field<double>& u, const window::Window& w, const window::Table& table,
                  const Field<double>& c) {
  const auto o = forward_values(u, w, table), weight = own_values(c);
  return std::inner_product(o.begin(), o.end(), weight.begin(), 0.0);
}

}  // namespace

TEST_CASE("window attention: the kernel gives the reference's output in double", "[attention][window]") {
  for (const auto& c : cases()) {
    const Box own = grid_box(c.cells);
    const auto u = random_field<double>(own, c.halo, 3);
    const Field<double> truth("truth", own);
    window::reference::forward(u, window_of(c), random_table(c.offsets.size()), truth);
    CHECK(largest_difference(forward_values(u, window_of(c), random_table(c.offsets.size())),
                             own_values(truth)) < 4e-15);
  }
}

TEST_CASE("window attention: the float kernel errs at most twice as much as the float reference",
          "[attention][window]") {
  for (const auto& c : cases()) {
    const Box own = grid_box(c.cells);
    const auto u = random_field<float>(own, c.halo, 3);
    const auto table = random_table(c.offsets.size());
    const Field<double> truth("truth", own);
    const Field<float> yardstick("yardstick", own), o("o", own);
    window::reference::forward(test::converted<double>(u), window_of(c), table, truth);
    window::reference::forward(u, window_of(c), table, yardstick);
    window::forward(u, window_of(c), table, o);
    const double allowed = 2 * largest_difference(own_values(yardstick), own_values(truth)) + 4 * 1.2e-7;
    CHECK(largest_difference(own_values(o), own_values(truth)) <= allowed);
  }
}

TEST_CASE("window attention: the gradients of the kernel are those of the reference", "[attention][window]") {
  for (const auto& c : cases()) {
    const Box own = grid_box(c.cells);
    const auto u = random_field<double>(own, c.halo, 3), d_o = random_field<double>(own, {0, 0, 0}, 4);
    const auto table = random_table(c.offsets.size());
    const Field<double> o("o", own), d_u("d_u", own, c.halo), d_u_truth("d_u_truth", own, c.halo);
    window::forward(u, window_of(c), table, o);
    const auto truth = window::reference::backward(u, window_of(c), table, d_o, d_u_truth);
    const auto gradient = window::backward_table(u, window_of(c), table, o, d_o, Communicator::alone());
    window::backward_input(d_o, window_of(c), table, d_u);

    CHECK(largest_difference(gradient.d_bias, truth.d_bias) < 1e-13);
    CHECK(std::abs(gradient.d_temperature - truth.d_temperature) < 1e-13);
    const auto a = test::host(d_u), b = test::host(d_u_truth);
    for (std::size_t n = 0; n < a.size(); ++n) REQUIRE(std::abs(a.data()[n] - b.data()[n]) < 1e-14);
  }
}

TEST_CASE("window attention: backward is the gradient of forward by central differences",
          "[attention][window]") {
  constexpr double step = 1e-5;
  for (const auto& c : cases()) {
    const Box own = grid_box(c.cells);
    const auto u = random_field<double>(own, c.halo, 3), weight = random_field<double>(own, {0, 0, 0}, 4);
    const auto table = random_table(c.offsets.size());
    const auto w = window_of(c);
    const Field<double> o("o", own), d_u("d_u", own, c.halo);
    window::forward(u, w, table, o);
    const auto gradient = window::backward_table(u, w, table, o, weight, Communicator::alone());
    window::backward_input(weight, w, table, d_u);

    for (std::size_t b = 0; b <= table.bias.size(); ++b) {
      auto up = table, down = table;
      (b < table.bias.size() ? up.bias[b] : up.temperature) += step;
      (b < table.bias.size() ? down.bias[b] : down.temperature) -= step;
      const double slope = (functional(u, w, up, weight) - functional(u, w, down, weight)) / (2 * step);
      CHECK(std::abs(slope - (b < table.bias.size() ? gradient.d_bias[b] : gradient.d_temperature)) < 1e-8);
    }
    // <d_o, A x> = <A^T d_o, x> for every stored x: A is linear in u.
    const auto adjoint = test::host(d_u), stored = test::host(u);
    double product = 0;
    for (std::size_t n = 0; n < stored.size(); ++n) product += adjoint.data()[n] * stored.data()[n];
    CHECK(std::abs(product - functional(u, w, table, weight)) < 1e-12);
  }
}

TEST_CASE("window attention: rows sum to one, and a row without a key is zero", "[attention][window]") {
  for (const auto& c : cases()) {
    const Field<double> ones("ones", grid_box(c.cells), c.halo);
    Kokkos::deep_copy(ones.values, 1.0);
    for (const double o : forward_values(ones, window_of(c), random_table(c.offsets.size())))
      CHECK((std::abs(o - 1) < 1e-14 || o == 0));
  }
  const Case far{{4}, {{0, 0, 4}}, {Edge::ghost, Edge::ghost, Edge::open}, {0, 0, 0}};
  const auto u = random_field<double>(grid_box(far.cells), far.halo, 1);
  CHECK(forward_values(u, window_of(far), random_table(1)) == std::vector<double>(4, 0.0));
}

TEST_CASE("window attention: a constant added to every bias and a permutation of the offsets change nothing",
          "[attention][window]") {
  for (const auto& c : cases()) {
    const auto u = random_field<double>(grid_box(c.cells), c.halo, 9);
    auto table = random_table(c.offsets.size());
    const auto before = forward_values(u, window_of(c), table);
    auto shifted = table;
    for (double& b : shifted.bias) b += 3.25;
    CHECK(largest_difference(forward_values(u, window_of(c), shifted), before) < 1e-14);
    auto turned = c;
    std::reverse(turned.offsets.begin(), turned.offsets.end());
    std::reverse(table.bias.begin(), table.bias.end());
    CHECK(largest_difference(forward_values(u, window_of(turned), table), before) < 1e-14);
  }
}

TEST_CASE("window attention: missing ghosts are refused, not read", "[attention][window]") {
  const auto u = random_field<double>(grid_box({8}), {0, 0, 1}, 1);
  const Field<double> o("o", u.box);
  const window::Window wide{window::box_offsets(1, 2), {Edge::ghost, Edge::ghost, Edge::ghost}, u.box};
  CHECK_THROWS_AS(window::forward(u, wide, random_table(5), o), BrokenPromise);
}

TEST_CASE("window attention: lists of offsets have the counts of box, star and ball", "[attention][window]") {
  CHECK(window::box_offsets(3, 2).size() == 125);
  CHECK(window::star_offsets(2, 3).size() == 13);
  CHECK(window::ball_offsets(3, 1).size() == 7);
  CHECK(window::ball_offsets(2, 2).size() == 13);
}
