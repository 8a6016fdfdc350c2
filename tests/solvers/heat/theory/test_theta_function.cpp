// tests/solvers/heat/theory/test_theta_function.cpp
#include "solvers/heat/theory/theta_function.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

using namespace attune;
using namespace attune::heat::theory;

namespace {

constexpr double pi = std::numbers::pi;

// The lattice side of the identity, summed with 150 digits of mpmath: r, theta, g, g - exp(-r theta^2).
constexpr struct {
  double r, theta, symbol, excess;
} reference[] = {
    {0.01, 0.01, 0.99999999999999861122, 9.9999949861138391587e-7},
    {0.01, 0.5, 0.99999999999659974698, 0.002496877599139622998},
    {0.01, 2.0, 0.99999999996066526446, 0.039210560808342055821},
    {0.01, 3.0, 0.99999999994472619183, 0.086068814673498006797},
    {0.1, 0.01, 0.99999293406512068349, 2.9340151208501561181e-6},
    {0.1, 0.5, 0.98270231951276031063, 0.0073924074844276433578},
    {0.1, 2.0, 0.80018310898144997942, 0.12986306294581069356},
    {0.1, 3.0, 0.7193921837909053556, 0.31282252405030626403},
    {0.25, 0.01, 0.99997505135887787365, 5.104638047780630711e-8},
    {0.25, 0.5, 0.93955970790810024785, 0.00014664509462446172682},
    {0.25, 2.0, 0.37802965088766406065, 0.010150209716221739058},
    {0.25, 3.0, 0.17293544099934684134, 0.06753621643748250456},
    {1.0, 0.01, 0.99990000499983333761, 1.13158924778219259e-19},
    {1.0, 0.5, 0.77880078307140784194, 2.9736962884470432912e-15},
    {1.0, 2.0, 0.018315649667622774337, 1.0778888594043453759e-8},
    {1.0, 3.0, 0.00014423585803809883199, 0.000020826053951419282497},
    {4.0, 0.01, 0.9996000799893343999, 6.7679209170812015236e-70},
    {4.0, 0.5, 0.3678794411714423216, 7.9374439113956459278e-59},
    {4.0, 2.0, 1.1253517471925911451e-7, 1.3498823942066744107e-32},
    {4.0, 3.0, 2.3214039998637109956e-16, 1.8811696201416072458e-19},
};

}  // namespace

TEST_CASE("the symbol of the Gaussian head agrees with the other side of Poisson's sum to 1e-14",
          "[heat][theory]") {
  for (const auto& row : reference) {
    CHECK(std::abs(gaussian_head_symbol(row.r, row.theta) / row.symbol - 1) < 1e-14);
    CHECK(std::abs(gaussian_head_excess(row.r, row.theta) / row.excess - 1) < 1e-13);
  }
  CHECK(gaussian_head_symbol(1e-6, 3.0) == 1);
  CHECK(std::abs(gaussian_head_symbol(0.5, 2.0 + 2 * pi) - gaussian_head_symbol(0.5, -2.0)) < 1e-15);
}

TEST_CASE("in more dimensions the symbol is a product and the excess its difference", "[heat][theory]") {
  const PerAxis theta{0.7, 2.9, 1.3};
  const double r = 0.2;
  double head = 1, heat = 1;
  for (const double t : theta) {
    head *= gaussian_head_symbol(r, t);
    heat *= std::exp(-r * t * t);
  }
  CHECK(std::abs(gaussian_head_symbol(r, theta) - head) < 1e-15);
  CHECK(std::abs(gaussian_head_excess(r, theta) - (head - heat)) < 1e-15);
}

TEST_CASE("the largest excess in one dimension is at pi and tends to exp(-pi^2 r)", "[heat][theory]") {
  CHECK(std::abs(gaussian_head_supremum(0.1, 1).value / 0.345276313930279586 - 1) < 1e-14);
  CHECK(std::abs(gaussian_head_supremum(0.25, 1).value / 0.0847874292061278164 - 1) < 1e-14);
  CHECK(std::abs(gaussian_head_supremum(1, 1).value / 0.0000517231862038123047 - 1) < 1e-13);
  CHECK(std::abs(gaussian_head_supremum(4, 1).value / std::exp(-4 * pi * pi) - 1) < 1e-12);
}

TEST_CASE("the zoom finds an excess that no finer scan beats", "[heat][theory]") {
  for (const double r : {0.01, 0.05, 0.1, 0.15, 0.2, 0.5}) {
    for (const int dimensions : {1, 2, 3}) {
      const int points = dimensions == 3 ? 151 : 1001;
      std::array<std::vector<double>, 3> thetas{std::vector<double>{0}, {0}, {0}};
      for (int a = 3 - dimensions; a < 3; ++a) {
        thetas[a].clear();
        for (int k = 0; k < points; ++k) thetas[a].push_back(pi * k / (points - 1));
      }
      const double scanned = gaussian_head_supremum(r, thetas).value;
      const Supremum found = gaussian_head_supremum(r, dimensions);
      CHECK(found.value >= scanned * (1 - 1e-14));
      CHECK(found.value <= scanned * (1 + 1e-3));
      CHECK(std::abs(gaussian_head_excess(r, found.theta) - found.value) < 1e-15);
    }
  }
}

TEST_CASE("the angles of a grid's modes follow its boundary", "[heat][theory]") {
  const Grid grid{{4, 5, 6}, {Boundary::neumann, Boundary::dirichlet, Boundary::periodic}};
  CHECK(grid_angles(grid, 0) == std::vector<double>{0, pi / 4, pi / 2, 3 * pi / 4});
  CHECK(grid_angles(grid, 1).front() == pi / 5);
  CHECK(grid_angles(grid, 1).back() == pi);
  CHECK(grid_angles(grid, 2).size() == 4);
  CHECK(grid_angles(grid, 2).back() == pi);
}
