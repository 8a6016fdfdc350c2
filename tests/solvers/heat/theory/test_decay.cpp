// tests/solvers/heat/theory/test_decay.cpp
#include "solvers/heat/theory/decay.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

using namespace attune;
using namespace attune::heat::theory;

namespace {

constexpr auto periodic = Boundary::periodic;
constexpr auto wall = Boundary::neumann;

// From mpmath with 150 digits: FTCS, backward Euler, Crank-Nicolson, lattice propagator, heat equation.
struct Row {
  Grid grid;
  Triple mode;
  PerAxis r;
  Index steps;
  double ftcs, backward, crank, lattice, heat;
};

const Row reference[] = {
    {{{1, 1, 64}, {}},
     {0, 0, 1},
     {0, 0, 0.25},
     1000,
     0.089766835987807363781,
     0.090288701293411038294,
     0.090027704617841884463,
     0.090027809323079354571,
     0.089853798827596737855},
    {{{1, 1, 64}, {}}, {0, 0, 31}, {0, 0, 0.499}, 5001, -6.1696950304027845191e-20, 0, 0, 0, 0},
    {{{1, 1, 64}, {periodic, periodic, wall}},
     {0, 0, 64},
     {0, 0, 0.5},
     3,
     -1,
     0.037037037037037037037,
     0,
     0.002478752176666358423,
     3.7198712196950562432e-7},
    {{{16, 24, 32}, {periodic, wall, wall}},
     {1, 2, 3},
     {0.1, 0.15, 0.2},
     77,
     0.034812972482088988973,
     0.040057478730972107736,
     0.037399238745946958298,
     0.037417892813382771069,
     0.036336676491698802982},
    {{{1, 60, 100}, {}},
     {0, 30, 50},
     {0, 0.3, 0.3},
     101,
     -574026052438986.92516,
     2.092326129813452546e-54,
     -6.5968832637709565313e-106,
     5.3335649319467021759e-106,
     1.775527341198509195e-260},
    {{{1, 512, 512}, {periodic, wall, wall}},
     {0, 1, 1},
     {0, 0.2, 0.2},
     1000000,
     2.8812042016731903744e-7,
     2.8818577236445032796e-7,
     2.8815309465922344241e-7,
     2.8815309474123921847e-7,
     2.8813947995348748538e-7}};

bool close(double measured, double expected) {
  return std::abs(measured - expected) <= 1e-14 * std::abs(expected);
}

}  // namespace

TEST_CASE("equations in decay.hpp: every amplification agrees with mpmath to a relative 1e-14",
          "[heat][theory]") {
  for (const auto& [grid, mode, r, steps, ftcs, backward, crank, lattice, heat] : reference) {
    INFO(steps << " steps");
    CHECK(close(ftcs_decay(grid, mode, r, steps), ftcs));
    CHECK(close(backward_euler_decay(grid, mode, r, steps), backward));
    CHECK(close(crank_nicolson_decay(grid, mode, r, steps), crank));
    CHECK(close(lattice_decay(grid, mode, r, steps), lattice));
    CHECK(close(heat_decay(grid, mode, r, steps), heat));
  }
}

TEST_CASE("a wall lets half as fast a wave through as a torus, and zero steps change nothing",
          "[heat][theory]") {
  const Grid torus{{1, 1, 64}, {}}, walls{{1, 1, 32}, {periodic, periodic, Boundary::dirichlet}};
  CHECK(ftcs_decay(torus, {0, 0, 3}, {0, 0, 0.3}, 50) == ftcs_decay(walls, {0, 0, 3}, {0, 0, 0.3}, 50));
  CHECK(ftcs_decay(torus, {0, 0, 16}, {0, 0, 0.5}, 0) == 1);
  CHECK(std::abs(ftcs_decay(torus, {0, 0, 16}, {0, 0, 0.5}, 1)) < 1e-18);
}

TEST_CASE("the heat equation decays alike by wave vector and by mode", "[heat][theory]") {
  const double dx = 1.0 / 64, kappa = 0.1, dt = 0.25 * dx * dx / kappa, k = 2 * std::numbers::pi;
  const double by_wave = heat_decay(kappa, {0, 0, k}, 100 * dt);
  CHECK(std::abs(by_wave / heat_decay({{1, 1, 64}, {}}, {0, 0, 1}, {0, 0, 0.25}, 100) - 1) < 1e-14);
}
