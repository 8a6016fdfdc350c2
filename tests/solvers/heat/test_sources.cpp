// tests/solvers/heat/test_sources.cpp
#include "solvers/heat/sources.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "solvers/heat/conjugate_gradients.hpp"
#include "solvers/heat/implicit_steps.hpp"
#include "solvers/heat/variable_conductivity.hpp"
#include "tests/solvers/heat/observed_order.hpp"
#include "tests/solvers/heat/star_operator.hpp"

using namespace attune;

namespace {

const char* const names[]{"backward Euler", "Crank-Nicolson", "TR-BDF2"};
constexpr int orders[]{1, 2, 2};

template <class Steps, class F>
void step(int method, const Steps& steps, double dt, const Field<double>& u, double t, const F& f) {
  if (method == 0) steps.backward_euler(dt, u, t, f);
  if (method == 1) steps.crank_nicolson(dt, u, t, f);
  if (method == 2) steps.tr_bdf2(dt, u, t, f);
}

template <class L> auto steps_of(const L& l, const Communicator& ranks, double tolerance = 1e-13) {
  return heat::ImplicitSteps(l, heat::ConjugateGradients(l, ranks, heat::Stop{tolerance, 3000}));
}

// a' = -s a + cos(omega t), a(0) = 1
double driven(double s, double omega, double t) {
  const double size = s * s + omega * omega;
  return (1 - s / size) * std::exp(-s * t) + (s * std::cos(omega * t) + omega * std::sin(omega * t)) / size;
}

// Largest error at t = 1 of the amplitude of a mode that cos(omega t) drives.
double driven_error(int method, int steps, const test::HeatProblem& problem) {
  constexpr double omega = 5;
  const auto l = test::star(problem, 2);
  const Triple m{problem.dimensions > 2, problem.dimensions > 1, 1};
  const auto mode = problem.field();
  heat::mode(mode, problem.domain.whole(), problem.boundaries, m);
  heat::combine<double>(problem.u, {{1, mode}});
  const auto implicit = steps_of(l, problem.domain.communicator());
  const heat::SeparableSource<double> source{mode, [](double t) { return std::cos(omega * t); }};
  for (int n = 0; n < steps; ++n)
    step(method, implicit, 1.0 / steps, problem.u, static_cast<double>(n) / steps, source);
  heat::Angles theta;
  for (int a = 0; a < 3; ++a) {
    const Index first =
        problem.boundaries[a] == heat::Boundary::dirichlet ? 1 : 0;  // the mode that angle_of counts as 0
    theta[a] = heat::angle_of(problem.boundaries[a], m[a] - first, problem.domain.whole().extent(a));
  }
  const auto s = test::stiffness(theta, l.r);
  heat::combine<double>(problem.u, {{1, problem.u}, {-driven(s[0] + s[1] + s[2], omega, 1), mode}});
  return test::largest(problem.domain.gather(problem.u));
}

// A source that changes along x and in time.
struct Wave {
  double length;
  KOKKOS_FUNCTION double operator()(Index, Index, Index i, double t) const {
    return Kokkos::sin(6.28 * double(i) / length + 3 * t);
  }
};

}  // namespace

TEST_CASE("a mode driven by a source follows the solution of its ordinary equation at the order of the step",
          "[heat][sources]") {
  const int method = GENERATE(0, 1, 2);
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const auto cells = GENERATE(std::vector<Index>{12}, std::vector<Index>{4, 5}, std::vector<Index>{3, 4, 3});
  const double coarse = driven_error(method, 120, test::heat_noise(cells, {word}));
  const double fine = driven_error(method, 240, test::heat_noise(cells, {word}));
  INFO(names[method] << " " << word << ": " << coarse << " " << fine);
  CHECK(std::abs(std::log2(coarse / fine) - orders[method]) < 0.1);
}

TEST_CASE("what a source holds in balance stays", "[heat][sources]") {
  const int method = GENERATE(0, 1, 2);
  const auto problem = test::heat_noise({7, 9}, {"dirichlet", "neumann"});
  const auto l = test::star(problem, 3);
  const auto balance = problem.field(), start = problem.field();
  l.apply(problem.u, balance);
  heat::combine<double>(balance, {{-1, balance}});
  heat::combine<double>(start, {{1, problem.u}});
  const auto implicit = steps_of(l, problem.domain.communicator());
  for (int n = 0; n < 3; ++n)
    step(method, implicit, 0.7, problem.u, 0.7 * n, heat::SeparableSource<double>{balance});
  CHECK(test::largest_difference(test::own_values(problem.u), test::own_values(start)) < 1e-11);
}

TEST_CASE("with a source of zero the steps are those without, to the last bit", "[heat][sources]") {
  const auto one = test::heat_noise({7, 9}, {"dirichlet", "neumann"});
  const auto other = test::heat_noise({7, 9}, {"dirichlet", "neumann"});
  const auto l = test::star(one, 3);
  const auto implicit = steps_of(l, one.domain.communicator());
  implicit.backward_euler(0.3, one.u);
  implicit.crank_nicolson(0.3, one.u);
  implicit.tr_bdf2(0.3, one.u);
  for (const int method : {0, 1, 2}) step(method, implicit, 0.3, other.u, 0, heat::NoSource{});
  CHECK(test::own_values(one.u) == test::own_values(other.u));
}

TEST_CASE("a manufactured solution is met at second order in h, with dt ~ h or ~ h^2 as the step asks",
          "[heat][sources]") {
  const int method = GENERATE(0, 1, 2);
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const int dimensions = word == "periodic" ? 2 : 1;
  const heat::theory::Manufactured problem{test::theory_boundary(word), dimensions, 8};
  constexpr double end = 0.125;
  double error[2];
  for (const int level : {0, 1}) {
    const auto at = test::cube(word, dimensions, 12 << level);
    const auto kappa = test::sampled(at.domain, {0, 0, 0}, [&](const auto& x) {
      return heat::theory::smooth_conductivity(x, dimensions).value;
    });
    const auto l = heat::variable_conductivity(kappa, at.h, at.domain, at.boundaries);
    const auto f = test::sampled(at.domain, {0, 0, 0}, [&](const auto& x) {
      return source(solution(problem, x, 0), heat::theory::smooth_conductivity(x, dimensions));
    });
    const auto value = [&](double t) {
      return test::sampled(at.domain, {0, 0, 0},
                           [&](const auto& x) { return solution(problem, x, t).value; });
    };
    const auto u = l.field("u");
    heat::combine<double>(u, {{1, value(0)}});
    const auto implicit = steps_of(l, at.domain.communicator(), 1e-11);
    const int steps = method == 0 ? 8 << (2 * level) : 6 << level;
    const heat::SeparableSource<double> decaying{f, [&](double t) { return std::exp(-problem.decay * t); }};
    for (int n = 0; n < steps; ++n) step(method, implicit, end / steps, u, n * end / steps, decaying);
    heat::combine<double>(f, {{1, u}, {-1, value(end)}});
    error[level] = std::sqrt(heat::inner(f, f, at.domain.communicator()) / double(at.domain.whole().cells()));
  }
  INFO(names[method] << " " << word << " in " << dimensions << ": " << error[0] << " " << error[1]);
  CHECK(std::abs(std::log2(error[0] / error[1]) - 2) < 0.25);
}

TEST_CASE("steps with a source of cells give the same bytes on any number of ranks", "[heat][sources]") {
  const int method = GENERATE(0, 1, 2);
  const std::vector<std::string> words{"neumann", "periodic", "dirichlet"};
  const auto shared = test::heat_noise({7, 9, 8}, words);
  const auto alone = test::heat_noise({7, 9, 8}, words, Domain::alone());
  const heat::CellSource<Wave> wave{{8}};
  step(method, steps_of(test::star(shared, 3), shared.domain.communicator()), 1, shared.u, 0.3, wave);
  step(method, steps_of(test::star(alone, 3), alone.domain.communicator()), 1, alone.u, 0.3, wave);
  CHECK(shared.domain.gather(shared.u) == test::own_values(alone.u));
}
