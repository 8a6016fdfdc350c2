// tests/solvers/traffic/test_road_growth.cpp
//
// Waves on rings and platoons against what linear theory says of them, and the orders of the integrators.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <complex>
#include <numbers>

#include "solvers/traffic/drive.hpp"
#include "solvers/traffic/recorder.hpp"
#include "tests/solvers/traffic/laws.hpp"

using namespace attune;
using namespace attune::traffic;
using Complex = std::complex<double>;

namespace {

constexpr Index vehicles = 22;
constexpr double headway = 230.0 / 22;

double equilibrium_speed(const Idm& law, double h) {
  double low = 0, high = law.desired_speed;
  for (int n = 0; n < 200; ++n) {
    const double middle = (low + high) / 2;
    (law.acceleration(uniform_sight(law, h, middle)) > 0 ? low : high) = middle;
  }
  return low;
}

// The growth of mode m: the larger ln |1 + dt D| / dt of D^2 - (f_v + f_l z + c f_s (z - 1)) D + f_s (1 -
// z) = 0 with c = dt or dt / 2; dt = 0 gives the real part of that of continuous time.
double growth(const Idm& law, double dt, double c, int m) {
  const auto f = law.partials(uniform_sight(law, headway, equilibrium_speed(law, headway)));
  const double f_s = f.distance[0], f_l = f.leader_speed[0];
  const Complex z = std::polar(1.0, 2 * std::numbers::pi * m / vehicles);
  const Complex half = (f.speed + f_l * z + c * f_s * (z - 1.0)) / 2.0,
                root = std::sqrt(half * half - f_s * (1.0 - z));
  double most = -1e9;
  for (const Complex D : {half + root, half - root})
    most = std::max(most, dt > 0 ? std::log(std::abs(1.0 + dt * D)) / dt : D.real());
  return most;
}

double measured_growth(double dt, Integrator integrator, int m) {
  const Idm law;
  const Domain domain = rings(Domain::world(), 1, vehicles);
  Drive<Idm> drive(domain, alike(law), {.dt = dt, .integrator = integrator});
  auto state = drive.uniform(headway, equilibrium_speed(law, headway));
  sine_mode(state, domain, m, 1e-6);
  drive.check(state);
  const auto amplitude = [&] {
    const auto h = domain.gather(state.headway);
    Complex sum = 0;
    for (Index i = 0; i < vehicles; ++i)
      sum +=
          (h[i] - headway) * std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(m * i) / vehicles);
    return std::abs(sum);
  };
  const auto steps = static_cast<Index>(std::llround(100 / dt));
  drive.advance(state, steps);
  const double first = amplitude();
  drive.advance(state, steps);
  return std::log(amplitude() / first) / (static_cast<double>(steps) * dt);
}

// The speeds after 10 s of a ring that no floor touches.
std::vector<double> speeds_after(double dt, Integrator integrator) {
  const Domain domain = rings(Domain::world(), 1, vehicles);
  Drive<Idm> drive(domain, alike(Idm{}), {.dt = dt, .integrator = integrator});
  auto state = drive.uniform(20, 8);
  sine_mode(state, domain, 2, 1);
  drive.advance(state, std::llround(10 / dt));
  CHECK(drive.counters().negative_speeds == 0);
  return domain.gather(state.speed);
}
double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

}  // namespace

TEST_CASE("the published growth of the book's drivers on 230 m") {
  CHECK(std::abs(growth(Idm{}, 0.1, 0.1, 1) - 0.02267759) < 5e-9);
  CHECK(std::abs(growth(Idm{}, 0.1, 0.05, 1) - 0.02457080) < 5e-9);
  CHECK(std::abs(growth(Idm{}, 0, 0, 1) - 0.02346001) < 5e-9);
}

TEST_CASE("a mode grows as the dispersion relation of its integrator says") {
  const int m = GENERATE(1, 2);
  for (const double dt : {0.1, 0.25}) {
    CAPTURE(m, dt);
    const double semi = growth(Idm{}, dt, dt, m), ballistic = growth(Idm{}, dt, dt / 2, m);
    CHECK(std::abs(measured_growth(dt, Integrator::semi_implicit, m) - semi) < 1e-6 * std::abs(semi));
    CHECK(std::abs(measured_growth(dt, Integrator::ballistic, m) - ballistic) < 1e-6 * std::abs(ballistic));
  }
  const double exact = growth(Idm{}, 0, 0, m);
  CHECK(std::abs(measured_growth(0.05, Integrator::runge_kutta, m) - exact) < 1e-7 * std::abs(exact));
}

TEST_CASE("integrators are of orders 1, 1 and 4") {
  const auto exact = speeds_after(0.00625, Integrator::runge_kutta);
  for (const auto& [integrator, order] : {std::pair{Integrator::semi_implicit, 1.0},
                                          {Integrator::ballistic, 1.0},
                                          {Integrator::runge_kutta, 4.0}}) {
    const double coarse = integrator == Integrator::runge_kutta ? 0.2 : 0.025;
    const double error = distance(speeds_after(coarse, integrator), exact),
                 finer = distance(speeds_after(coarse / 2, integrator), exact);
    CAPTURE(order, error, finer);
    CHECK(std::abs(std::log2(error / finer) - order) < 0.1);
  }
}

TEST_CASE("a platoon passes on a sine of its lead with the gain of its transfer function") {
  const test::LinearLaw law{.ahead = 1, .f = 0.3, .g = 0.4, .A = 0.6, .b = 0};
  const double w = 0.5, dt = 0.02;
  const Domain domain = open_roads(Domain::world(), 2, 3);
  const Lead lead{[=](double t, Index j) { return 10 + (j + 1) * std::sin(w * t); }, 20};
  Drive<test::LinearLaw> drive(domain, alike(law), {.dt = dt, .integrator = Integrator::runge_kutta}, lead);
  auto state = drive.uniform(20, 10);
  drive.check(state);
  drive.advance(state, 8000);
  std::vector<double> most(6, 0.0);
  for (int n = 0; n < 700; ++n) {
    drive.advance(state, 1);
    const auto v = domain.gather(state.speed);
    for (int i = 0; i < 6; ++i) most[i] = std::max(most[i], v[i] - 10);
  }
  const Complex p(0, w), f_v = -law.A - law.g;
  const double gain = std::abs((law.g * p + law.f) / (p * p - f_v * p + law.f));
  for (int i = 0; i < 6; ++i) CHECK(std::abs(most[i] / ((i / 3 + 1) * std::pow(gain, 3 - i % 3)) - 1) < 1e-4);
}

TEST_CASE("drivers behind a lead at the speed that they want keep theirs") {
  const auto integrator = GENERATE(Integrator::semi_implicit, Integrator::ballistic, Integrator::runge_kutta);
  const double v = equilibrium_speed(Idm{}, 20);
  const Domain domain = open_roads(Domain::world(), 1, 12);
  Drive<Idm> drive(domain, alike(Idm{}), {.dt = 0.1, .integrator = integrator},
                   {[=](double, Index) { return v; }, 20});
  auto state = drive.uniform(20, v);
  drive.advance(state, 500);
  const auto after = statistics(state.headway, domain);
  CHECK(std::abs(after.least[0] - 20) < 1e-10);
  CHECK(std::abs(after.most[0] - 20) < 1e-10);
  CHECK(std::abs(places(state, domain)[0] - 50 * v) < 1e-9);
}
