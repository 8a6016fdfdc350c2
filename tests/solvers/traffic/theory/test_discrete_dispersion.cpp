// tests/solvers/traffic/theory/test_discrete_dispersion.cpp
#include "solvers/traffic/theory/discrete_dispersion.hpp"

#include <Eigen/Eigenvalues>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "solvers/traffic/idm.hpp"
#include "solvers/traffic/theory/dense_spectrum.hpp"

using namespace attune::traffic;
using namespace attune::traffic::theory;

namespace {

Linearisation flow() { return linearise(Idm{}, 230.0 / 22); }

double growth(TimeStep scheme, double dt) {
  return fastest_discrete_mode(flow(), 22, scheme, dt).root.real();
}

// ln of the eigenvalues of one step of the whole ring, over dt.
std::vector<Complex> step_spectrum(const Linearisation& law, int N, TimeStep scheme, double dt) {
  const Eigen::MatrixXd J = ring_matrix({law}, N), one = Eigen::MatrixXd::Identity(2 * N, 2 * N);
  Eigen::MatrixXd step = one + dt * J;
  if (scheme == TimeStep::runge_kutta) {
    const Eigen::MatrixXd y = dt * J;
    step = one + y * (one + y / 2 * (one + y / 3 * (one + y / 4)));
  } else {
    const double part = scheme == TimeStep::semi_implicit ? 1.0 : 0.5;
    step.topRows(N) += part * dt * dt * J.bottomRows(N);
  }
  std::vector<Complex> roots;
  for (const Complex mu : Eigen::EigenSolver<Eigen::MatrixXd>(step).eigenvalues())
    roots.push_back(std::log(mu) / dt);
  return roots;
}

}  // namespace

TEST_CASE("growth in steps is that of the table", "[traffic][theory]") {
  const struct {
    TimeStep scheme;
    double dt, growth;
  } table[] = {{TimeStep::semi_implicit, .5, .01944405},  {TimeStep::semi_implicit, .25, .02148429},
               {TimeStep::semi_implicit, .1, .02267759},  {TimeStep::semi_implicit, .05, .02307011},
               {TimeStep::semi_implicit, .01, .02338224}, {TimeStep::semi_implicit, .001, .02345223},
               {TimeStep::ballistic, .1, .02457080},      {TimeStep::ballistic, .01, .02357046}};
  for (const auto& row : table) CHECK(std::abs(growth(row.scheme, row.dt) - row.growth) < 6e-9);
}

TEST_CASE("growth in steps tends to growth in time at the order of the scheme", "[traffic][theory]") {
  const double limit = fastest_mode(flow(), 22).root.real();
  const struct {
    TimeStep scheme;
    double order;
  } cases[] = {{TimeStep::semi_implicit, 1}, {TimeStep::ballistic, 1}, {TimeStep::runge_kutta, 4}};
  for (const auto& c : cases) {
    const double coarse = growth(c.scheme, .2) - limit, fine = growth(c.scheme, .1) - limit;
    CHECK(std::abs(std::log2(coarse / fine) - c.order) < 0.1);
    CHECK(std::abs(growth(c.scheme, 1e-6) - limit) < 1e-7);
  }
}

TEST_CASE("growth in steps is that of the whole ring, several leaders and one behind", "[traffic][theory]") {
  Linearisation law;
  law.speed = -1.3;
  law.distance = {0.31, 0.17, 0.05};
  law.leader_speed = {0.23, 0.11, 0.07};
  law.distance_behind = -0.13;
  law.follower_speed = 0.19;
  for (const TimeStep scheme : {TimeStep::semi_implicit, TimeStep::ballistic, TimeStep::runge_kutta}) {
    std::vector<Complex> closed;
    for (int m = 0; m < 17; ++m)
      for (const Complex root : discrete_roots(law, mode_angle(m, 17), scheme, 0.3)) closed.push_back(root);
    CHECK(farthest_apart(closed, step_spectrum(law, 17, scheme, 0.3)) < 1e-11);
  }
}
