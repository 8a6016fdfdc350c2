// tests/solvers/heat/test_runge_kutta.cpp
#include "solvers/heat/runge_kutta.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <numeric>

#include "solvers/heat/theory/stability_polynomial.hpp"
#include "tests/solvers/heat/integrators.hpp"
#include "tests/support/peak_bytes.hpp"

using namespace attune;

namespace {

struct Euler {
  template <class L> using On = heat::ForwardEuler<L>;
  static constexpr int order = 1, work_fields = 1;
};
struct Heun {
  template <class L> using On = heat::Heun<L>;
  static constexpr int order = 2, work_fields = 2;
};
struct Classical {
  template <class L> using On = heat::ClassicalRungeKutta<L>;
  static constexpr int order = 4, work_fields = 3;
};

using Star = heat::Laplacian<double>;

}  // namespace

TEMPLATE_TEST_CASE("equation in runge_kutta.hpp: a step multiplies a mode by the cut exponential series",
                   "[heat][runge_kutta]", Euler, Heun, Classical) {
  const auto on = test::each_lattice();
  const int order = 6;
  const auto l = test::star(on, order);
  const typename TestType::template On<Star> integrator(l);
  const double dt = 0.9 * integrator.largest_dt(l.spectral_radius());
  const auto u = l.field("u");
  for (const Triple& mode : test::some_modes(on)) {
    heat::mode(u, on.domain.whole(), on.boundaries, mode);
    const double z = dt * test::eigenvalue(on, mode, test::uneven_rates(on.dimensions), order);
    const auto expected =
        test::scaled(test::own_values(u), heat::theory::taylor_polynomial(TestType::order, z));
    integrator.step(u, dt);
    CHECK(test::largest_difference(test::own_values(u), expected) < 4e-15);
  }
}

TEST_CASE("equation in runge_kutta.hpp: the limits on the negative axis", "[heat][runge_kutta]") {
  CHECK(heat::taylor_limit(1) == 2);
  CHECK(heat::taylor_limit(2) == 2);
  // The real root of x^3 / 24 - x^2 / 6 + x / 2 = 1, by Cardano's formula for y = x - 4 / 3.
  const double p = 20.0 / 3, q = -344.0 / 27, root = std::sqrt(q * q / 4 + p * p * p / 27);
  const double cardano = 4.0 / 3 + std::cbrt(-q / 2 + root) + std::cbrt(-q / 2 - root);
  CHECK(std::abs(heat::taylor_limit(4) - cardano) < 1e-14);
  for (const int order : {1, 2, 3, 4}) {
    const auto r = [order](double z) { return heat::theory::taylor_polynomial(order, z); };
    CHECK(std::abs(heat::taylor_limit(order) - heat::theory::first_growth(r, 0.03)) < 1e-12);
  }
  CHECK_THROWS_AS(heat::taylor_limit(0), BrokenPromise);
}

TEMPLATE_TEST_CASE("the error in time falls as dt to the order, linear or not", "[heat][runge_kutta]", Euler,
                   Heun, Classical) {
  const auto cells =
      GENERATE(std::vector<Index>{16}, std::vector<Index>{12, 10}, std::vector<Index>{8, 9, 10});
  const auto word = GENERATE("periodic", "dirichlet", "neumann");
  const auto on = test::lattice(cells, {word});
  const auto l = test::star(on, 2);
  const typename TestType::template On<Star> integrator(l);
  const auto step = [&](const Field<double>& u, double dt) { integrator.step(u, dt); };
  const double end = -1 / test::eigenvalue(on, {on.dimensions > 2, on.dimensions > 1, 1},
                                           test::uneven_rates(on.dimensions), 2);
  const int steps =
      std::max(20, static_cast<int>(end / (0.9 * integrator.largest_dt(l.spectral_radius())) + 1));
  const double ratio = test::heat_error(on, step, end, steps) / test::heat_error(on, step, end, 2 * steps);
  INFO(word << " " << on.dimensions << "-D: " << std::log2(ratio));
  CHECK(std::abs(std::log2(ratio) - TestType::order) < 0.05);

  const test::Riccati riccati{on.domain};
  const typename TestType::template On<test::Riccati> nonlinear(riccati);
  const auto advance = [&](const Field<double>& u, double dt) { nonlinear.step(u, dt); };
  const double other = test::riccati_error(riccati, advance, 20) / test::riccati_error(riccati, advance, 40);
  CHECK(std::abs(std::log2(other) - TestType::order) < 0.05);
}

TEMPLATE_TEST_CASE("noise decays at the limit and grows five per cent beyond it", "[heat][runge_kutta]",
                   Euler, Heun, Classical) {
  const auto on = test::each_lattice();
  const auto l = test::star(on, 4);
  const typename TestType::template On<Star> integrator(l);
  const double limit = integrator.largest_dt(l.spectral_radius());
  const auto u = l.field("u");
  CHECK(test::growth_of_noise(
            on, u, [&](const auto& v) { integrator.step(v, limit); }, 40) < 1);
  CHECK(test::growth_of_noise(
            on, u, [&](const auto& v) { integrator.step(v, 1.05 * limit); }, 60) > 4);
}

TEST_CASE("Heun's method keeps the range of the data as Euler's does, up to the same dt",
          "[heat][runge_kutta]") {
  const auto on = test::each_lattice();
  const heat::Rates rate = test::uneven_rates(on.dimensions);
  const auto l = test::star(on, 2);
  const heat::Heun<Star> heun(l);
  const auto u = l.field("u");
  heat::white_noise(u, on.domain.whole(), Random{2, 0});
  const double most = on.domain.max(test::largest(test::own_values(u)));
  const int steps = 20;
  for (int n = 0; n < steps; ++n) {
    heun.step(u, 1 / (2 * (rate[0] + rate[1] + rate[2])));
    CHECK(test::largest(test::own_values(u)) <= most * (1 + steps * 9 * 2.3e-16));
  }
}

TEMPLATE_TEST_CASE("however the grid is divided, the bytes after some steps are those of one rank",
                   "[heat][runge_kutta]", Euler, Heun, Classical) {
  const auto on = test::each_lattice();
  const int order = GENERATE(2, 8);
  const auto l = test::star(on, order);
  const test::PlainLaplacian<double> plain{on.grid, test::uneven_rates(on.dimensions), order};
  const typename TestType::template On<Star> integrator(l);
  const typename TestType::template On<test::PlainLaplacian<double>> alone(plain);
  const double dt = integrator.largest_dt(l.spectral_radius());
  CHECK(test::stepped_noise(on.domain, l.field("u"), [&](const auto& u) { integrator.step(u, dt); }) ==
        test::stepped_noise_alone(plain.field("u"), [&](const auto& u) { alone.step(u, dt); }));
}

TEMPLATE_TEST_CASE("an integrator holds as many fields as its header says, and a step none",
                   "[heat][runge_kutta]", Euler, Heun, Classical) {
  const auto on = test::lattice({40, 40}, {"neumann"});
  const test::Riccati l{on.domain};
  const auto u = l.field("u");
  const auto bytes = test::peak_bytes([&] {
    const typename TestType::template On<test::Riccati> integrator(l);
    integrator.step(u, 0.1);
  });
  CHECK(bytes == TestType::work_fields * u.box.cells() * Index(sizeof(double)));
}
