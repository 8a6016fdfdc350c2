// tests/attention/graph/test_graph.cpp
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "attention/graph/forward.hpp"
#include "attention/graph/reference.hpp"
#include "core/core/require.hpp"
#include "tests/attention/graph/cases.hpp"
#include "tests/support/accuracy.hpp"
#include "tests/support/peak_bytes.hpp"

using namespace attune;
using namespace attune::test::graphs;
using attune::test::assign;
using attune::test::largest_difference;
using attune::test::random_array;
using attune::test::values;

namespace {

// The inputs after the nodes are renamed: entry row n goes to row place[n] of every group.
View3<double> relabelled(const View3<double>& x, const std::vector<Index>& place) {
  const std::size_t rows = x.extent(1), width = x.extent(2);
  const auto from = values(x);
  auto to = from;
  for (std::size_t g = 0; g < x.extent(0); ++g)
    for (std::size_t n = 0; n < rows; ++n)
      std::copy_n(from.begin() + (g * rows + n) * width, width, to.begin() + (g * rows + place[n]) * width);
  const View3<double> moved("relabelled", x.layout());
  assign(moved, to);
  return moved;
}

}  // namespace

TEST_CASE("graph attention: the kernel gives the reference's output in double", "[attention][graph]") {
  for (const auto& c : cases()) {
    const auto a = random_arrays<double>(c);
    const auto out = forward(a), truth = outputs_of(a);
    graph::reference::forward(a.inputs(), a.neighbours, truth);
    CHECK(largest_difference(values(out.o), values(truth.o)) < 4e-15);
    CHECK(largest_difference(values(out.lse), values(truth.lse)) < 4e-15);
  }
}

TEST_CASE("graph attention: the float kernel errs at most twice as much as the float reference",
          "[attention][graph]") {
  for (const auto& c : cases()) {
    const auto a = random_arrays<float>(c);
    const auto exact = converted_arrays<double>(a);
    const auto out = forward(a), yardstick = outputs_of(a);
    const auto truth = outputs_of(exact);
    graph::reference::forward(a.inputs(), a.neighbours, yardstick);
    graph::reference::forward(exact.inputs(), a.neighbours, truth);
    CHECK(test::errs_at_most_twice(out.o, yardstick.o, truth.o));
    CHECK(test::errs_at_most_twice(out.lse, yardstick.lse, truth.lse));
  }
}

TEST_CASE("graph attention: runs of edges and single edges agree to rounding", "[attention][graph]") {
  for (const auto& c : cases()) {
    const auto a = random_arrays<double>(c);
    const auto by_runs = forward(a), by_edges = outputs_of(a);
    graph::forward_streaming(a.inputs(), a.neighbours, by_edges);
    CHECK(largest_difference(values(by_runs.o), values(by_edges.o)) < 4e-15);
    CHECK(largest_difference(values(by_runs.lse), values(by_edges.lse)) < 4e-15);
  }
}

// A row is finite as long as its own keys are: a run reads on into the keys of the next row.
TEST_CASE("graph attention: a key that is not a number spoils the rows that see it, no other",
          "[attention][graph]") {
  const Case c{degrees({3, 1, 9, 17}, 16, 23), 1, 1, 8, 8, 0, 0, 0};
  const auto a = random_arrays<double>(c);
  const Index bad = 5;
  auto k = values(a.k), v = values(a.v);
  for (Index d = 0; d < 8; ++d) k[bad * 8 + d] = v[bad * 8 + d] = NAN;
  assign(a.k, k);
  assign(a.v, v);
  const auto o = values(forward(a).o);
  for (Index i = 0; i < c.edges.queries(); ++i) {
    const auto begin = c.edges.key.begin() + c.edges.first[i],
               end = c.edges.key.begin() + c.edges.first[i + 1];
    CHECK(std::isnan(o[i * 8]) == (std::find(begin, end, bad) != end));
  }
}

TEST_CASE("graph attention: the value of a masked edge is not read", "[attention][graph]") {
  const auto a = random_arrays<double>({complete(3, 11), 1, 1, 4, 5, 1, 0, 0});
  auto bias = values(a.bias), v = values(a.v);
  for (Index i = 0; i < 3; ++i) bias[i * 11 + 4] = -INFINITY;
  for (Index d = 0; d < 5; ++d) v[4 * 5 + d] = INFINITY;
  assign(a.bias, bias);
  assign(a.v, v);
  for (const double o : values(forward(a).o)) CHECK(std::isfinite(o));
}

TEST_CASE("graph attention: on a complete graph it is dense attention", "[attention][graph]") {
  const Index m = 7, n = 6, width = 4;
  const auto a = random_arrays<double>({complete(m, n), 1, 1, width, width, 0, 0, 0});
  const auto q = values(a.q), k = values(a.k), v = values(a.v), o = values(forward(a).o);
  for (Index i = 0; i < m; ++i) {
    std::vector<double> weight(n, 0), row(width, 0);
    double total = 0;
    for (Index j = 0; j < n; ++j) {
      for (Index d = 0; d < width; ++d) weight[j] += q[i * width + d] * k[j * width + d] / 2;  // sqrt(4)
      total += weight[j] = std::exp(weight[j]);
    }
    for (Index j = 0; j < n; ++j)
      for (Index d = 0; d < width; ++d) row[d] += weight[j] / total * v[j * width + d];
    for (Index d = 0; d < width; ++d) CHECK(std::abs(o[i * width + d] - row[d]) < 2e-15);
  }
}

TEST_CASE("graph attention: rows sum to one, and a row without an edge is zero", "[attention][graph]") {
  for (const auto& c : cases()) {
    auto a = random_arrays<double>(c);
    Kokkos::deep_copy(a.v, 1.0);
    a.values = View3<double>();
    const auto out = forward(a);
    const auto o = values(out.o), lse = values(out.lse);
    for (std::size_t row = 0; row < lse.size(); ++row)
      for (Index e = 0; e < c.value_width; ++e) {
        const double sum = o[row * c.value_width + e];
        CHECK((lse[row] == -INFINITY ? sum == 0 : std::abs(sum - 1) < 2e-14));
      }
  }
  const auto none = random_arrays<double>({without_edges(5, 4)});
  for (const double l : values(forward(none).lse)) CHECK(l == -INFINITY);
}

TEST_CASE("graph attention: a constant added to every bias moves lse alone", "[attention][graph]") {
  const auto a = random_arrays<double>({random_edges(20, 13, 7, 8), 2, 1, 4, 3, 2, 1, 0});
  auto shifted = a;
  auto bias = values(a.bias);
  for (double& b : bias) b += 300;
  shifted.bias = random_array<View2<double>>(5, 1, a.bias.extent(0), a.bias.extent(1));
  assign(shifted.bias, bias);
  const auto before = forward(a), after = forward(shifted);
  CHECK(largest_difference(values(before.o), values(after.o)) < 3e-13);
  auto lse = values(before.lse);
  for (double& l : lse) l += 300;
  CHECK(largest_difference(lse, values(after.lse)) < 2e-13);
}

TEST_CASE("graph attention: the order of the edges of a row does not matter", "[attention][graph]") {
  const Case c{random_edges(20, 13, 7, 9), 2, 1, 4, 3, 1, 1, 1};
  const auto a = random_arrays<double>(c);
  auto turned = c;
  auto bias = values(a.bias), w = values(a.values);
  for (Index i = 0; i < c.edges.queries(); ++i) {
    const Index begin = c.edges.first[i], end = c.edges.first[i + 1];
    std::reverse(turned.edges.key.begin() + begin, turned.edges.key.begin() + end);
    std::reverse(bias.begin() + begin, bias.begin() + end);
    for (Index e = begin; e < end; ++e)
      for (Index x = 0; x < 3; ++x) w[e * 3 + x] = values(a.values)[(begin + end - 1 - e) * 3 + x];
  }
  const auto b = random_arrays<double>(turned);
  assign(b.bias, bias);
  assign(b.values, w);
  CHECK(largest_difference(values(forward(a).o), values(forward(b).o)) < 2e-15);
  CHECK(largest_difference(values(forward(a).lse), values(forward(b).lse)) < 2e-15);
}

TEST_CASE("graph attention: renaming the keys changes nothing", "[attention][graph]") {
  const Case c{random_edges(20, 13, 7, 10), 4, 2, 4, 3, 1, 1, 1};
  std::vector<Index> place(13);
  for (Index n = 0; n < 13; ++n) place[n] = (5 * n + 3) % 13;
  auto renamed = c;
  for (Index& j : renamed.edges.key) j = place[j];
  const auto a = random_arrays<double>(c);
  auto b = random_arrays<double>(renamed);
  b.k = relabelled(a.k, place);
  b.v = relabelled(a.v, place);
  CHECK(values(forward(a).o) == values(forward(b).o));
  CHECK(values(forward(a).lse) == values(forward(b).lse));
}

TEST_CASE("graph attention: a ring with a constant bias and no content is a moving average",
          "[attention][graph]") {
  const Index cells = 10, reach = 2, seen = 2 * reach + 1;
  auto a = random_arrays<double>({ring(cells, reach), 1, 1, 3, 1, 1, 0, 0});
  Kokkos::deep_copy(a.q, 0.0);
  Kokkos::deep_copy(a.bias, 1.75);
  const auto v = values(a.v);
  const auto out = forward(a);
  for (Index i = 0; i < cells; ++i) {
    double mean = 0;
    for (Index offset = -reach; offset <= reach; ++offset) mean += v[(i + offset + cells) % cells] / seen;
    CHECK(std::abs(values(out.o)[i] - mean) < 1e-15);
    CHECK(std::abs(values(out.lse)[i] - 1.75 - std::log(5.0)) < 1e-15);
  }
}

// Three atoms on a ring of length 3, seen up to 7 cells away: atom i meets every image of j, itself included,
// each under a distance of its own. The images written out as atoms are the same attention.
TEST_CASE("graph attention: edges to periodic images are edges to copies of the atom", "[attention][graph]") {
  const Index cells = 3, reach = 7, images = 2 * reach + cells;
  const auto a = random_arrays<double>({ring(cells, reach), 2, 1, 4, 3, 2, 1, 1});
  auto unrolled = ring(cells, reach);
  for (Index i = 0, e = 0; i < cells; ++i)
    for (Index offset = -reach; offset <= reach; ++offset) unrolled.key[e++] = i + offset + reach;
  unrolled.keys = images;
  auto b = a;
  b.neighbours = unrolled.built();
  b.k = View3<double>("k", 1, images, 4);
  b.v = View3<double>("v", 1, images, 3);
  const auto copies = [&](const View3<double>& x) {
    const std::size_t width = x.extent(2);
    const auto cell = values(x);
    std::vector<double> copy;
    for (Index n = 0; n < images; ++n) {
      const auto atom = cell.begin() + (n - reach + 3 * cells) % cells * width;
      copy.insert(copy.end(), atom, atom + width);
    }
    return copy;
  };
  assign(b.k, copies(a.k));
  assign(b.v, copies(a.v));
  CHECK(values(forward(a).o) == values(forward(b).o));
  CHECK(values(forward(a).lse) == values(forward(b).lse));

  const auto seeds = random_seeds(a);
  const auto d_a = gradients_of(a), d_b = gradients_of(b);
  graph::backward(a.inputs(), a.neighbours, forward(a), seeds, d_a);
  graph::backward(b.inputs(), b.neighbours, forward(b), seeds, d_b);
  CHECK(values(d_a.d_bias) == values(d_b.d_bias));
  std::vector<double> folded(cells * 3, 0);
  const auto d_images = values(d_b.d_v);
  for (Index n = 0; n < images * 3; ++n)
    folded[(n / 3 - reach + 3 * cells) % cells * 3 + n % 3] += d_images[n];
  CHECK(largest_difference(folded, values(d_a.d_v)) < 4e-15);
}

TEST_CASE("graph attention: no memory but two numbers an edge and head, and the terms of d_temperature",
          "[attention][graph]") {
  constexpr std::int64_t empty_views = 4 * 128;  // a View without entries holds its header
  for (const auto& c : cases()) {
    const auto a = random_arrays<double>(c);
    const auto out = forward(a);
    CHECK(test::peak_bytes([&] { graph::forward(a.inputs(), a.neighbours, out); }) == 0);
    const auto seeds = random_seeds(a);
    const auto check = [&](const graph::Gradients<double>& d) {
      const auto bytes = test::peak_bytes([&] { graph::backward(a.inputs(), a.neighbours, out, seeds, d); });
      const auto promised = graph::backward_scratch(a.inputs(), a.neighbours, d);
      CHECK(std::abs(bytes - static_cast<std::int64_t>(promised)) <= empty_views);
    };
    auto d = gradients_of(a);
    check(d);
    d.d_temperature = View1<double>();
    check(d);
  }
}

TEST_CASE("graph attention: graphs that are none are refused", "[attention][graph]") {
  CHECK_THROWS_AS(graph::neighbours({0, 1}, {3}, 3), BrokenPromise);
  CHECK_THROWS_AS(graph::neighbours({0, 1}, {-1}, 3), BrokenPromise);
  CHECK_THROWS_AS(graph::neighbours({0, 2, 1}, {0}, 3), BrokenPromise);
  CHECK_THROWS_AS(graph::neighbours({1, 1}, {0}, 3), BrokenPromise);
  CHECK_THROWS_AS(graph::neighbours({}, {}, 3), BrokenPromise);
  auto a = random_arrays<double>({ring(10, 2)});
  const auto out = forward(a);
  a.neighbours = ring(9, 2).built();
  CHECK_THROWS_AS(graph::forward(a.inputs(), a.neighbours, out), BrokenPromise);
}

TEST_CASE("neighbours: the transpose lists every edge once, by key, in ascending order",
          "[attention][graph]") {
  for (const auto& c : cases()) {
    const auto built = c.edges.built();
    const auto first = to_host(built.transpose.first), edge = to_host(built.transpose.edge),
               query = to_host(built.transpose.query);
    Index seen = 0;
    for (Index j = 0; j < c.edges.keys; ++j)
      for (Index n = first[j]; n < first[j + 1]; ++n, ++seen) {
        CHECK(c.edges.key[edge[n]] == j);
        CHECK((c.edges.first[query[n]] <= edge[n] && edge[n] < c.edges.first[query[n] + 1]));
        CHECK((n == first[j] || edge[n - 1] < edge[n]));
      }
    CHECK(seen == static_cast<Index>(c.edges.key.size()));
  }
}
