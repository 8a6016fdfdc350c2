// tests/solvers/heat/test_super_time_stepping.cpp
#include "solvers/heat/super_time_stepping.hpp"

#include <catch2/catch_test_macros.hpp>

#include "solvers/heat/theory/stability_polynomial.hpp"
#include "tests/solvers/heat/integrators.hpp"
#include "tests/support/peak_bytes.hpp"

using namespace attune;
using heat::SuperMethod;

namespace {

using Star = heat::Laplacian<double>;

SuperMethod each_method() { return GENERATE(SuperMethod::rkl1, SuperMethod::rkl2, SuperMethod::rkc2); }

double polynomial(SuperMethod method, int stages, double z) {
  if (method == SuperMethod::rkl1) return heat::theory::rkl1_polynomial(stages, z);
  if (method == SuperMethod::rkl2) return heat::theory::rkl2_polynomial(stages, z);
  return heat::theory::rkc2_polynomial(stages, z);
}

int order_of(SuperMethod method) { return method == SuperMethod::rkl1 ? 1 : 2; }

}  // namespace

TEST_CASE("equation in super_time_stepping.hpp: a step multiplies a mode by the polynomial of the method",
          "[heat][super_time_stepping]") {
  const auto on = test::each_lattice();
  const auto method = each_method();
  const int stages = GENERATE(2, 3, 4, 7, 20), order = 4;
  const auto l = test::star(on, order);
  const heat::SuperTimeStepping<Star> integrator(l, method);
  const double dt = 0.97 * heat::real_limit(method, stages) / l.spectral_radius();
  const auto u = l.field("u");
  for (const Triple& mode : test::some_modes(on)) {
    heat::mode(u, on.domain.whole(), on.boundaries, mode);
    const double z = dt * test::eigenvalue(on, mode, test::uneven_rates(on.dimensions), order);
    const auto expected = test::scaled(test::own_values(u), polynomial(method, stages, z));
    integrator.step(u, dt, stages);
    CHECK(test::largest_difference(test::own_values(u), expected) < 1e-13);
  }
}

TEST_CASE("one stage of RKL1 is an Euler step", "[heat][super_time_stepping]") {
  CHECK(heat::recursion(SuperMethod::rkl1, 1).front().mu_dt == 1);
  CHECK(heat::real_limit(SuperMethod::rkl1, 1) == 2);
  const auto on = test::lattice({16}, {"periodic"});
  const test::PlainLaplacian<double> l{on.grid, {0, 0, 1}, 2};
  const auto u = l.field("u"), du = l.field("du"), stepped = l.field("stepped");
  for (const auto& field : {u, stepped}) heat::white_noise(field, u.box, Random{3, 0});
  heat::SuperTimeStepping<decltype(l)>(l, SuperMethod::rkl1).step(stepped, 0.4, 1);
  l.apply(u, du);
  heat::combine<double>(u, {{1, u}, {0.4, du}});
  CHECK(test::own_values(stepped) == test::own_values(u));
}

TEST_CASE("equation in super_time_stepping.hpp: the limits, and where they are sharp",
          "[heat][super_time_stepping]") {
  for (int s = 2; s <= 12; ++s) {
    CHECK(std::abs(heat::real_limit(SuperMethod::rkl1, s) - (s * s + s)) < 1e-12);
    CHECK(std::abs(heat::real_limit(SuperMethod::rkl2, s) - (s * s + s - 2) / 2.0) < 1e-12);
    const double nearly = 2.0 / 3 * (s * s - 1) * (1 - 4.0 / 195);
    if (s > 4) CHECK(std::abs(heat::real_limit(SuperMethod::rkc2, s) / nearly - 1) < 0.02);
    for (const auto method : {SuperMethod::rkl1, SuperMethod::rkl2, SuperMethod::rkc2}) {
      const auto r = [&](double z) { return polynomial(method, s, z); };
      const double limit = heat::real_limit(method, s), grows = heat::theory::first_growth(r, 0.01);
      CHECK(limit < grows * (1 + 1e-12));
      CHECK(std::abs(r(-1.02 * grows)) > 1.001);
      const bool sharp = method == SuperMethod::rkl1 || (method == SuperMethod::rkl2 && s % 2 == 0);
      if (sharp) CHECK(std::abs(limit - grows) < 1e-10);
    }
    CHECK(std::abs(polynomial(SuperMethod::rkl1, s, -s * s - s) - (s % 2 == 0 ? 1 : -1)) < 1e-12);
    CHECK(std::abs(polynomial(SuperMethod::rkl2, s, -(s * s + s - 2) / 2.0) -
                   (s % 2 == 0 ? 1 : 2.0 / (s * s + s))) < 1e-12);
    CHECK(std::abs(polynomial(SuperMethod::rkc2, s, -heat::real_limit(SuperMethod::rkc2, s))) < 0.97);
  }
  CHECK_THROWS_AS(heat::recursion(SuperMethod::rkl1, 0), BrokenPromise);
  CHECK_THROWS_AS(heat::recursion(SuperMethod::rkl2, 1), BrokenPromise);
  CHECK_THROWS_AS(heat::recursion(SuperMethod::rkc2, 1), BrokenPromise);
}

TEST_CASE("as few stages are taken as are stable, and none too many where rounding decides",
          "[heat][super_time_stepping]") {
  const auto method = each_method();
  const int fewest = method == SuperMethod::rkl1 ? 1 : method == SuperMethod::rkl2 ? 3 : 2;
  const int stride = method == SuperMethod::rkl2 ? 2 : 1;
  for (double x = 0.01; x < 1e5; x *= 1.37) {
    const int stages = heat::stages_for(method, x / 7, 7);
    CHECK(heat::real_limit(method, stages) >= x * (1 - 1e-15));
    if (stages > fewest) CHECK(heat::real_limit(method, stages - stride) < x);
  }
  for (int s = fewest; s < 60; s += stride)
    CHECK(heat::stages_for(method, heat::real_limit(method, s) / 0.7, 0.7) == s);
  CHECK(heat::stages_for(method, 0, 1) == fewest);
  CHECK_THROWS_AS(heat::stages_for(method, INFINITY, 1), BrokenPromise);
}

TEST_CASE("the error in time falls as dt to the order of the method, linear or not",
          "[heat][super_time_stepping]") {
  const auto cells =
      GENERATE(std::vector<Index>{32}, std::vector<Index>{20, 18}, std::vector<Index>{12, 10, 8});
  const auto word = GENERATE("periodic", "dirichlet", "neumann");
  const auto method = each_method();
  const int stages = 5;
  const auto on = test::lattice(cells, {word});
  const auto l = test::star(on, 2);
  const heat::SuperTimeStepping<Star> integrator(l, method);
  const auto step = [&](const Field<double>& u, double dt) { integrator.step(u, dt, stages); };
  const double end = -1 / test::eigenvalue(on, {on.dimensions > 2, on.dimensions > 1, 1},
                                           test::uneven_rates(on.dimensions), 2);
  const int steps =
      std::max(20, static_cast<int>(end * l.spectral_radius() / heat::real_limit(method, stages) + 1));
  const double ratio = test::heat_error(on, step, end, steps) / test::heat_error(on, step, end, 2 * steps);
  INFO(word << " " << on.dimensions << "-D: " << std::log2(ratio));
  CHECK(std::abs(std::log2(ratio) - order_of(method)) < 0.05);

  const test::Riccati riccati{on.domain};
  const heat::SuperTimeStepping<test::Riccati> nonlinear(riccati, method);
  const auto advance = [&](const Field<double>& u, double dt) { nonlinear.step(u, dt, stages); };
  const double other = test::riccati_error(riccati, advance, 20) / test::riccati_error(riccati, advance, 40);
  CHECK(std::abs(std::log2(other) - order_of(method)) < 0.05);
}

TEST_CASE("noise decays at the limit and grows beyond it", "[heat][super_time_stepping]") {
  const auto on = test::each_lattice();
  const auto method = each_method();
  const int stages = 4;
  const auto l = test::star(on, 2);
  const heat::SuperTimeStepping<Star> integrator(l, method);
  const double limit = heat::real_limit(method, stages) / l.spectral_radius();
  const auto r = [&](double z) { return polynomial(method, stages, z); };
  const double beyond = 1.02 * heat::theory::first_growth(r, 0.01) / l.spectral_radius();
  const auto u = l.field("u");
  CHECK(test::growth_of_noise(
            on, u, [&](const auto& v) { integrator.step(v, limit, stages); }, 10) < 1);
  CHECK(test::growth_of_noise(
            on, u, [&](const auto& v) { integrator.step(v, beyond, stages); }, 30) > 2);
}

TEST_CASE("however the grid is divided, the bytes after some steps are those of one rank",
          "[heat][super_time_stepping]") {
  const auto on = test::each_lattice();
  const auto method = each_method();
  const auto l = test::star(on, 4);
  const test::PlainLaplacian<double> plain{on.grid, test::uneven_rates(on.dimensions), 4};
  const heat::SuperTimeStepping<Star> integrator(l, method);
  const heat::SuperTimeStepping<test::PlainLaplacian<double>> alone(plain, method);
  const double dt = 30 / l.spectral_radius();
  const int stages = heat::stages_for(method, dt, l.spectral_radius());
  CHECK(test::stepped_noise(on.domain, l.field("u"), [&](const auto& u) { integrator.step(u, dt); }) ==
        test::stepped_noise_alone(plain.field("u"), [&](const auto& u) { alone.step(u, dt, stages); }));
}

TEST_CASE("two fields of work for RKL1, four for the others, and none more in a step",
          "[heat][super_time_stepping]") {
  const auto method = each_method();
  const auto on = test::lattice({40, 40}, {"neumann"});
  const test::Riccati l{on.domain};
  const auto u = l.field("u");
  const auto bytes = test::peak_bytes([&] {
    const heat::SuperTimeStepping<test::Riccati> integrator(l, method);
    integrator.step(u, 0.1, 5);
  });
  CHECK(bytes == (method == SuperMethod::rkl1 ? 2 : 4) * u.box.cells() * Index(sizeof(double)));
}
