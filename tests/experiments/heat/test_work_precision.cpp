// tests/experiments/heat/test_work_precision.cpp
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>

#include "experiments/heat/parts/work_precision/learned_steppers.hpp"
#include "experiments/heat/parts/work_precision/pareto.hpp"
#include "experiments/heat/parts/work_precision/predicted_error.hpp"
#include "solvers/heat/initial.hpp"

using namespace attune;
using namespace attune::experiments::heat;
using namespace attune::experiments::heat::work_precision;
namespace theory = attune::heat::theory;

namespace {

ModeProblem problem_of(int dimensions, const std::string& boundary) {
  const auto grid = make_setting(Domain::alone(), std::vector<Index>(dimensions, 4), boundary).grid();
  ModeProblem problem{{dimensions, grid.boundary[2], 2, {}}, {}, 2};
  const auto count = std::llround(std::pow(problem.start.waves(), dimensions));
  for (long long n = 0; n < count; ++n)
    problem.start.coefficients.push_back(Random{7, 0}.normal(static_cast<std::uint64_t>(n)));
  problem.energies = theory::energies(problem.start);
  return problem;
}

// The error that a stepper makes.
double measured(const Setting& s, const ModeProblem& problem, const TimeStepper<double>& stepper,
                Index steps) {
  const Index N = s.domain.whole().extent(2);
  auto u = s.domain.field<double>("u", stepper.halo);
  const auto exact = s.domain.field<double>("exact");
  attune::heat::assign(u, theory::evaluate(problem.start, 0, N, s.domain.mine()));
  attune::heat::assign(exact, theory::evaluate(problem.start, problem.decay, N, s.domain.mine()));
  const StepWork work = stepper.advance(u, steps);
  CHECK(work.updates >= static_cast<double>(s.cells() * steps));
  CHECK(work.bytes > 0);
  double difference = 0, size = 0;
  const auto ended = s.domain.gather(u), wanted = s.domain.gather(exact);
  for (std::size_t n = 0; n < ended.size(); ++n) {
    difference += std::pow(ended[n] - wanted[n], 2);
    size += wanted[n] * wanted[n];
  }
  return std::sqrt(difference / size);
}

}  // namespace

TEST_CASE("every classical solver of the list errs as the closed form of its factor says", "[heat]") {
  const std::string boundary = GENERATE("periodic", "dirichlet", "neumann");
  const int dimensions = GENERATE(1, 2, 3);
  const ModeProblem problem = problem_of(dimensions, boundary);
  const Index N = 12;
  const Setting s = make_setting(Domain::world(), std::vector<Index>(dimensions, N), boundary);
  for (const auto& row : classical_solvers<double>())
    for (const int order : row.orders_in_space) {
      const double largest = std::min(row.largest_r(s, std::max(order, 2)), 0.6), total = problem.total_r(N);
      const Index steps =
          row.scheme == Scheme::exact ? 1 : std::max<Index>(2, std::llround(total / largest + 1));
      const StepChoice choice{total / static_cast<double>(steps), std::max(order, 2), 1e-13, 3};
      if (choice.r < row.least_r()) continue;
      const Factor factor = factor_of(
          problem, N, {row.scheme, choice.r, choice.order_in_space, stages_of(row.scheme, s, choice)});
      const double expected = predicted_error(problem, factor, steps);
      const double error = measured(s, problem, row.prepare(s, choice), steps);
      INFO(row.name << ", order " << order << ": " << error << " for " << expected);
      CHECK(std::abs(error - expected) < 1e-6 * expected + 1e-11);
    }
}

TEST_CASE("a learned line is near the propagator on its band, and steps fields by its symbol", "[heat]") {
  const auto kind = GENERATE(LearnedKind::softmax, LearnedKind::signed_heads, LearnedKind::gaussian,
                             LearnedKind::free, LearnedKind::sparsemax);
  const int dimensions = GENERATE(1, 3);
  const std::string boundary = GENERATE("periodic", "dirichlet", "neumann");
  const ModeProblem problem = problem_of(dimensions, boundary);
  const Index N = boundary == "periodic" ? 8 : 4;  // four cells in the shortest wave
  LineLesson lesson;
  lesson.reach = 3;
  lesson.cells = 128;
  lesson.r = problem.total_r(N) / 2;
  training::Options options;
  options.iterations = 60;
  const auto weights = learn_line(kind, lesson, options);
  std::vector<double> factor;
  for (Index m = 0; m <= problem.start.highest; ++m) {
    const double theta = problem.angle(m, N);
    factor.push_back(line_symbol(weights, theta));
    CHECK(std::abs(factor.back() - std::exp(-lesson.r * theta * theta)) < 5e-3);
  }
  const Setting s = make_setting(Domain::world(), std::vector<Index>(dimensions, N), boundary);
  const double expected = predicted_error(problem, product_of(factor, dimensions), 2);
  for (const bool one_window : {false, true})
    CHECK(std::abs(measured(s, problem, weighted_steps<double>(s, weights, one_window), 2) - expected) <
          1e-9 * expected + 1e-12);
}

TEST_CASE("the cost of an error lies on the front, between neighbours in the logarithm", "[heat]") {
  const auto best = front({{4, 1e-4}, {1, 1e-2}, {2, 1e-1}, {8, 1e-4}, {16, NAN}, {3, 5e-2}});
  REQUIRE(best.size() == 2);
  CHECK(best[0].cost == 1);
  CHECK(best[1].cost == 4);
  CHECK(cost_at(best, 0.5) == 1);
  CHECK(std::abs(cost_at(best, 1e-3) - 2) < 1e-12);
  CHECK(cost_at(best, 1e-4) == 4);
  CHECK(std::isnan(cost_at(best, 1e-5)));
  CHECK(std::abs(log_slope({1, 10, 100}, {2, 20, 200}) - 1) < 1e-12);
}
