// tests/solvers/traffic/theory/test_ring_spectrum.cpp
#include "solvers/traffic/theory/ring_spectrum.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numbers>

#include "solvers/traffic/idm.hpp"
#include "solvers/traffic/theory/dense_spectrum.hpp"

using namespace attune::traffic;
using namespace attune::traffic::theory;

namespace {

// Three leaders and the vehicle behind, no symmetry among the numbers.
Linearisation many_leaders() {
  Linearisation f;
  f.speed = -1.3;
  f.distance = {0.31, 0.17, 0.05};
  f.leader_speed = {0.23, 0.11, 0.07};
  f.distance_behind = -0.13;
  f.follower_speed = 0.19;
  return f;
}

}  // namespace

TEST_CASE("growth rates of the intelligent driver on rings are those of the table", "[traffic][theory]") {
  const struct {
    double length, abscissa, frequency, phase_speed;
  } table[] = {{230, .02346001, .245459, -5.531}, {260, .02016960, .240189, -5.123}};
  for (const auto& row : table) {
    const Linearisation f = linearise(Idm{}, row.length / 22);
    const RingMode mode = fastest_mode(f, 22);
    CHECK(mode.mode == 1);
    CHECK(std::abs(mode.root.real() - row.abscissa) < 6e-9);
    CHECK(std::abs(mode.root.imag() - row.frequency) < 6e-7);
    CHECK(std::abs(road_phase_speed(f, mode.theta, mode.root) - row.phase_speed) < 6e-4);
  }
}

TEST_CASE("the optimal velocity ring of a hundred grows in mode 13", "[traffic][theory]") {
  const RingMode mode = fastest_mode(one_leader(1, -1, 0), 100);
  CHECK(mode.mode == 13);
  CHECK(std::abs(mode.root.real() - .0772557009) < 6e-11);
  CHECK(std::abs(mode.root.imag() - .63140877) < 6e-9);
}

TEST_CASE("a ring of any law has the eigenvalues of its matrix", "[traffic][theory]") {
  const Linearisation laws[] = {linearise(Idm{}, 230.0 / 22), one_leader(1, -1, 0), many_leaders()};
  for (const auto& law : laws)
    for (const int vehicles : {5, 22, 60}) {
      const auto closed = ring_spectrum(law, vehicles);
      REQUIRE(closed.size() == static_cast<std::size_t>(2 * vehicles));
      CHECK(farthest_apart(closed, dense_spectrum({law}, vehicles)) < 1e-11);
    }
}

TEST_CASE("one mode of every ring does not move", "[traffic][theory]") {
  const auto roots = mode_roots(many_leaders(), 0);
  CHECK(std::abs(roots[0]) < 1e-16);
  CHECK(std::abs(roots[1] - (-1.3 + 0.23 + 0.11 + 0.07 + 0.19)) < 1e-15);
  const auto list = dense_spectrum({many_leaders()}, 50);
  double least = 1;
  for (const Complex root : list) least = std::min(least, std::abs(root));
  CHECK(least < 1e-12);
}

TEST_CASE("roots stay accurate where they differ by orders of magnitude", "[traffic][theory]") {
  const auto roots = quadratic_roots(-1e8, -1.0);
  CHECK(std::abs(roots[0] + 1e-8) < 1e-23);
  CHECK(std::abs(roots[1] + 1e8) < 1e-7);
}

TEST_CASE("vehicles that all obey one law may be listed one by one", "[traffic][theory]") {
  const auto law = many_leaders();
  CHECK(ring_matrix({law}, 7) == ring_matrix(std::vector<Linearisation>(7, law), 7));
  CHECK(mode_angle(6, 7) == -2 * std::numbers::pi / 7);
}
