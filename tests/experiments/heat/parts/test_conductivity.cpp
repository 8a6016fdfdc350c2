// tests/experiments/heat/parts/test_conductivity.cpp
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <limits>

#include "experiments/heat/parts/coefficients/conductivity_lesson.hpp"
#include "experiments/heat/parts/coefficients/conductivity_maps.hpp"
#include "solvers/heat/combine.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/variable_conductivity.hpp"
#include "tests/support/fields.hpp"
#include "tests/support/weights_gradient.hpp"

using namespace attune;
using namespace attune::experiments::heat;
using namespace attune::experiments::heat::coefficients;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

struct Problem {
  Setting setting;
  Field<double> kappa, u, noise;
  heat::FaceOperator<double> L;
  double dt;
  ConductivityGraph graph;
};

Problem problem(const std::vector<Index>& cells, const std::string& boundary, double contrast,
                double stability, const Domain& world = Domain::world()) {
  const Setting setting = make_setting(world, cells, boundary);
  const auto kappa =
      conductivity_of(map_exponents("lognormal", setting, {}, {}, Random{4, 1}), contrast, setting);
  const auto h = unit_widths(setting);
  const auto L = heat::variable_conductivity(kappa, h, setting.domain, setting.boundaries);
  const auto noise = setting.domain.field<double>("noise");
  heat::white_noise(noise, setting.domain.whole(), Random{3, 0});
  const double dt = stability * L.largest_step();
  const auto graph = conductivity_graph(setting, kappa, h, dt);
  const auto u = setting.domain.field<double>("u", graph.halo);
  heat::combine(u, {{1, noise}});
  return {setting, kappa, u, noise, L, dt, graph};
}

std::vector<Index> some_cells() {
  return GENERATE(std::vector<Index>{lanes + 3}, std::vector<Index>{9, 12}, std::vector<Index>{6, 5, 7});
}

Field<double> explicit_step(const Problem& p) {
  const auto from = p.L.field("from"), du = p.L.field("du"), next = p.setting.domain.field<double>("next");
  heat::combine(from, {{1, p.noise}});
  p.L.apply(from, du);
  heat::combine(next, {{1, p.noise}, {p.dt, du}});
  return next;
}

double total(const Field<double>& u, const Field<double>& weights, const Problem& p) {
  return heat::inner(u, weights, p.setting.domain.communicator());
}

double distance(const Field<double>& a, const Field<double>& b) {
  return test::largest_difference(test::own_values(a), test::own_values(b));
}

}  // namespace

TEST_CASE("with the rest as its centre a row-softmax is the explicit step, with 0 a sweep of Jacobi",
          "[heat][conductivity]") {
  const std::string boundary = GENERATE("periodic", "dirichlet", "neumann");
  const auto p = problem(some_cells(), boundary, GENERATE(1.0, 1e6), 0.9);
  ConductivityAttention<double> head(p.graph, Normalisation::row);
  const auto o = head.cells();
  head.set(pairwise_logits(p.graph, Centre::remainder));
  head.apply(p.u, o);
  const double size = test::largest(test::own_values(p.noise));
  CHECK(distance(o, explicit_step(p)) < 32 * epsilon * size);

  head.set(pairwise_logits(p.graph, Centre::zero));
  head.apply(p.u, o);
  const auto d = p.setting.domain.field<double>("d");
  p.L.diagonal(d);
  const auto next = test::own_values(explicit_step(p)), u = test::own_values(p.noise),
             sum = test::own_values(d);
  double worst = 0;
  const auto got = test::own_values(o);
  for (std::size_t n = 0; n < u.size(); ++n) {
    const double r = p.dt * sum[n];
    worst = std::max(worst, std::abs(got[n] - (next[n] + r * u[n]) / (1 + r)));
  }
  CHECK(worst < 32 * epsilon * size);
}

TEST_CASE("the flux form with the same logits is the explicit step", "[heat][conductivity]") {
  const std::string boundary = GENERATE("periodic", "dirichlet", "neumann");
  const auto p = problem(some_cells(), boundary, 1e6, 0.9);
  ConductivityAttention<double> head(p.graph, Normalisation::flux);
  const auto o = head.cells();
  head.set(pairwise_logits(p.graph, Centre::none));
  head.apply(p.u, o);
  CHECK(distance(o, explicit_step(p)) < 64 * epsilon * test::largest(test::own_values(p.noise)));
}

TEST_CASE("flux and sinkhorn keep the sum, a row-softmax the sum weighted by its own sums",
          "[heat][conductivity]") {
  const std::string boundary = GENERATE("periodic", "neumann");
  const auto p = problem(some_cells(), boundary, 1e4, 0.9);
  const auto kind = GENERATE(Normalisation::row, Normalisation::flux, Normalisation::sinkhorn);
  ConductivityAttention<double> head(p.graph, kind);
  head.set(pairwise_logits(p.graph, kind == Normalisation::flux ? Centre::none : Centre::zero));
  const auto o = head.cells(), weights = head.cells();
  head.apply(p.u, o);
  Kokkos::deep_copy(weights.values, 1.0);
  if (kind == Normalisation::row) Kokkos::deep_copy(weights.values, head.row_sums().values);
  const double before = total(p.noise, weights, p), after = total(o, weights, p);
  CHECK(std::abs(after - before) < 1e-14 * total(p.noise, p.noise, p));
  if (kind == Normalisation::sinkhorn) CHECK(head.apart() < 1e-14);
}

TEST_CASE("the gradient of every head is that of its loss", "[heat][conductivity]") {
  const std::string boundary = GENERATE("periodic", "dirichlet", "neumann");
  const auto p = problem({5, 6}, boundary, 10, 0.9);
  const ConductivityLesson lesson({{p.graph, p.u, explicit_step(p)}},
                                  GENERATE(Normalisation::row, Normalisation::flux, Normalisation::sinkhorn));
  ConductivityWeights weights;
  weights.face = {0.2, 0.4, 0.3};
  weights.centre = {0.1, -0.3};
  test::check_weights_gradient(weights, lesson);
}

TEST_CASE("the bits of a step do not depend on the cut among ranks", "[heat][conductivity]") {
  const auto cells = some_cells();
  const std::string boundary = GENERATE("periodic", "dirichlet", "neumann");
  const auto kind = GENERATE(Normalisation::row, Normalisation::flux, Normalisation::sinkhorn);
  std::vector<std::vector<double>> fields;
  for (const Domain& world : {Domain::world(), Domain::alone()}) {
    const auto p = problem(cells, boundary, 100, 0.9, world);
    ConductivityAttention<double> head(p.graph, kind);
    head.set(pairwise_logits(p.graph, kind == Normalisation::flux ? Centre::none : Centre::zero));
    const auto o = head.cells();
    head.apply(p.u, o);
    fields.push_back(p.setting.domain.gather(o));
  }
  CHECK(fields[0] == fields[1]);
}

TEST_CASE("a trained flux form finds the harmonic mean", "[heat][conductivity]") {
  const auto p = problem({12, 13}, "periodic", 10, 0.9);
  training::Options options;
  options.iterations = 200;
  const auto learned = learn_conductivity({{p.graph, p.u, explicit_step(p)}}, Normalisation::flux, options);
  CHECK(learned.loss < 1e-16);
  CHECK(std::abs(learned.weights.face[0]) < 1e-6);
  CHECK(std::abs(learned.weights.face[1] - 1) < 1e-6);
  CHECK(std::abs(learned.weights.face[2]) < 1e-6);
}
