// tests/solvers/traffic/theory/test_transfer.cpp
#include "solvers/traffic/theory/transfer.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "core/core/require.hpp"
#include "solvers/traffic/idm.hpp"
#include "solvers/traffic/theory/hinfinity_norm.hpp"

using namespace attune;
using namespace attune::traffic;
using namespace attune::traffic::theory;

TEST_CASE("the largest gain of the intelligent driver is that of the table", "[traffic][theory]") {
  const struct {
    double length, E, gain, frequency;
  } table[] = {{230, .219326, 1.039221, .3159}, {260, .161212, 1.030587, .2662}};
  for (const auto& row : table) {
    const Linearisation f = linearise(Idm{}, row.length / 22);
    const Peak peak = largest_gain(f);
    CHECK(std::abs(excess(f) - row.E) < 6e-7);
    CHECK(std::abs(peak.gain - row.gain) < 6e-7);
    CHECK(std::abs(peak.frequency - row.frequency) < 6e-5);
  }
}

TEST_CASE("the largest gain of the optimal velocity model is 2 / sqrt 3 at 1 / sqrt 2", "[traffic][theory]") {
  const Linearisation f = one_leader(1, -1, 0);
  CHECK(std::abs(largest_gain(f).gain - 2 / std::sqrt(3.0)) < 1e-15);
  CHECK(std::abs(largest_gain(f).frequency - std::sqrt(0.5)) < 1e-15);
  CHECK(band_edge(f) == 1);
}

TEST_CASE("adaptive cruise control amplifies as the table says", "[traffic][theory]") {
  const double k1 = .23, k2 = .07;
  const auto acc = [&](double T) { return one_leader(k1, -k1 * T - k2, k2); };
  CHECK(std::abs(largest_gain(acc(1)).gain - 1.697444) < 6e-7);
  CHECK(std::abs(largest_gain(acc(1)).frequency - .4311) < 6e-5);
  CHECK(excess(acc(2.660154)) > 0);
  CHECK(excess(acc(2.660156)) < 0);
}

TEST_CASE("bisection of the Hamiltonian finds the closed form", "[traffic][theory]") {
  const Linearisation laws[] = {linearise(Idm{}, 230.0 / 22), linearise(Idm{}, 260.0 / 22),
                                one_leader(1, -1, 0), one_leader(.23, -.3, .07), one_leader(2, -1, 1.5)};
  for (const auto& law : laws)
    CHECK(std::abs(hinfinity_norm(companion_form(law)) - largest_gain(law).gain) < 1e-9);
  for (const double slack : {0.0, 0.1, 1.0}) {
    const Linearisation stable = one_leader(.5, -std::sqrt(1.25 + slack), .5);
    CHECK(std::abs(hinfinity_norm(companion_form(stable)) - 1) < 1e-7);
  }
  CHECK_THROWS_AS(hinfinity_norm(companion_form(one_leader(1, 0.1, 0))), BrokenPromise);
}

TEST_CASE("a driver amplifies below the band edge and nowhere else", "[traffic][theory]") {
  const Linearisation f = linearise(Idm{}, 230.0 / 22);
  const double edge = band_edge(f);
  const auto gain = [&](double w) { return std::abs(transfer(f, Complex(0, w))); };
  CHECK(std::abs(gain(edge) - 1) < 1e-15);
  CHECK(gain(0.999 * edge) > 1);
  CHECK(gain(1.001 * edge) < 1);
  CHECK(std::abs(cascade(f, Complex(0, .3), 10).back() - std::pow(transfer(f, Complex(0, .3)), 10)) < 1e-14);
}

TEST_CASE("many leaders: the cascade grows by its dominant root", "[traffic][theory]") {
  Linearisation f;
  f.speed = -1.2;
  f.distance = {.5, .3, .2};
  f.leader_speed = {.1, .05, .02};
  const Complex p(0, .4);
  const auto row = cascade(f, p, 400);
  CHECK(std::abs(std::abs(row[399] / row[398]) - cascade_gain(f, p)) < 1e-9);
  const Peak scanned = largest_cascade_gain(one_leader(1, -1, 0));
  CHECK(std::abs(scanned.gain - 2 / std::sqrt(3.0)) < 1e-14);
  CHECK(std::abs(scanned.frequency - std::sqrt(0.5)) < 1e-6);
}
