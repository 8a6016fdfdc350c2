// tests/solvers/heat/test_multigrid.cpp
#include "solvers/heat/multigrid.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/core/require.hpp"
#include "solvers/heat/conjugate_gradients.hpp"
#include "solvers/heat/grid_transfer.hpp"
#include "solvers/heat/implicit_steps.hpp"
#include "tests/solvers/heat/star_operator.hpp"

using namespace attune;

namespace {

using Multigrid = heat::Multigrid<double>;

Multigrid multigrid(const test::HeatProblem& problem, const heat::Rates& r,
                    const Multigrid::Choice& choice = {}) {
  return Multigrid(problem.domain, problem.boundaries, r, choice);
}

// Mean factor by which a cycle shrinks the residual of noise, once the first cycles have left the slowest
// modes.
double convergence(const test::HeatProblem& problem, const heat::Rates& r, double a) {
  const auto x = problem.field();
  const auto first = multigrid(problem, r, {{1e-4, 30}}).solve(a, problem.u, x);
  heat::combine<double>(x, {});
  const auto last = multigrid(problem, r, {{1e-11, 30}}).solve(a, problem.u, x);
  return std::pow(last.residual / first.residual, 1.0 / (last.iterations - first.iterations));
}

std::vector<double> exact(const test::HeatProblem& problem, const heat::Rates& r, double a) {
  return test::symbol_of_noise(problem, [r, a](const heat::Angles& theta) {
    const auto s = test::stiffness(theta, r);
    return 1 / (1 + a * (s[0] + s[1] + s[2]));
  });
}

}  // namespace

TEST_CASE(
    "equation in grid_transfer.hpp: restriction is the transpose of prolongation, scaled, and keeps the mass",
    "[heat][multigrid]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const auto cells =
      GENERATE(Triple{1, 1, 2}, Triple{1, 1, 3}, Triple{1, 1, 131}, Triple{1, 7, 12}, Triple{5, 2, 9});
  const auto boundaries = heat::boundaries_of({word}, 3);
  heat::GridPair whole{{{0, 0, 0}, cells}, {}};
  double scale = 1;
  for (int a = 0; a < 3; ++a) {
    whole.coarse.upper[a] = (cells[a] + 1) / 2;
    scale *= double(whole.coarse.upper[a]) / double(cells[a]);
  }
  const Domain fine = Domain::alone().split(whole.fine, heat::periodic_axes(boundaries));
  const Domain coarse = Domain::alone().split(whole.coarse, heat::periodic_axes(boundaries));
  const auto halo = heat::transfer_halo(whole, whole);
  const heat::GridTransfer<double> transfer(whole, whole);
  const auto b = test::random_field<double>(whole.fine, halo.fine, 1);
  const auto x = test::random_field<double>(whole.coarse, halo.coarse, 2);
  const auto u = fine.field<double>("u"), restricted = coarse.field<double>("restricted");
  heat::fill_ghosts(b, fine, boundaries);
  heat::fill_ghosts(x, coarse, boundaries);
  transfer.restrict_to_coarse(b, restricted);
  transfer.add_prolonged(x, u);

  const Communicator& ranks = coarse.communicator();
  CHECK(std::abs(heat::inner(restricted, x, ranks) - scale * heat::inner(b, u, ranks)) < 1e-13);
  if (word == "dirichlet") return;
  const auto sum = [](const std::vector<double>& values) {
    double all = 0;
    for (const double value : values) all += value;
    return all;
  };
  CHECK(std::abs(sum(test::own_values(restricted)) - scale * sum(test::own_values(b))) < 1e-13);
}

TEST_CASE("multigrid divides every mode by 1 + a s", "[heat][multigrid]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const auto cells = GENERATE(std::vector<Index>{67}, std::vector<Index>{9, 12}, std::vector<Index>{6, 5, 7},
                              std::vector<Index>{1, 2, 3});
  const double r = GENERATE(0.1, 50.0);
  const auto problem = test::heat_noise(cells, {word});
  const auto rates = test::heat_rates(r, problem.dimensions);
  const auto x = problem.field();
  const auto solved = multigrid(problem, rates, {{1e-13, 30}, 0}).solve(0.7, problem.u, x);
  CHECK(solved.residual <= 1e-13);
  CHECK(test::largest_difference(test::own_values(x), exact(problem, rates, 0.7)) < 1e-12);
}

TEST_CASE("a cycle shrinks the residual six times or more, whatever the grid and the step",
          "[heat][multigrid]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const auto cells =
      GENERATE(std::vector<Index>{512}, std::vector<Index>{37}, std::vector<Index>{64, 64},
               std::vector<Index>{33, 50}, std::vector<Index>{24, 24, 24}, std::vector<Index>{11, 17, 13});
  const double a = GENERATE(1.0, 1e4);
  const auto problem = test::heat_noise(cells, {word});
  CHECK(convergence(problem, heat::rates_of(1, problem.dimensions), a) < 0.15);
}

TEST_CASE("the number of cycles does not grow with the grid", "[heat][multigrid]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  double least = 1, most = 0;
  for (const Index n : {16, 32, 64, 128}) {
    const double factor = convergence(test::heat_noise({n, n}, {word}), heat::rates_of(1, 2), 1e4);
    least = std::min(least, factor);
    most = std::max(most, factor);
  }
  CHECK(most < 0.15);
  CHECK(most < least + 0.03);
}

TEST_CASE("axes with other rates are halved when their turn comes, and the cycle keeps its factor",
          "[heat][multigrid]") {
  const auto r = GENERATE(heat::Rates{0, 1, 100}, heat::Rates{0, 1000, 1}, heat::Rates{0, 1, 0.4});
  const auto problem = test::heat_noise({48, 36}, {"neumann", "periodic"});
  CHECK(convergence(problem, r, 100) < 0.15);
  const auto grids = multigrid(problem, r).grids();
  CHECK(grids.back().cells() == 1);
  if (r[2] > 2 * r[1]) CHECK(grids[1] == grid_box({48, 18}));
}

TEST_CASE("a cycle is symmetric and positive definite, and preconditions conjugate gradients",
          "[heat][multigrid]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const auto problem = test::heat_noise({11, 12, 9}, {word});
  const auto l = test::star(problem, 40);
  const auto cycles = multigrid(problem, l.r, {{}, 0});
  const auto v = problem.field(), m_u = problem.field(), m_v = problem.field();
  heat::white_noise(v, problem.domain.whole(), Random{5, 0});
  cycles.precondition(1, problem.u, m_u);
  cycles.precondition(1, v, m_v);
  const Communicator& ranks = problem.domain.communicator();
  CHECK(std::abs(heat::inner(m_u, v, ranks) - heat::inner(problem.u, m_v, ranks)) < 1e-13);
  CHECK(heat::inner(m_u, problem.u, ranks) > 0);

  const heat::ConjugateGradients<test::StarOperator<double>, Multigrid> solver(l, ranks, {1e-11, 50}, cycles);
  const auto x = problem.field();
  CHECK(solver.solve(1, problem.u, x).iterations < 13);
  CHECK(test::largest_difference(test::own_values(x), exact(problem, l.r, 1)) < 1e-10);
}

TEST_CASE("multigrid gives the same bytes on any number of ranks, gathered early, late or never",
          "[heat][multigrid]") {
  const auto cells =
      GENERATE(std::vector<Index>{70}, std::vector<Index>{23, 70}, std::vector<Index>{7, 9, 16});
  const std::vector<std::string> words{"neumann", "periodic", "dirichlet"};
  const std::vector<std::string> mixed(words.end() - static_cast<int>(cells.size()), words.end());
  const auto alone = test::heat_noise(cells, mixed, Domain::alone());
  const auto rates = test::heat_rates(30, alone.dimensions);
  const auto y = alone.field();
  const auto there = multigrid(alone, rates).solve(1, alone.u, y);
  for (const Index gathered : {Index(0), Index(200), Index(4096)}) {
    const auto shared = test::heat_noise(cells, mixed);
    const auto x = shared.field();
    const auto here = multigrid(shared, rates, {{1e-10, 50}, gathered}).solve(1, shared.u, x);
    CHECK(here.iterations == there.iterations);
    CHECK(here.residual == there.residual);
    CHECK(here.work == there.work);
    CHECK(shared.domain.gather(x) == test::own_values(y));
  }
}

TEST_CASE("implicit steps over multigrid are those over conjugate gradients", "[heat][multigrid]") {
  const auto one = test::heat_noise({20, 31}, {"dirichlet", "neumann"});
  const auto other = test::heat_noise({20, 31}, {"dirichlet", "neumann"});
  const auto l = test::star(one, 5);
  const heat::ConjugateGradients gradients(l, one.domain.communicator(), heat::Stop{1e-12, 500});
  heat::ImplicitSteps(l, gradients).tr_bdf2(3, one.u);
  heat::ImplicitSteps(l, multigrid(one, l.r, {{1e-12, 20}, 0})).tr_bdf2(3, other.u);
  CHECK(test::largest_difference(test::own_values(one.u), test::own_values(other.u)) < 1e-11);
}

TEST_CASE("a cycle costs what its header says", "[heat][multigrid]") {
  const auto problem = test::heat_noise({16, 16, 16}, {"periodic"});
  const auto cycles = multigrid(problem, heat::rates_of(1, 3));
  CHECK(std::abs(cycles.work(1e6) - 6 * (1 + 1.0 / 8 + 1.0 / 64 + 1.0 / 512)) < 0.02);
  CHECK(cycles.work(1e-3) < 2);
}

TEST_CASE("multigrid works in float, and says what it cannot reach", "[heat][multigrid]") {
  const auto problem = test::heat_noise({20, 24}, {"dirichlet"});
  const auto b = test::converted<float>(problem.u), x = test::converted<float>(problem.u);
  const heat::Rates r = heat::rates_of(2, 2);
  const heat::Multigrid<float> cycles(problem.domain, problem.boundaries, r, {{2e-6f, 20}, 0});
  cycles.solve(1, b, x);
  CHECK(test::largest_difference(test::own_values(x), exact(problem, r, 1)) < 3e-5);
  const heat::Multigrid<float> asked(problem.domain, problem.boundaries, r, {{1e-12, 20}, 0});
  CHECK_THROWS_AS(asked.solve(1, b, x), InputError);
  CHECK_THROWS_AS(multigrid(problem, heat::rates_of(1, 1)), BrokenPromise);
}
