// tests/solvers/heat/test_adi.cpp
#include "solvers/heat/adi.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/core/require.hpp"
#include "solvers/heat/combine.hpp"
#include "tests/solvers/heat/problem.hpp"

using namespace attune;

namespace {

double factor_of(const heat::Angles& theta, const heat::Rates& r) {
  const auto s = test::stiffness(theta, r);
  return 1 - (s[0] + s[1] + s[2]) / ((1 + s[0] / 2) * (1 + s[1] / 2) * (1 + s[2] / 2));
}

// The largest difference from the exact solution of the semi-discrete equation after `steps` steps.
double error_after(int steps, const std::vector<Index>& cells, const std::string& word) {
  const auto problem = test::heat_noise(cells, {word});
  const auto total = test::heat_rates(3, problem.dimensions);
  heat::apply_symbol(problem.u, problem.domain, problem.boundaries, heat::band_limited_propagator(total));
  const auto exact = problem.field();
  heat::combine<double>(exact, {{1, problem.u}});
  heat::apply_symbol(exact, problem.domain, problem.boundaries, heat::lattice_propagator(total));
  const auto part = test::heat_rates(3.0 / steps, problem.dimensions);
  const heat::Adi<double> adi(problem.domain, problem.boundaries, part);
  for (int n = 0; n < steps; ++n) adi.step(problem.u);
  return problem.domain.max(test::largest_difference(test::own_values(problem.u), test::own_values(exact)));
}

}  // namespace

TEST_CASE(
    "equation in lines.hpp: the solution fulfils the tridiagonal system for any line, one cell included",
    "[heat][adi]") {
  const auto boundary =
      GENERATE(heat::Boundary::periodic, heat::Boundary::dirichlet, heat::Boundary::neumann);
  const auto cells = GENERATE(Index(1), Index(2), Index(3), Index(8), Index(71));
  const auto axis = GENERATE(0, 1, 2);
  const double s = GENERATE(0.0, 0.4, 30.0);
  Box box = grid_box({3, 2, 67});
  box.upper[axis] = cells;
  heat::Boundaries boundaries{heat::Boundary::neumann, heat::Boundary::neumann, heat::Boundary::neumann};
  boundaries[axis] = boundary;
  Triple halo{0, 0, 0};
  halo[axis] = 1;

  const auto f = test::random_field<double>(box, {0, 0, 0}, 3);
  const auto before = test::own_values(f);
  heat::LineSolver<double>(axis, boundary, cells, s).solve(f);
  const Domain domain = Domain::alone().split(box, heat::periodic_axes(boundaries));
  const auto d = domain.field<double>("d", halo), back = domain.field<double>("back");
  heat::combine<double>(d, {{1, f}});
  heat::fill_ghosts(d, domain, boundaries);
  heat::Rates r{0, 0, 0};
  r[axis] = s;
  heat::ftcs_step(d, r, back);  // d + s D d
  heat::combine<double>(back, {{2, d}, {-1, back}});
  CHECK(test::largest_difference(test::own_values(back), before) < 2e-15 * (1 + 4 * s));
}

TEST_CASE("equation in adi.hpp: a step multiplies every mode by its symbol", "[heat][adi]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const auto cells = GENERATE(std::vector<Index>{67}, std::vector<Index>{9, 12}, std::vector<Index>{6, 5, 7});
  const double r = GENERATE(0.13, 2.0, 40.0);
  const auto problem = test::heat_noise(cells, {word});
  const auto rates = test::heat_rates(r, problem.dimensions);
  const heat::Adi<double> adi(problem.domain, problem.boundaries, rates);
  for (int n = 0; n < 3; ++n) adi.step(problem.u);
  const auto expected = test::symbol_of_noise(
      problem, [rates](const heat::Angles& theta) { return std::pow(factor_of(theta, rates), 3); });
  CHECK(test::largest_difference(test::own_values(problem.u), expected) < 1e-12);
}

TEST_CASE("alternating directions are of second order in time", "[heat][adi]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const auto cells =
      GENERATE(std::vector<Index>{24}, std::vector<Index>{12, 10}, std::vector<Index>{6, 5, 8});
  const double order = std::log2(error_after(40, cells, word) / error_after(80, cells, word));
  CHECK(std::abs(order - 2) < 0.05);
}

TEST_CASE("steps a thousand times the explicit limit keep the sum of squares from growing", "[heat][adi]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const auto cells = GENERATE(std::vector<Index>{20}, std::vector<Index>{9, 12}, std::vector<Index>{6, 5, 7});
  const auto problem = test::heat_noise(cells, {word});
  const auto& everyone = problem.domain.communicator();
  const heat::Adi<double> adi(problem.domain, problem.boundaries, test::heat_rates(500, problem.dimensions));
  double before = heat::inner(problem.u, problem.u, everyone);
  for (int n = 0; n < 50; ++n) {
    adi.step(problem.u);
    const double after = heat::inner(problem.u, problem.u, everyone);
    CHECK(after <= before * (1 + 1e-12));
    before = after;
  }
}

TEST_CASE("alternating directions give the same bytes on any number of ranks", "[heat][adi]") {
  const auto cells = GENERATE(std::vector<Index>{70}, std::vector<Index>{13, 70}, std::vector<Index>{7, 9, 8},
                              std::vector<Index>{40, 2, 3});
  const std::vector<std::string> words{"neumann", "periodic", "dirichlet"};
  const std::vector<std::string> mixed(words.end() - static_cast<int>(cells.size()), words.end());
  const auto shared = test::heat_noise(cells, mixed);
  const auto alone = test::heat_noise(cells, mixed, Domain::alone());
  for (const auto* problem : {&shared, &alone}) {
    const heat::Adi<double> adi(problem->domain, problem->boundaries,
                                test::heat_rates(1.7, problem->dimensions));
    for (int n = 0; n < 4; ++n) adi.step(problem->u);
  }
  CHECK(shared.domain.gather(shared.u) == test::own_values(alone.u));
}

TEST_CASE("a step in float differs from that in double by its rounding", "[heat][adi]") {
  const auto problem = test::heat_noise({9, 12}, {"neumann", "periodic"});
  const auto single = test::converted<float>(problem.u);
  const auto rates = test::heat_rates(5, 2);
  heat::Adi<double>(problem.domain, problem.boundaries, rates).step(problem.u);
  heat::Adi<float>(problem.domain, problem.boundaries, rates).step(single);
  CHECK(test::largest_difference(test::own_values(single), test::own_values(problem.u)) < 1e-5);
}

TEST_CASE("a direction without ghosts is refused", "[heat][adi]") {
  const auto problem = test::heat_noise({8, 9}, {"neumann"});
  const heat::Adi<double> adi(problem.domain, problem.boundaries, test::heat_rates(1, 2));
  CHECK_THROWS_AS(adi.step(problem.domain.field<double>("bare")), BrokenPromise);
}
