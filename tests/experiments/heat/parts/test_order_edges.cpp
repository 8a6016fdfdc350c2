// tests/experiments/heat/parts/test_order_edges.cpp
#include "experiments/heat/parts/positive_map/order_edges.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "experiments/heat/parts/positive_map/dealt.hpp"
#include "experiments/heat/parts/positive_map/mode_optimum.hpp"
#include "experiments/heat/parts/positive_map/refinement.hpp"
#include "solvers/heat/theory/covariance.hpp"
#include "solvers/heat/theory/positive_stencil.hpp"
#include "solvers/heat/theory/spectrum.hpp"
#include "training/fit.hpp"

using namespace attune;
using namespace attune::experiments::heat;
using namespace attune::experiments::heat::positive_map;
namespace theory = attune::heat::theory;

namespace {

training::Options patient() {
  training::Options options;
  options.iterations = 400;
  options.loss_tolerance = 1e-24;
  options.gradient_tolerance = 1e-16;
  options.relative_decrease = 1e-8;
  options.patience = 10;
  return options;
}

// sum_o w_o f(o)
double applied(const theory::Stencil& stencil, const Sample& sample) {
  double sum = 0;
  for (std::size_t o = 0; o < stencil.offsets.size(); ++o)
    sum += stencil.weights[o] * sample.field(stencil.offsets[o]);
  return sum;
}

}  // namespace

TEST_CASE("weights with the moments of the heat kernel carry heat polynomials without error, others do not",
          "[experiments][heat]") {
  for (const int D : {1, 2, 3}) {
    const auto fourth = theory::product_stencil(theory::least_norm_weights({4, 2, 0.4}), D);
    double at_fourth = 0, at_sixth = 0;
    for (const auto& sample : heat_polynomials(D, 4, 0.4)) at_fourth += std::abs(applied(fourth, sample));
    for (const auto& sample : heat_polynomials(D, 6, 0.4)) at_sixth += std::abs(applied(fourth, sample));
    CHECK(at_fourth < 1e-14);
    CHECK(at_sixth > 1e-3);
  }
  CHECK(even_powers(3, 4).size() == 9);
}

TEST_CASE("a trained head has the least misfit, none where weights exist", "[experiments][heat]") {
  for (const WindowCase window : {WindowCase{1, 3}, WindowCase{2, 2}, WindowCase{3, 1}})
    for (const double r : {0.1, 0.4}) {
      const auto samples = heat_polynomials(window.dimensions, 4, r);
      const double least = least_misfit(window, samples),
                   found = school(window, samples, {r, patient()}).misfit;
      const bool exist = theory::feasible({4, static_cast<int>(window.reach), r}).feasible;
      INFO("D " << window.dimensions << " r " << r << " least " << least << " trained " << found);
      if (exist) CHECK((least < 1e-15 && found < 1e-10));
      if (!exist) CHECK((least > 1e-3 && std::abs(found / least - 1) < 1e-9));
    }
}

TEST_CASE("vanishing stretches have their edges bisected, single points among them", "[experiments][heat]") {
  const Scan scan{0.05, 4, 12, 1e-9, 1e-8};
  const auto outside = [](double r) { return std::max({0.0, 0.3 - r, r - 1.7}); };
  const auto interval = vanishing_stretches(outside, scan);
  REQUIRE(interval.size() == 1);
  CHECK(std::abs(interval[0].from / 0.3 - 1) < 2e-8);
  CHECK(std::abs(interval[0].to / 1.7 - 1) < 2e-8);
  CHECK((interval[0].from_is_edge && interval[0].to_is_edge));

  const auto point =
      vanishing_stretches([](double r) { return std::abs(r - 0.6) + std::abs(r - 0.6) * r; }, scan);
  REQUIRE(point.size() == 1);
  CHECK(std::abs(point[0].from / 0.6 - 1) < 1e-8);

  CHECK(vanishing_stretches([](double r) { return 0.1 + (r - 0.6) * (r - 0.6); }, scan).empty());
  const auto open = vanishing_stretches([](double r) { return std::max(0.0, r - 1); }, scan);
  REQUIRE(open.size() == 1);
  CHECK((!open[0].from_is_edge && open[0].to_is_edge));
}

TEST_CASE("edges by training are those of the linear programme, the same on any number of ranks",
          "[experiments][heat]") {
  EdgePlan plan;
  plan.points = 9;
  plan.training = patient();
  const auto edges = trained_edges({{{1, 2}, 4}, {{1, 3}, 6}}, plan, Domain::world().communicator(), [] {});
  CHECK(std::abs(edges[0].from * 6 - 1) < 1e-6);
  CHECK(std::abs(edges[0].to * 1.5 - 1) < 1e-6);
  const auto sixth = theory::feasible_times(6, 3, 100).front();
  CHECK(std::abs(edges[1].from / sixth.from - 1) < 1e-6);
  CHECK(std::abs(edges[1].to / sixth.to - 1) < 1e-6);
}

TEST_CASE("no head is a semi-discrete Laplacian of fourth order", "[experiments][heat]") {
  const auto second = rate_misfit({{2, 2}, 2}, 1e-3, patient()),
             fourth = rate_misfit({{2, 2}, 4}, 1e-3, patient());
  CHECK((second.trained < 1e-9 && second.bound == 0));
  CHECK((fourth.bound > 0 && fourth.trained >= fourth.bound * (1 - 1e-9)));
  CHECK(std::abs(fourth.trained / fourth.least - 1) < 1e-6);
}

TEST_CASE("the optimum over modes is no larger than any stencil's loss on the field itself, and reached",
          "[experiments][heat]") {
  for (const auto boundary :
       {theory::Boundary::periodic, theory::Boundary::neumann, theory::Boundary::dirichlet}) {
    const theory::Grid grid{{1, 6, 8}, {theory::Boundary::periodic, boundary, boundary}};
    std::vector<double> field;
    for (Index n = 0; n < grid.total(); ++n)
      field.push_back(std::sin(1.7 * static_cast<double>(n * n)) + 0.3);
    auto modes = theory::to_modes(grid, field);
    const double r = 0.3;
    for (Index y = 0, k = 0; y < 6; ++y)
      for (Index x = 0; x < 8; ++x, ++k) {
        const auto a = theory::angle(boundary, 6, theory::mode_of(grid, 1, y)),
                   b = theory::angle(boundary, 8, theory::mode_of(grid, 2, x));
        modes[static_cast<std::size_t>(k)] *= static_cast<double>(std::exp(-r * (a * a + b * b)));
      }
    const auto target = theory::from_modes(grid, modes);
    const auto offsets = theory::box_offsets({0, 1, 1});
    const auto best = best_for_modes(grid, offsets, r, field);
    CHECK(std::abs(theory::sample_loss(grid, best.stencil, {field}, {target}) / best.loss - 1) < 1e-10);
    CHECK(theory::sample_loss(grid, theory::ftcs(2, 0.24), {field}, {target}) > best.loss);
    CHECK(best.loss > 0);
  }
}

TEST_CASE("a head run on refined grids has the error of its symbol, and its order", "[experiments][heat]") {
  const Refinement plan{2, 0.6, {1}, 8, 1, 1};
  const auto stencil = theory::product_stencil(theory::least_norm_weights({4, 2, 0.6}), 2);
  const auto foreseen = foreseen_errors(plan, stencil), rounding = error_roundings(plan, stencil);
  CHECK(std::abs(last_order(foreseen) - 4) < 0.3);
  for (const char* boundary : {"periodic", "dirichlet", "neumann"}) {
    const auto measured = measured_errors(plan, stencil, boundary, Domain::world());
    for (std::size_t l = 0; l < measured.size(); ++l)
      CHECK(std::abs(measured[l] - foreseen[l]) <= rounding[l]);
  }
}

TEST_CASE("dealt cases reach every rank bit by bit", "[experiments][heat]") {
  const auto answers = dealt(5, 2, Domain::world().communicator(), [](std::size_t n) -> std::vector<double> {
    return {1 / (static_cast<double>(n) + 3), -static_cast<double>(n)};
  });
  for (std::size_t n = 0; n < 5; ++n) {
    CHECK(answers[n][0] == 1 / (static_cast<double>(n) + 3));
    CHECK(answers[n][1] == -static_cast<double>(n));
  }
}
