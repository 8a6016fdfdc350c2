// tests/attention/graph/test_graph_gradients.cpp
#include "attention/graph/backward.hpp"
#include "attention/graph/reference.hpp"
#include "tests/attention/graph/cases.hpp"
#include "tests/support/accuracy.hpp"
#include "tests/support/gradient.hpp"

using namespace attune;
using namespace attune::test::graphs;
using attune::test::largest;
using attune::test::largest_difference;
using attune::test::values;

namespace {

template <class Scalar> graph::Gradients<Scalar> kernel_gradients(const Arrays<Scalar>& a) {
  const auto d = gradients_of(a);
  graph::backward(a.inputs(), a.neighbours, forward(a), random_seeds(a), d);
  return d;
}

template <class Scalar> graph::Gradients<Scalar> reference_gradients(const Arrays<Scalar>& a) {
  const auto d = gradients_of(a);
  graph::reference::backward(a.inputs(), a.neighbours, random_seeds(a), d);
  return d;
}

// A name and the numbers of each gradient.
template <class Scalar>
std::vector<std::pair<std::string, std::vector<double>>> listed(const graph::Gradients<Scalar>& d) {
  return {{"q", values(d.d_q)},       {"k", values(d.d_k)},           {"v", values(d.d_v)},
          {"bias", values(d.d_bias)}, {"values", values(d.d_values)}, {"tau", values(d.d_temperature)}};
}

// L = <d_o, o> + <d_l, l> over the rows that have an edge
double loss(const Arrays<double>& a, const graph::OutputGradients<double>& seeds) {
  const auto out = forward(a);
  const auto lse = values(out.lse), weight = values(seeds.d_lse);
  double sum = test::inner_product(seeds.d_o, View3<const double>(out.o));
  for (std::size_t n = 0; n < lse.size(); ++n) sum += std::isfinite(lse[n]) ? weight[n] * lse[n] : 0;
  return sum;
}

}  // namespace

TEST_CASE("graph attention: the gradients of the kernel are those of the reference", "[attention][graph]") {
  for (const auto& c : cases()) {
    const auto a = random_arrays<double>(c);
    const auto found = listed(kernel_gradients(a)), truth = listed(reference_gradients(a));
    for (std::size_t n = 0; n < truth.size(); ++n) {
      INFO(truth[n].first);
      CHECK(largest_difference(found[n].second, truth[n].second) < 1e-14 * (1 + largest(truth[n].second)));
    }
  }
}

TEST_CASE("graph attention: gradients by runs of edges and by single edges agree to rounding",
          "[attention][graph]") {
  for (const auto& c : cases()) {
    const auto a = random_arrays<double>(c);
    const auto by_edges = gradients_of(a);
    graph::backward_streaming(a.inputs(), a.neighbours, forward(a), random_seeds(a), by_edges);
    const auto runs = listed(kernel_gradients(a)), edges = listed(by_edges);
    for (std::size_t n = 0; n < edges.size(); ++n) {
      INFO(edges[n].first);
      CHECK(largest_difference(runs[n].second, edges[n].second) < 1e-14 * (1 + largest(edges[n].second)));
    }
  }
}

TEST_CASE("graph attention: float gradients err at most twice as much as those of the float reference",
          "[attention][graph]") {
  for (const auto& c : cases()) {
    const auto a = random_arrays<float>(c);
    const auto exact = converted_arrays<double>(a);
    const auto truth = gradients_of(exact);
    const auto seeds = random_seeds(a);
    graph::reference::backward(
        exact.inputs(), a.neighbours,
        {test::converted<View3<double>>(seeds.d_o), test::converted<View2<double>>(seeds.d_lse)}, truth);
    const auto found = kernel_gradients(a), yardstick = reference_gradients(a);
    CHECK(test::errs_at_most_twice(found.d_q, yardstick.d_q, truth.d_q));
    CHECK(test::errs_at_most_twice(found.d_k, yardstick.d_k, truth.d_k));
    CHECK(test::errs_at_most_twice(found.d_v, yardstick.d_v, truth.d_v));
    CHECK(test::errs_at_most_twice(found.d_bias, yardstick.d_bias, truth.d_bias));
    CHECK(test::errs_at_most_twice(found.d_values, yardstick.d_values, truth.d_values));
    CHECK(test::errs_at_most_twice(found.d_temperature, yardstick.d_temperature, truth.d_temperature));
  }
}

TEST_CASE("graph attention: backward is the gradient of forward", "[attention][graph]") {
  for (const auto& c : cases()) {
    const auto a = random_arrays<double>(c);
    const auto d = kernel_gradients(a);
    std::vector<test::Variable> variables{test::variable("q", a.q, d.d_q), test::variable("k", a.k, d.d_k),
                                          test::variable("v", a.v, d.d_v)};
    if (a.bias.size() > 0) variables.push_back(test::variable("bias", a.bias, d.d_bias));
    if (a.values.size() > 0) variables.push_back(test::variable("values", a.values, d.d_values));
    if (a.temperature.size() > 0)
      variables.push_back(test::variable("temperature", a.temperature, d.d_temperature));
    const auto seeds = random_seeds(a);
    test::check_gradient(variables, [&] { return loss(a, seeds); });
  }
}

TEST_CASE("graph attention: absent bias, value term and temperature have the gradients of neutral ones",
          "[attention][graph]") {
  const Case c{random_edges(20, 13, 7, 9), 2, 1, 4, 3, 0, 0, 0};
  const auto absent = random_arrays<double>(c);
  auto neutral = absent;
  neutral.bias = View2<double>("bias", 1, c.edges.key.size());
  neutral.values = View3<double>("values", 1, c.edges.key.size(), 3);
  neutral.temperature = View1<double>("temperature", 1);
  Kokkos::deep_copy(neutral.temperature, 1.0);
  CHECK(listed(kernel_gradients(absent)) == listed(kernel_gradients(neutral)));
}

TEST_CASE("graph attention: a gradient nobody asks for changes none of the others", "[attention][graph]") {
  const auto a = random_arrays<double>(cases().front());
  const auto all = kernel_gradients(a);
  const auto some = [&](const graph::Gradients<double>& wanted) {
    graph::backward(a.inputs(), a.neighbours, forward(a), random_seeds(a), wanted);
    return wanted;
  };
  const auto fresh = gradients_of(a);
  CHECK(values(some({fresh.d_q, {}, {}, {}, {}, {}}).d_q) == values(all.d_q));
  CHECK(values(some({{}, fresh.d_k, {}, {}, {}, {}}).d_k) == values(all.d_k));
  CHECK(values(some({{}, {}, fresh.d_v, {}, {}, {}}).d_v) == values(all.d_v));
  CHECK(values(some({{}, {}, {}, fresh.d_bias, {}, {}}).d_bias) == values(all.d_bias));
  CHECK(values(some({{}, {}, {}, {}, fresh.d_values, {}}).d_values) == values(all.d_values));
  CHECK(values(some({{}, {}, {}, {}, {}, fresh.d_temperature}).d_temperature) == values(all.d_temperature));
}

TEST_CASE("graph attention: d_temperature of more rows than a chunk is exact to rounding",
          "[attention][graph]") {
  const Index rows = 2 * graph::chunk_rows + 1;
  const auto a = random_arrays<double>({random_edges(rows, 50, 3, 12), 2, 1, 2, 1, 1, 0, 1});
  CHECK(largest_difference(values(kernel_gradients(a).d_temperature),
                           values(reference_gradients(a).d_temperature)) < 1e-11);
}

TEST_CASE("graph attention: large equal scores do not spoil the gradient of the temperature",
          "[attention][graph]") {
  auto a = random_arrays<float>({random_edges(40, 20, 9, 13), 1, 1, 2, 2, 1, 0, 1});
  auto bias = values(a.bias);
  for (double& b : bias) b += 64;
  test::assign(a.bias, bias);
  graph::OutputGradients<float> seeds = random_seeds(a);
  seeds.d_lse = {};
  const auto found = gradients_of(a), yardstick = gradients_of(a);
  graph::backward(a.inputs(), a.neighbours, forward(a), seeds, found);
  graph::reference::backward(a.inputs(), a.neighbours, seeds, yardstick);
  const auto exact = converted_arrays<double>(a);
  const auto truth = gradients_of(exact);
  graph::reference::backward(exact.inputs(), a.neighbours, {test::converted<View3<double>>(seeds.d_o), {}},
                             truth);
  CHECK(test::errs_at_most_twice(found.d_temperature, yardstick.d_temperature, truth.d_temperature));
}
