// tests/solvers/heat/test_implicit_steps.cpp
#include "solvers/heat/implicit_steps.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <functional>

#include "solvers/heat/conjugate_gradients.hpp"
#include "tests/solvers/heat/star_operator.hpp"

using namespace attune;

namespace {

using Star = test::StarOperator<double>;
using Steps = heat::ImplicitSteps<Star, heat::ConjugateGradients<Star>>;

struct Method {
  std::string name;
  int order;
  bool damps;  // L-stable
  std::function<heat::Solved(const Steps&, double, const Field<double>&)> step;
  std::function<double(double)> symbol;  // of s
};

const double root = std::sqrt(2.0);

const std::vector<Method>& methods() {
  static const std::vector<Method> all{
      {"backward Euler", 1, true,
       [](const Steps& s, double dt, const auto& u) { return s.backward_euler(dt, u); },
       [](double s) { return 1 / (1 + s); }},
      {"Crank-Nicolson", 2, false,
       [](const Steps& s, double dt, const auto& u) { return s.crank_nicolson(dt, u); },
       [](double s) { return (1 - s / 2) / (1 + s / 2); }},
      {"TR-BDF2", 2, true, [](const Steps& s, double dt, const auto& u) { return s.tr_bdf2(dt, u); },
       // [hosea1996] with g = 2 - sqrt 2, multiplied out
       [](double s) { return (1 - (root - 1) * s) / (1 + (2 - root) * s + (1.5 - root) * s * s); }}};
  return all;
}

Steps steps_of(const test::HeatProblem& problem, double r, double tolerance = 1e-14) {
  const auto l = test::star(problem, r);
  return Steps(l, heat::ConjugateGradients<Star>(l, problem.domain.communicator(), {tolerance, 2000}));
}

struct Grid {
  std::vector<Index> cells;
  std::vector<std::string> words;
};

double error_after(int steps, const Method& method, const Grid& grid) {
  const auto problem = test::heat_noise(grid.cells, grid.words);
  const auto total = test::heat_rates(0.3, problem.dimensions);
  const auto exact = problem.field();
  heat::apply_symbol(problem.u, problem.domain, problem.boundaries, heat::band_limited_propagator(total));
  heat::combine<double>(exact, {{1, problem.u}});
  heat::apply_symbol(exact, problem.domain, problem.boundaries, heat::lattice_propagator(total));
  const auto implicit = steps_of(problem, 0.3);
  for (int n = 0; n < steps; ++n) method.step(implicit, 1.0 / steps, problem.u);
  return problem.domain.max(test::largest_difference(test::own_values(problem.u), test::own_values(exact)));
}

}  // namespace

TEST_CASE("equations in implicit_steps.hpp: a step multiplies every mode by its symbol", "[heat][implicit]") {
  const auto& method = methods()[GENERATE(0, 1, 2)];
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const auto cells = GENERATE(std::vector<Index>{67}, std::vector<Index>{9, 12}, std::vector<Index>{6, 5, 7});
  const double r = GENERATE(0.13, 8.0);
  INFO(method.name);
  const auto problem = test::heat_noise(cells, {word});
  const auto rates = test::heat_rates(r, problem.dimensions);
  const auto implicit = steps_of(problem, r / 0.4);
  for (int n = 0; n < 2; ++n) method.step(implicit, 0.4, problem.u);
  const auto expected = test::symbol_of_noise(problem, [&](const heat::Angles& theta) {
    const auto s = test::stiffness(theta, rates);
    return std::pow(method.symbol(s[0] + s[1] + s[2]), 2);
  });
  CHECK(test::largest_difference(test::own_values(problem.u), expected) < 1e-12);
}

TEST_CASE("steps are of the order in time that their header says", "[heat][implicit]") {
  const auto& method = methods()[GENERATE(0, 1, 2)];
  const auto grid = GENERATE(Grid{{16}, {"periodic"}}, Grid{{8, 6}, {"dirichlet", "neumann"}},
                             Grid{{4, 5, 6}, {"neumann", "periodic", "dirichlet"}});
  INFO(method.name);
  const double order = std::log2(error_after(20, method, grid) / error_after(40, method, grid));
  CHECK(std::abs(order - method.order) < 0.05);
}

TEST_CASE("one step of a million time constants kills a stiff mode where the method is L-stable",
          "[heat][implicit]") {
  const auto& method = methods()[GENERATE(0, 1, 2)];
  INFO(method.name);
  auto problem = test::heat_noise({16, 12}, {"neumann"});
  heat::mode(problem.u, problem.domain.whole(), problem.boundaries, {0, 15, 11});
  const double before = problem.domain.max(test::largest(test::own_values(problem.u)));
  method.step(steps_of(problem, 1, 1e-9), 1e6, problem.u);
  const double after = problem.domain.max(test::largest(test::own_values(problem.u)));
  if (method.damps)
    CHECK(after < 3e-6 * before);
  else
    CHECK(std::abs(after - before) < 1e-5 * before);
}

TEST_CASE("large steps keep the sum of squares from growing", "[heat][implicit]") {
  const auto& method = methods()[GENERATE(0, 1, 2)];
  INFO(method.name);
  const auto problem = test::heat_noise({9, 12}, {"dirichlet", "periodic"});
  const auto& everyone = problem.domain.communicator();
  const auto implicit = steps_of(problem, 1, 1e-12);
  double before = heat::inner(problem.u, problem.u, everyone);
  for (int n = 0; n < 10; ++n) {
    method.step(implicit, 300, problem.u);
    const double after = heat::inner(problem.u, problem.u, everyone);
    CHECK(after <= before * (1 + 1e-10));
    before = after;
  }
}

TEST_CASE("implicit steps give the same bytes on any number of ranks", "[heat][implicit]") {
  const auto& method = methods()[GENERATE(0, 1, 2)];
  const std::vector<std::string> words{"neumann", "periodic", "dirichlet"};
  const auto shared = test::heat_noise({7, 9, 8}, words);
  const auto alone = test::heat_noise({7, 9, 8}, words, Domain::alone());
  const auto here = method.step(steps_of(shared, 3), 1, shared.u);
  const auto there = method.step(steps_of(alone, 3), 1, alone.u);
  CHECK(here.iterations == there.iterations);
  CHECK(shared.domain.gather(shared.u) == test::own_values(alone.u));
}
