// tests/solvers/heat/test_nonlinear.cpp
#include "solvers/heat/nonlinear.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <limits>

#include "solvers/heat/initial.hpp"
#include "solvers/heat/picard.hpp"
#include "solvers/heat/theory/barenblatt.hpp"
#include "tests/solvers/heat/observed_order.hpp"

using namespace attune;
using heat::LinearLaw;
using heat::NonlinearConductivity;
using heat::PowerLaw;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

// Conjugate gradients, preconditioned by the diagonal.
struct DiagonalConjugateGradients {
  double tolerance = 1e-13;
  int most = 2000;

  template <class A, class Scalar>
  void operator()(const A& a, const Field<Scalar>& b, const Field<Scalar>& x) const {
    const auto r = a.field("r"), z = a.field("z"), p = a.field("p"), q = a.field("q"), d = a.field("d");
    const auto& ranks = a.communicator();
    a.diagonal(d);
    const auto precondition = [&] {
      const auto top = test::host(r), bottom = test::host(d), into = test::host(z);
      for (std::size_t n = 0; n < top.size(); ++n)
        into.data()[n] = bottom.data()[n] > 0 ? top.data()[n] / bottom.data()[n] : 0;
      Kokkos::deep_copy(z.values, into);
    };
    a.apply(x, q);
    heat::combine(r, {{1, b}, {-1, q}});
    precondition();
    heat::combine(p, {{1, z}});
    double rz = heat::inner(r, z, ranks);
    const double stop = tolerance * tolerance * heat::inner(b, b, ranks);
    for (int n = 0; n < most && heat::inner(r, r, ranks) > stop; ++n) {
      a.apply(p, q);
      const double step = rz / heat::inner(p, q, ranks);
      heat::combine(x, {{1, x}, {step, p}});
      heat::combine(r, {{1, r}, {-step, q}});
      precondition();
      const double before = rz;
      rz = heat::inner(r, z, ranks);
      heat::combine(p, {{1, z}, {rz / before, p}});
    }
  }
};

// A cube of the given width round the origin; theory.value at the cell centres.
struct Spread {
  heat::theory::Barenblatt theory;
  double width;
  test::Cube at;

  Spread(const heat::theory::Barenblatt& exact, double box, Index cells)
      : theory(exact), width(box), at(test::cube("neumann", exact.dimensions, cells)) {
    for (int a = 0; a < 3; ++a) at.h[a] *= box;
  }
  double radius(const heat::theory::PerAxis& x) const {
    double square = 0;
    for (std::size_t a = 0; a < 3; ++a) square += std::pow((x[a] - 0.5) * width, 2);
    return std::sqrt(square);
  }
  Field<double> exact(double t) const {
    return test::sampled(at.domain, {0, 0, 0}, [&](const auto& x) { return theory.value(radius(x), t); });
  }
  double sum(const Field<double>& u, const std::function<double(double)>& weight) const {
    const auto w = test::sampled(at.domain, {0, 0, 0}, [&](const auto& x) { return weight(radius(x)); });
    return heat::inner(u, w, at.domain.communicator()) * std::pow(at.h[2], theory.dimensions);
  }
  double mass(const Field<double>& u) const {
    return sum(u, [](double) { return 1; });
  }
  // R, from the mean square radius.
  double front(const Field<double>& u) const {
    const double square = sum(u, [](double r) { return r * r; }) / mass(u);
    return theory.front(1) * std::sqrt(square / theory.mean_square_radius(1));
  }
  // The centre farthest out where u exceeds a thousandth of its height.
  double farthest(const Field<double>& u, double height) const {
    const auto r = test::sampled(at.domain, {0, 0, 0}, [&](const auto& x) { return radius(x); });
    const auto radii = test::own_values(r), values = test::own_values(u);
    double most = 0;
    for (std::size_t n = 0; n < radii.size(); ++n)
      if (values[n] > 1e-3 * height) most = std::max(most, radii[n]);
    return at.domain.max(most);
  }
  double error(const Field<double>& u, double t) const {  // mean |u - exact| over the mass
    const auto e = exact(t);
    const auto a = test::own_values(u), b = test::own_values(e);
    const auto size = at.domain.field<double>("size");
    const auto host = test::host(size);
    for (std::size_t n = 0; n < a.size(); ++n) host.data()[n] = std::abs(a[n] - b[n]);
    Kokkos::deep_copy(size.values, host);
    return mass(size) / theory.mass;
  }
};

// Explicit steps of the largest length from t to end.
template <class L> int advance(const L& operation, const Field<double>& u, double t, double end) {
  const auto du = operation.field("du");
  int steps = 0;
  for (; t < end * (1 - 1e-12); ++steps) {
    operation.apply(u, du);
    const double dt = std::min(operation.largest_step(), end - t);
    heat::combine(u, {{1, u}, {dt, du}});
    t += dt;
  }
  return steps;
}

}  // namespace

TEST_CASE("the mean conductivity is that of the law between two temperatures", "[heat][nonlinear]") {
  const PowerLaw square{3, 2};
  const LinearLaw linear{2, 0.5};
  for (const double a : {0.0, 0.4, 1.0, -0.7})
    for (const double b : {0.0, 1.0, 1.0 + 1e-9, 1.001, 5.0}) {
      CHECK(std::abs(heat::mean_conductivity(square, a, b) - (a * a + a * b + b * b)) <
            1e-13 * (a * a + b * b) + 1e-300);
      CHECK(std::abs(heat::mean_conductivity(linear, a, b) - 2 * (1 + 0.25 * (a + b))) < 1e-13 * 6);
    }
  const PowerLaw half{1, 0.5};
  const double gap = 1e-2 * (1 + 1e-3), rule = heat::mean_conductivity(half, 1, 1 + gap),
               secant = (half.transform(1 + gap) - half.transform(1)) / gap;
  CHECK(std::abs(rule - secant) < 1e-13);
}

TEST_CASE("frozen at u the linear operator is L itself, and both are exact for a steady transform",
          "[heat][nonlinear]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const int dimensions = GENERATE(1, 2, 3);
  const auto at = test::cube(word, dimensions, 9);
  const NonlinearConductivity<PowerLaw, double> L({0.7, 1.5}, at.h, at.domain, at.boundaries);
  const auto u = L.field("u"), du = L.field("du"), frozen = L.field("frozen");
  heat::white_noise(u, at.domain.whole(), Random{3, 0});
  L.apply(u, du);
  const auto linear = L.frozen(u);
  linear.apply(u, frozen);
  CHECK(test::largest_difference(test::own_values(du), test::own_values(frozen)) <
        1e-13 * test::largest(at.domain.gather(du)));
  CHECK(linear.spectral_radius() <= L.spectral_radius() * (1 + 1e-13));
  if (word == "dirichlet") return;
  const auto one = L.field("one");
  Kokkos::deep_copy(one.values, 1.0);
  const double heat = heat::inner(du, one, at.domain.communicator());
  CHECK(std::abs(heat) < 1e-13 * test::largest(at.domain.gather(du)) * double(at.domain.whole().cells()));
}

TEST_CASE("the largest step keeps u between its extremes", "[heat][nonlinear]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const int dimensions = GENERATE(1, 2, 3);
  const auto at = test::cube(word, dimensions, 9);
  const NonlinearConductivity<PowerLaw, double> L({0.7, 2}, at.h, at.domain, at.boundaries);
  const auto u = L.field("u"), du = L.field("du");
  heat::white_noise(u, at.domain.whole(), Random{3, 0});
  const auto start = test::largest(at.domain.gather(u));
  for (int n = 0; n < 30; ++n) {
    L.apply(u, du);
    CHECK(L.largest_step() <= 2 / L.spectral_radius() * (1 + 2 * epsilon));
    heat::combine(u, {{1, u}, {L.largest_step(), du}});
    CHECK(test::largest(at.domain.gather(u)) <= start * (1 + n * 9 * epsilon));
  }
}

TEST_CASE("a manufactured solution with a source is met at second order", "[heat][nonlinear]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const int dimensions = GENERATE(1, 2, 3);
  const Index fine = dimensions == 1 ? 128 : dimensions == 2 ? 64 : 32;
  const double beta = 0.4, largest = std::pow(1.5, dimensions);
  const test::Run run{{test::theory_boundary(word), dimensions, 0}, 0.02, 1 + beta * largest};
  double error[2];
  for (const int level : {0, 1}) {
    const auto at = test::cube(word, dimensions, level == 0 ? fine / 2 : fine);
    const NonlinearConductivity<LinearLaw, double> L({1, beta}, at.h, at.domain, at.boundaries);
    error[level] = test::error_at_end(L, at.domain, run, [&](const auto& x) {
      const auto u = solution(run.problem, x, 0);
      return source(u, heat::theory::linear_law(u, 1, beta));
    });
  }
  INFO(word << " in " << dimensions << " dimensions: " << error[0] << " " << error[1]);
  CHECK(std::abs(std::log2(error[0] / error[1]) - 2) < 0.05);
}

TEST_CASE("a power law is met at second order where u stays away from zero", "[heat][nonlinear]") {
  const std::string word = GENERATE("periodic", "neumann");
  const int dimensions = GENERATE(1, 2);
  const double m = 1.5;
  const test::Run run{{test::theory_boundary(word), dimensions, 0}, 0.02, std::pow(1.5, m * dimensions)};
  double error[2];
  for (const int level : {0, 1}) {
    const auto at = test::cube(word, dimensions, 32 << level);
    const NonlinearConductivity<PowerLaw, double> L({1, m}, at.h, at.domain, at.boundaries);
    error[level] = test::error_at_end(L, at.domain, run, [&](const auto& x) {
      const auto u = solution(run.problem, x, 0);
      return source(u, heat::theory::power_law(u, 1, m));
    });
  }
  CHECK(std::abs(std::log2(error[0] / error[1]) - 2) < 0.05);
}

TEST_CASE("front and profile follow Barenblatt's solution", "[heat][nonlinear]") {
  const int dimensions = GENERATE(1, 2, 3);
  const double m = GENERATE(0.5, 1.0, 2.0);
  const heat::theory::Barenblatt theory{0.7, m, 1, dimensions};
  const double start = 1, end = std::pow(1.6, 1 / theory.exponent());  // the front moves by 1.6
  const Index cells = dimensions == 1 ? 160 : dimensions == 2 ? 64 : 40;
  const Spread spread(theory, 2.2 * theory.front(end), cells);
  const NonlinearConductivity<PowerLaw, double> L({0.7, m}, spread.at.h, spread.at.domain,
                                                  spread.at.boundaries);
  const auto u = L.field("u");
  heat::combine(u, {{1, spread.exact(start)}});
  const double mass = spread.mass(u), front = spread.front(u), h = spread.at.h[2];
  advance(L, u, start, end);
  INFO("error " << spread.error(u, end) << ", front " << spread.front(u) / theory.front(end));
  CHECK(std::abs(spread.mass(u) / mass - 1) < 1e-13);
  CHECK(std::abs(spread.front(u) / theory.front(end) - 1) < 0.005);
  CHECK(std::abs(std::log(spread.front(u) / front) / std::log(1.6) - 1) < 0.01);
  CHECK(spread.farthest(u, theory.height(end)) < theory.front(end) + 2 * h);
  CHECK(spread.farthest(u, theory.height(end)) > 0.9 * theory.front(end) - 2 * h);
  CHECK(spread.error(u, end) < 0.02);
}

TEST_CASE("a Picard step solves backward Euler and keeps heat and extremes", "[heat][nonlinear]") {
  const int dimensions = GENERATE(1, 2);
  const heat::theory::Barenblatt theory{0.7, 2, 1, dimensions};
  const Spread spread(theory, 3 * theory.front(1), dimensions == 1 ? 60 : 24);
  const NonlinearConductivity<PowerLaw, double> L({0.7, 2}, spread.at.h, spread.at.domain,
                                                  spread.at.boundaries);
  const auto u = L.field("u"), du = L.field("du"), b = L.field("b");
  heat::combine(b, {{1, spread.exact(1)}});
  heat::combine(u, {{1, b}});
  L.apply(u, du);
  const double dt = 20 * L.largest_step();
  const auto result = heat::picard_step(L, dt, b, u, DiagonalConjugateGradients{}, {1e-11, 100});
  INFO(result.rounds << " rounds, change " << result.change);
  CHECK(result.converged);
  L.apply(u, du);
  heat::combine(du, {{1, u}, {-dt, du}, {-1, b}});
  CHECK(test::largest(spread.at.domain.gather(du)) < 1e-9 * theory.height(1));
  CHECK(std::abs(spread.mass(u) / spread.mass(b) - 1) < 1e-11);
  const auto values = spread.at.domain.gather(u);
  CHECK(*std::min_element(values.begin(), values.end()) > -1e-11);
  CHECK(*std::max_element(values.begin(), values.end()) < theory.height(1));
}

TEST_CASE("implicit steps converge to the explicit solution at first order in dt", "[heat][nonlinear]") {
  const heat::theory::Barenblatt theory{0.7, 1, 1, 1};
  const Spread spread(theory, 4 * theory.front(1), 60);
  const NonlinearConductivity<PowerLaw, double> L({0.7, 1}, spread.at.h, spread.at.domain,
                                                  spread.at.boundaries);
  const auto fine = L.field("fine"), u = L.field("u"), b = L.field("b");
  heat::combine(fine, {{1, spread.exact(1)}});
  const auto du = L.field("du");
  for (int n = 0; n < 4000; ++n) {
    L.apply(fine, du);
    heat::combine(fine, {{1, fine}, {1.0 / 4000, du}});
  }
  double error[2];
  for (const int level : {0, 1}) {
    const int steps = 40 << level;
    heat::combine(u, {{1, spread.exact(1)}});
    for (int n = 0; n < steps; ++n) {
      heat::combine(b, {{1, u}});
      heat::picard_step(L, 1.0 / steps, b, u, DiagonalConjugateGradients{});
    }
    heat::combine(b, {{1, u}, {-1, fine}});
    error[level] = std::sqrt(heat::inner(b, b, spread.at.domain.communicator()));
  }
  CHECK(std::abs(std::log2(error[0] / error[1]) - 1) < 0.1);
}
