// tests/solvers/heat/test_newton.cpp
#include "solvers/heat/newton.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/catch_tostring.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/core/require.hpp"
#include "solvers/heat/implicit_steps.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/nonlinear.hpp"
#include "solvers/heat/picard.hpp"
#include "solvers/heat/theory/barenblatt.hpp"
#include "tests/solvers/heat/observed_order.hpp"

using namespace attune;
using heat::LinearLaw;
using heat::NewtonChoice;
using heat::NonlinearConductivity;
using heat::PowerLaw;

namespace {

using Power = NonlinearConductivity<PowerLaw, double>;

// The linear system of a Picard round, by conjugate gradients.
struct Gradients {
  void operator()(const heat::Implicit<double>& A, const Field<double>& b, const Field<double>& x) const {
    heat::ConjugateGradients(A.L, A.communicator(), heat::Stop{1e-13, 5000}).solve(A.dt, b, x);
  }
};

// A bump between `least` and 1 + least.
Field<double> bump(const test::Cube& at, double least) {
  return test::sampled(at.domain, {0, 0, 0}, [&](const auto& x) {
    double r = 0;
    for (const double y : x) r += std::pow(4 * (y - 0.5), 2);
    return std::max(0.0, 1 - r) + least;
  });
}

double mass(const Field<double>& u, const Domain& domain) {
  const auto one = domain.field<double>("one");
  Kokkos::deep_copy(one.values, 1.0);
  return heat::inner(u, one, domain.communicator());
}

struct Step {
  Domain domain;
  Power l;
  double dt;
  Field<double> b, u;
};

// Backward Euler from a bump, dt in largest explicit steps, the first guess in u.
Step step_of(const test::Cube& at, double least, double steps) {
  const Power l({0.7, 2}, at.h, at.domain, at.boundaries);
  const auto b = l.field("b"), u = l.field("u");
  heat::combine<double>(b, {{1, bump(at, least)}});
  heat::combine<double>(u, {{1, b}});
  l.apply(u, l.field("du"));
  return {at.domain, l, steps * l.largest_step(), b, u};
}

// |u - dt L(u) - b| over |b|, by the operator alone.
double defect(const Step& at) {
  const auto f = at.l.field("f");
  at.l.apply(at.u, f);
  heat::combine<double>(f, {{1, at.u}, {-at.dt, f}, {-1, at.b}});
  const auto& ranks = at.l.differences().communicator();
  return std::sqrt(heat::inner(f, f, ranks) / heat::inner(at.b, at.b, ranks));
}

}  // namespace

TEST_CASE("the residual of Newton's method falls quadratically", "[heat][newton]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const int dimensions = GENERATE(1, 2, 3);
  const bool multigrid = word == "dirichlet" && dimensions == 2;
  const auto at = step_of(test::cube(word, dimensions,
                                     dimensions == 3   ? 6
                                     : dimensions == 2 ? 12
                                                       : 24),
                          0.3, 40);
  const auto result = heat::Newton(at.l, {{1e-13, 30}, {0.1, 2000}, multigrid}).iterate(at.dt, at.b, at.u);
  const auto& r = result.residuals;
  INFO(word << " in " << dimensions << ": " << Catch::StringMaker<std::vector<double>>::convert(r));
  CHECK(defect(at) <= 1.1e-13);
  CHECK(result.rounds() <= 9);
  for (std::size_t n = 1; n + 1 < r.size(); ++n)
    if (r[n] < 1e-2 && r[n] > 1e-6) CHECK(r[n + 1] < 20 * r[n] * r[n]);
}

TEST_CASE("Newton's method and Picard's agree, with a front and without, and Newton's takes fewer rounds",
          "[heat][newton]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const double least = GENERATE(0.0, 0.2);
  const auto one = step_of(test::cube(word, 2, 10), least, 20);
  const auto other = step_of(test::cube(word, 2, 10), least, 20);
  const auto newton = heat::Newton(one.l, {{1e-12, 60}}).solve(one.dt, one.b, one.u);
  const auto picard = heat::picard_step(other.l, other.dt, other.b, other.u, Gradients{}, {1e-13, 200});
  INFO(newton.iterations << " rounds against " << picard.rounds);
  CHECK(picard.converged);
  CHECK(newton.iterations < picard.rounds);
  CHECK(test::largest_difference(test::own_values(one.u), test::own_values(other.u)) < 1e-9);
}

TEST_CASE("every round gives the heat of the right side, however badly its system was solved",
          "[heat][newton]") {
  const std::string word = GENERATE("periodic", "neumann");
  const auto at = step_of(test::cube(word, 2, 16), 0.2, 10);
  heat::combine<double>(at.u, {{0.9, at.u}});
  const auto result = heat::Newton(at.l, {{1e-12, 1}, {0.5, 2000}}).iterate(at.dt, at.b, at.u);
  CHECK(result.rounds() == 1);
  CHECK(result.residuals.back() > 1e-3);
  if (result.picard == 0) CHECK(std::abs(mass(at.u, at.domain) / mass(at.b, at.domain) - 1) < 1e-13);
}

TEST_CASE("a step at a front keeps the extremes of its right side to the tolerance", "[heat][newton]") {
  const int dimensions = GENERATE(1, 2, 3);
  const bool multigrid = dimensions == 2;
  const auto at = step_of(test::cube("neumann", dimensions,
                                     dimensions == 3   ? 7
                                     : dimensions == 2 ? 14
                                                       : 32),
                          0, 50);
  const auto solved = heat::Newton(at.l, {{1e-12, 60}, {0.1, 5000}, multigrid}).solve(at.dt, at.b, at.u);
  INFO(dimensions << ": " << solved.iterations << " rounds");
  CHECK(solved.iterations <= 20);
  CHECK(defect(at) <= 1.1e-12);
  const auto u = at.domain.gather(at.u);
  CHECK(*std::min_element(u.begin(), u.end()) > -1e-10);
  CHECK(*std::max_element(u.begin(), u.end()) < 1);
}

TEST_CASE("steps over Newton's method are of the order that their header says", "[heat][newton]") {
  const int method = GENERATE(0, 1, 2);
  const int dimensions = GENERATE(1, 2);
  const auto at = step_of(test::cube("neumann", dimensions, dimensions == 1 ? 16 : 8), 0.5, 1);
  const double end = 30 * at.dt;
  const auto run = [&](int steps, int by) {
    const auto u = at.l.field("u");
    heat::combine<double>(u, {{1, at.b}});
    const heat::ImplicitSteps implicit(at.l, heat::Newton(at.l, {{1e-13, 30}}));
    for (int n = 0; n < steps; ++n) {
      if (by == 0) implicit.backward_euler(end / steps, u);
      if (by == 1) implicit.crank_nicolson(end / steps, u);
      if (by == 2) implicit.tr_bdf2(end / steps, u);
    }
    return test::own_values(u);
  };
  const auto fine = run(160, 2);
  const double coarse = at.domain.max(test::largest_difference(run(10, method), fine));
  const double half = at.domain.max(test::largest_difference(run(20, method), fine));
  INFO(method << ": " << coarse << " " << half);
  CHECK(std::abs(std::log2(coarse / half) - (method == 0 ? 1 : 2)) < 0.2);
}

TEST_CASE("a manufactured solution is met at second order by TR-BDF2 over Newton's method with dt ~ h",
          "[heat][newton]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const heat::theory::Manufactured problem{test::theory_boundary(word), 1, 0};
  constexpr double beta = 0.4, end = 0.1;
  double error[2];
  for (const int level : {0, 1}) {
    const auto at = test::cube(word, 1, 20 << level);
    const NonlinearConductivity<LinearLaw, double> l({1, beta}, at.h, at.domain, at.boundaries);
    const auto f = test::sampled(at.domain, {0, 0, 0}, [&](const auto& x) {
      const auto u = solution(problem, x, 0);
      return source(u, heat::theory::linear_law(u, 1, beta));
    });
    const auto exact =
        test::sampled(at.domain, {0, 0, 0}, [&](const auto& x) { return solution(problem, x, 0).value; });
    const auto u = l.field("u");
    heat::combine<double>(u, {{word == "dirichlet" ? 0.7 : 1, exact}});  // elsewhere the heat of the start stays
    const heat::ImplicitSteps implicit(l, heat::Newton(l, {{1e-11, 30}}));
    const int steps = 20 << level;
    for (int n = 0; n < steps; ++n)
      implicit.tr_bdf2(40 * end / steps, u, 0, heat::SeparableSource<double>{f});
    heat::combine<double>(u, {{1, u}, {-1, exact}});
    error[level] = std::sqrt(heat::inner(u, u, at.domain.communicator()) / double(at.domain.whole().cells()));
  }
  INFO(word << ": " << error[0] << " " << error[1]);
  CHECK(std::abs(std::log2(error[0] / error[1]) - 2) < 0.1);
}

TEST_CASE("Barenblatt's front is followed with steps of a hundred explicit ones", "[heat][newton]") {
  const int dimensions = GENERATE(1, 2);
  const heat::theory::Barenblatt theory{0.7, 2, 1, dimensions};
  const double end = std::pow(1.5, 1 / theory.exponent()), width = 2.2 * theory.front(end);
  const Index cells = dimensions == 1 ? 100 : 24;
  auto at = test::cube("neumann", dimensions, cells);
  for (int a = 0; a < 3; ++a) at.h[a] *= width;
  const auto exact = [&](double t) {
    return test::sampled(at.domain, {0, 0, 0}, [&](const auto& x) {
      double square = 0;
      for (const double y : x) square += std::pow((y - 0.5) * width, 2);
      return theory.value(std::sqrt(square), t);
    });
  };
  const Power l({0.7, 2}, at.h, at.domain, at.boundaries);
  const auto u = l.field("u");
  heat::combine<double>(u, {{1, exact(1)}});
  l.apply(u, l.field("du"));
  const int steps = std::max(20, static_cast<int>((end - 1) / (100 * l.largest_step())));
  const heat::ImplicitSteps implicit(l, heat::Newton(l, {{1e-10, 60}}));
  const double before = mass(u, at.domain);
  for (int n = 0; n < steps; ++n) implicit.backward_euler((end - 1) / steps, u);
  CHECK(std::abs(mass(u, at.domain) / before - 1) < 1e-12);
  const auto error = at.domain.field<double>("error");
  heat::combine<double>(error, {{1, u}, {-1, exact(end)}});
  const double size = heat::inner(u, u, at.domain.communicator());
  INFO(steps << " steps, error " << std::sqrt(heat::inner(error, error, at.domain.communicator()) / size));
  CHECK(heat::inner(error, error, at.domain.communicator()) < 0.05 * 0.05 * size);
}

TEST_CASE("Newton's method says what it cannot reach, and takes zero for zero", "[heat][newton]") {
  const auto at = step_of(test::cube("neumann", 1, 16), 0.2, 40);
  CHECK_THROWS_AS(heat::Newton(at.l, {{1e-10, 1}}).solve(at.dt, at.b, at.u), InputError);
  CHECK_THROWS_AS(heat::Newton(at.l, {{1e-30, 50}}).solve(at.dt, at.b, at.u), InputError);
  heat::combine<double>(at.b, {});
  CHECK(heat::Newton(at.l).solve(at.dt, at.b, at.u).residual == 0);
  CHECK(test::largest(test::own_values(at.u)) == 0);
}

TEST_CASE("Newton's method gives the same bytes on any number of ranks", "[heat][newton]") {
  const bool multigrid = GENERATE(false, true);
  const auto run = [&](const Domain& over) {
    const auto boundaries = heat::boundaries_of({"neumann", "periodic", "dirichlet"}, 3);
    const Domain domain = over.split(grid_box({7, 9, 8}), heat::periodic_axes(boundaries));
    const Power l({0.7, 2}, {0.1, 0.2, 0.1}, domain, boundaries);
    const auto u = l.field("u"), b = l.field("b");
    heat::white_noise(u, domain.whole(), Random{3, 0});
    Kokkos::deep_copy(b.values, 5.0);
    heat::combine<double>(b, {{1, b}, {1, u}});  // of one sign: where it changes, kappa = u^2 cuts the grid apart
    heat::combine<double>(u, {{1, b}});
    heat::Newton(l, {{1e-10, 60}, {0.1, 2000}, multigrid}).solve(0.02, b, u);
    return domain.gather(u);
  };
  CHECK(run(Domain::world()) == run(Domain::alone()));
}
