// tests/attention/window/test_content.cpp
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>

#include "attention/graph/forward_streaming.hpp"
#include "attention/window/content_forward_cells.hpp"
#include "attention/window/content_reference.hpp"
#include "core/core/require.hpp"
#include "tests/attention/window/content_cases.hpp"
#include "tests/support/accuracy.hpp"
#include "tests/support/fields.hpp"
#include "tests/support/gradient.hpp"
#include "tests/support/peak_bytes.hpp"

using namespace attune;
using namespace attune::test::contents;
using attune::test::largest;
using attune::test::largest_difference;
using attune::test::values;

namespace {

void check_close(const std::vector<double>& found, const std::vector<double>& truth) {
  CHECK(largest_difference(found, truth) < 1e-14 * (1 + largest(truth)));
}

// A list of numbers in float may err twice as much as the yardstick.
void check_accuracy(const std::vector<double>& found, const std::vector<double>& yardstick,
                    const std::vector<double>& truth) {
  const auto view = [](const std::vector<double>& numbers) { return to_device("test", numbers); };
  CHECK(test::errs_at_most_twice(view(found), view(yardstick), view(truth)));
}

// L = <d_o, o> + <d_l, l> over the rows that have a key
double loss(const Arrays<double>& a, const content::OutputGradients<double>& seeds) {
  const auto out = forward(a);
  const auto lse = values(out.lse), weight = values(seeds.d_lse);
  double sum = test::inner_product(seeds.d_o, View3<const double>(out.o));
  for (std::size_t n = 0; n < lse.size(); ++n) sum += std::isfinite(lse[n]) ? weight[n] * lse[n] : 0;
  return sum;
}

}  // namespace

TEST_CASE("window attention with content: the kernel gives the reference's output in double",
          "[attention][window]") {
  for (const auto& c : cases()) {
    const auto a = random_arrays<double>(c);
    const auto out = forward(a), truth = outputs_of(a);
    content::reference::forward(a.inputs(), a.grid, truth);
    CHECK(largest_difference(values(out.o), values(truth.o)) < 4e-15);
    CHECK(largest_difference(values(out.lse), values(truth.lse)) < 4e-15);
  }
}

TEST_CASE("window attention with content: float kernels err at most twice as much as the float reference",
          "[attention][window]") {
  for (const auto& c : cases()) {
    const auto a = random_arrays<float>(c);
    const auto exact = converted_arrays<double>(a);
    const auto out = forward(a), yardstick = outputs_of(a);
    const auto truth = outputs_of(exact);
    content::reference::forward(a.inputs(), a.grid, yardstick);
    content::reference::forward(exact.inputs(), a.grid, truth);
    CHECK(test::errs_at_most_twice(out.o, yardstick.o, truth.o));
    CHECK(test::errs_at_most_twice(out.lse, yardstick.lse, truth.lse));

    const auto seeds = random_seeds(a);
    const content::OutputGradients<double> exact_seeds{test::converted<View3<double>>(seeds.d_o),
                                                       test::converted<View2<double>>(seeds.d_lse)};
    const auto d = gradients_of(a), d_yardstick = gradients_of(a);
    const auto d_truth = gradients_of(exact);
    const auto table = backward(a, seeds, d);
    const auto table_yardstick = content::reference::backward(a.inputs(), a.grid, seeds, d_yardstick);
    const auto table_truth = content::reference::backward(exact.inputs(), a.grid, exact_seeds, d_truth);
    CHECK(test::errs_at_most_twice(d.d_q, d_yardstick.d_q, d_truth.d_q));
    CHECK(test::errs_at_most_twice(d.d_k, d_yardstick.d_k, d_truth.d_k));
    CHECK(test::errs_at_most_twice(d.d_v, d_yardstick.d_v, d_truth.d_v));
    check_accuracy(table.d_bias, table_yardstick.d_bias, table_truth.d_bias);
    check_accuracy(table.d_temperature, table_yardstick.d_temperature, table_truth.d_temperature);
  }
}

TEST_CASE("window attention with content: the gradients of the kernel are those of the reference",
          "[attention][window]") {
  for (const auto& c : cases()) {
    const auto a = random_arrays<double>(c);
    const auto seeds = random_seeds(a);
    const auto d = gradients_of(a), truth = gradients_of(a);
    const auto table = backward(a, seeds, d);
    const auto table_truth = content::reference::backward(a.inputs(), a.grid, seeds, truth);
    check_close(values(d.d_q), values(truth.d_q));
    check_close(values(d.d_k), values(truth.d_k));
    check_close(values(d.d_v), values(truth.d_v));
    check_close(table.d_bias, table_truth.d_bias);
    check_close(table.d_temperature, table_truth.d_temperature);
  }
}

TEST_CASE("window attention with content: backward is the gradient of forward", "[attention][window]") {
  for (const auto& c : cases()) {
    const auto a = random_arrays<double>(c);
    const auto seeds = random_seeds(a);
    const auto d = gradients_of(a);
    const auto table = backward(a, seeds, d);
    std::vector<test::Variable> variables{test::variable("q", a.q, d.d_q), test::variable("k", a.k, d.d_k),
                                          test::variable("v", a.v, d.d_v)};
    const auto list = [&](const std::string& name, const auto& x, const std::vector<double>& d_x) {
      if (x.size() == 0) return;
      variables.push_back(test::variable(name, x, x));
      variables.back().d_x = d_x;
    };
    list("bias", a.bias, table.d_bias);
    list("temperature", a.temperature, table.d_temperature);
    test::check_gradient(variables, [&] { return loss(a, seeds); });
  }
}

TEST_CASE("window attention with content: without content it is the position-only operator",
          "[attention][window]") {
  for (auto c : cases()) {
    if (c.grid.cells() == 0 || c.grid.window.offsets.empty()) continue;
    c.heads = c.groups = c.value_width = c.bias_rows = c.temperature_rows = 1;
    c.width = 0;
    c.masked = false;
    const auto a = random_arrays<double>(c);
    const auto seeds = content::OutputGradients<double>{random_seeds(a).d_o, {}};
    const auto d = gradients_of(a);
    const auto gradient = backward(a, seeds, d);

    const window::Table table{values(a.bias), values(a.temperature).front()};
    const Field<double> u("u", c.grid.own, c.grid.halo), o("o", c.grid.own), d_o("d_o", c.grid.own),
        d_u("d_u", c.grid.own, c.grid.halo);
    test::assign(u.values, values(a.v));
    test::assign(d_o.values, values(seeds.d_o));
    window::forward(u, c.grid.window, table, o);
    const auto truth = window::backward_table(u, c.grid.window, table, o, d_o, Communicator::alone());
    window::backward_input(d_o, c.grid.window, table, d_u);

    check_close(values(forward(a).o), values(o.values));
    check_close(gradient.d_bias, truth.d_bias);
    check_close(gradient.d_temperature, {truth.d_temperature});
    check_close(values(d.d_v), values(d_u.values));
  }
}

TEST_CASE("window attention with content: it is graph attention along the edges of the window",
          "[attention][window]") {
  for (const auto& c : cases()) {
    const auto a = random_arrays<double>(c);
    const Index heads = c.heads, offsets = c.grid.window.offsets.size();
    std::vector<Index> first{0}, key, offset;
    for (const auto& cell : content::reference::keys_of_cells(c.grid)) {
      for (const auto& seen : cell) {
        key.push_back(seen.cell);
        offset.push_back(seen.offset);
      }
      first.push_back(static_cast<Index>(key.size()));
    }
    const auto table = values(a.bias);
    std::vector<double> bias;
    for (Index r = 0; r < c.bias_rows; ++r)
      for (const Index o : offset) bias.push_back(table[r * offsets + o]);
    const View2<double> edge_bias("bias", c.bias_rows, key.size());
    test::assign(edge_bias, bias);

    const auto out = outputs_of(a);
    attention::graph::forward_streaming<double>({a.q, a.k, a.v, edge_bias, {}, a.temperature, a.scale},
                                                attention::graph::neighbours(first, key, c.grid.stored()),
                                                {out.o, out.lse});
    const auto one_by_one = outputs_of(a);
    content::forward_cell_by_cell(a.inputs(), a.grid, one_by_one);
    CHECK(values(one_by_one.o) == values(out.o));
    CHECK(values(one_by_one.lse) == values(out.lse));
    CHECK(out.o.extent_int(0) == heads);
    check_close(values(forward(a).o), values(out.o));
  }
}

TEST_CASE("window attention with content: rows sum to one, and a row without a key is zero",
          "[attention][window]") {
  for (const auto& c : cases()) {
    const auto a = random_arrays<double>(c);
    Kokkos::deep_copy(a.v, 1.0);
    const auto out = forward(a);
    const auto o = values(out.o), lse = values(out.lse);
    for (std::size_t row = 0; row < lse.size(); ++row)
      for (Index e = 0; e < c.value_width; ++e) {
        const double sum = o[row * c.value_width + e];
        CHECK((lse[row] == -INFINITY ? sum == 0 : std::abs(sum - 1) < 4e-15));
      }
  }
  const auto far = random_arrays<double>({grid({4}, {{0, 0, 4}}, {Edge::ghost, Edge::ghost, Edge::open})});
  CHECK(values(forward(far).lse) == std::vector<double>(8, -INFINITY));
}

TEST_CASE(
    "window attention with content: a constant added to every bias and a permutation of the offsets "
    "change no output",
    "[attention][window]") {
  for (auto c : cases()) {
    c.bias_rows = 1;
    const auto a = random_arrays<double>(c);
    auto bias = values(a.bias);
    for (double& b : bias) b += 3.25;
    auto turned = c;
    std::reverse(turned.grid.window.offsets.begin(), turned.grid.window.offsets.end());
    std::reverse(bias.begin(), bias.end());
    const auto b = random_arrays<double>(turned);
    test::assign(b.bias, bias);
    CHECK(largest_difference(values(forward(a).o), values(forward(b).o)) < 2e-14);
  }
}

TEST_CASE("window attention with content: two ranks with ghosts give the answer of one",
          "[attention][window]") {
  const Index cells = 10, half = 5, reach = 2;
  const Case whole{
      grid({cells}, window::box_offsets(1, reach), {Edge::ghost, Edge::ghost, Edge::open}), 1, 1, 3, 2, 1, 1};
  const auto a = random_arrays<double>(whole);
  const auto seeds = random_seeds(a);
  const auto d = gradients_of(a);
  const auto table = backward(a, seeds, d);
  const auto o = values(forward(a).o);
  std::vector<double> d_v(cells * 2, 0), d_bias(2 * reach + 1, 0);
  for (const Index begin : {Index(0), half}) {
    auto c = whole;
    c.grid.own.lower[2] = begin;
    c.grid.own.upper[2] = begin + half;
    c.grid.halo = {0, 0, reach};
    const auto part = random_arrays<double>(c);
    const auto take = [&](const auto& to, const auto& from, Index first, Index width) {
      auto numbers = values(to);
      const auto all = values(from);
      for (std::size_t n = 0; n < numbers.size(); ++n) {
        const Index at = first * width + static_cast<Index>(n);
        if (at >= 0 && at < cells * width) numbers[n] = all[at];
      }
      test::assign(to, numbers);
    };
    take(part.q, a.q, begin, 3);
    take(part.k, a.k, begin - reach, 3);
    take(part.v, a.v, begin - reach, 2);
    const View3<double> d_o("d_o", 1, half, 2);
    const View2<double> d_lse("d_lse", 1, half);
    take(d_o, seeds.d_o, begin, 2);
    take(d_lse, seeds.d_lse, begin, 1);
    CHECK(std::equal(o.begin() + begin * 2, o.begin() + (begin + half) * 2, values(forward(part).o).begin()));
    const auto d_part = gradients_of(part);
    const auto table_part = backward(part, {d_o, d_lse}, d_part);
    const auto part_of_d_v = values(d_part.d_v);
    for (Index n = 0; n < static_cast<Index>(part_of_d_v.size()); ++n) {
      const Index at = (begin - reach) * 2 + n;
      if (at >= 0 && at < cells * 2)
        d_v[at] += part_of_d_v[n];
      else
        CHECK(part_of_d_v[n] == 0);
    }
    for (std::size_t w = 0; w < d_bias.size(); ++w) d_bias[w] += table_part.d_bias[w];
  }
  check_close(d_v, values(d.d_v));
  check_close(d_bias, table.d_bias);
}

TEST_CASE("window attention with content: no memory but the offsets and the work space of threads",
          "[attention][window]") {
  for (const auto& c : cases()) {
    const auto a = random_arrays<double>(c);
    const auto out = forward(a);
    const auto seeds = random_seeds(a);
    const auto d = gradients_of(a);
    const std::int64_t offsets = c.grid.window.offsets.size();
    std::set<Index> planes;
    for (const Triple& offset : c.grid.window.offsets) planes.insert(offset[0]);
    const std::int64_t bound = offsets > 0 ? 24 * offsets + 8 * std::int64_t(planes.size()) : 256;  // headers
    CHECK(test::peak_bytes([&] { content::forward(a.inputs(), a.grid, out); }) <= bound);
    CHECK(test::peak_bytes([&] { content::backward(a.inputs(), a.grid, out, seeds, d); }) <= 2 * bound);
  }
}

TEST_CASE("window attention with content: missing ghosts are refused, not read", "[attention][window]") {
  Case c{grid({8}, window::box_offsets(1, 2), {Edge::ghost, Edge::ghost, Edge::ghost}, {0, 0, 1})};
  CHECK_THROWS_AS(forward(random_arrays<double>(c)), BrokenPromise);
  c.grid.halo = {0, 0, 2};
  auto a = random_arrays<double>(c);
  a.k = test::random_array<View3<double>>(2, 1, 1, 8, 3);
  CHECK_THROWS_AS(forward(a), BrokenPromise);
}

TEST_CASE("window attention: dilated offsets reach further along their axis", "[attention][window]") {
  const auto wide = window::dilated(window::box_offsets(2, 1), {1, 3, 2});
  CHECK(wide.size() == 9);
  CHECK((wide.front()[0] == 0 && wide.front()[1] == -3 && wide.front()[2] == -2));
  CHECK((wide[4][0] == 0 && wide[4][1] == 0 && wide[4][2] == 0));
}
