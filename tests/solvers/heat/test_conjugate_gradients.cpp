// tests/solvers/heat/test_conjugate_gradients.cpp
#include "solvers/heat/conjugate_gradients.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/solvers/heat/star_operator.hpp"

using namespace attune;

namespace {

// M = w (2 - w (I - a L)) with w = 1 / (1 + a spectral_radius): symmetric, positive definite.
struct TwoSweeps {
  test::StarOperator<double> l;

  void precondition(double a, const Field<double>& r, const Field<double>& z) const {
    const double w = 1 / (1 + a * l.spectral_radius());
    const auto u = l.field("u"), slope = l.field("slope");
    heat::combine<double>(u, {{1, r}});
    l.apply(u, slope);
    heat::combine<double>(z, {{2 * w - w * w, u}, {w * w * a, slope}});
  }
};

std::vector<double> exact(const test::HeatProblem& problem, const heat::Rates& r, double a) {
  return test::symbol_of_noise(problem, [r, a](const heat::Angles& theta) {
    const auto s = test::stiffness(theta, r);
    return 1 / (1 + a * (s[0] + s[1] + s[2]));
  });
}

template <class M>
heat::Solved solve(const test::HeatProblem& problem, double r, const heat::Stop& stop, const M& m,
                   const Field<double>& x) {
  const auto l = test::star(problem, r);
  const heat::ConjugateGradients<test::StarOperator<double>, M> solver(l, problem.domain.communicator(), stop,
                                                                       m);
  return solver.solve(0.7, problem.u, x);
}

}  // namespace

TEST_CASE("conjugate gradients divide every mode by 1 + a s, whatever the first guess", "[heat][cg]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const auto cells = GENERATE(std::vector<Index>{67}, std::vector<Index>{9, 12}, std::vector<Index>{6, 5, 7});
  const double r = GENERATE(0.2, 50.0);
  const auto problem = test::heat_noise(cells, {word});
  const auto expected = exact(problem, test::heat_rates(r, problem.dimensions), 0.7);
  const heat::Stop stop{1e-13, 400};

  const auto x = problem.field(), y = problem.field();
  heat::white_noise(y, problem.domain.whole(), Random{9, 0});
  const auto plain = solve(problem, r, stop, heat::NoPreconditioner{}, x);
  const auto preconditioned = solve(problem, r, stop, TwoSweeps{test::star(problem, r)}, y);
  CHECK(test::largest_difference(test::own_values(x), expected) < 1e-12);
  CHECK(test::largest_difference(test::own_values(y), expected) < 1e-12);
  CHECK(plain.residual <= 1e-13);
  CHECK(plain.work >= plain.iterations);
  CHECK(preconditioned.residual <= 1e-13);
}

TEST_CASE("a preconditioner that brings eigenvalues together saves iterations", "[heat][cg]") {
  const auto problem = test::heat_noise({48, 48}, {"neumann"});
  const auto x = problem.field(), y = problem.field();
  const auto plain = solve(problem, 30, {}, heat::NoPreconditioner{}, x);
  const auto preconditioned = solve(problem, 30, {}, TwoSweeps{test::star(problem, 30)}, y);
  CHECK(preconditioned.iterations < 0.8 * plain.iterations);
}

TEST_CASE("conjugate gradients end after as many iterations as there are eigenvalues", "[heat][cg]") {
  const auto problem = test::heat_noise({7}, {"periodic"});  // 4 eigenvalues: all but the mean come twice
  const auto solved = solve(problem, 3, {1e-12, 10}, heat::NoPreconditioner{}, problem.field());
  CHECK(solved.iterations <= 4);
}

TEST_CASE("a right side of zero gives zero", "[heat][cg]") {
  const auto problem = test::heat_noise({8, 9}, {"dirichlet"});
  const auto x = problem.field();
  heat::combine<double>(x, {{1, problem.u}});
  heat::combine<double>(problem.u, {});
  const auto solved = solve(problem, 3, {}, heat::NoPreconditioner{}, x);
  CHECK(solved.iterations == 0);
  CHECK(test::largest(test::own_values(x)) == 0);
}

TEST_CASE("what does not converge is said on every rank", "[heat][cg]") {
  const auto problem = test::heat_noise({16, 16}, {"neumann"});
  const auto x = problem.field();
  CHECK_THROWS_AS(solve(problem, 1e4, {1e-10, 5}, heat::NoPreconditioner{}, x), InputError);
  CHECK_THROWS_AS(solve(problem, 1e4, {1e-30, 1000}, heat::NoPreconditioner{}, x), InputError);
  heat::combine<double>(problem.u, {{NAN, problem.u}});
  CHECK_THROWS_AS(solve(problem, 1, {}, heat::NoPreconditioner{}, x), InputError);
}

TEST_CASE("floats are solved to what float can hold", "[heat][cg]") {
  const auto problem = test::heat_noise({20, 24}, {"dirichlet"});
  const auto l = test::star<float>(problem, 2);
  const auto b = test::converted<float>(problem.u);
  const auto x = l.field("x");
  const heat::ConjugateGradients solver(l, problem.domain.communicator(), heat::Stop{3e-6, 200});
  const auto solved = solver.solve(1, b, x);
  CHECK(solved.residual <= 3e-6);
  const auto expected = exact(problem, test::heat_rates(2, 2), 1);
  CHECK(test::largest_difference(test::own_values(x), expected) < 3e-5);
}

TEST_CASE("conjugate gradients give the same bytes and iterations on any number of ranks", "[heat][cg]") {
  const std::vector<std::string> words{"neumann", "periodic", "dirichlet"};
  const auto shared = test::heat_noise({7, 9, 8}, words);
  const auto alone = test::heat_noise({7, 9, 8}, words, Domain::alone());
  const auto x = shared.field(), y = alone.field();
  const auto here = solve(shared, 4, {}, TwoSweeps{test::star(shared, 4)}, x);
  const auto there = solve(alone, 4, {}, TwoSweeps{test::star(alone, 4)}, y);
  CHECK(here.iterations == there.iterations);
  CHECK(here.residual == there.residual);
  CHECK(shared.domain.gather(x) == test::own_values(y));
}
