// tests/solvers/heat/test_laplacian.cpp
#include "solvers/heat/laplacian.hpp"

#include <catch2/catch_test_macros.hpp>
#include <numbers>

#include "solvers/heat/combine.hpp"
#include "solvers/heat/operator.hpp"
#include "tests/solvers/heat/plain_laplacian.hpp"

using namespace attune;

static_assert(heat::Operator<heat::Laplacian<float>> && heat::Operator<heat::Laplacian<double>>);

TEST_CASE("equation in laplacian.hpp: every mode is an eigenvector of the star of each order",
          "[heat][laplacian]") {
  const auto on = test::each_lattice();
  const int order = GENERATE(2, 4, 6, 8);
  const heat::Rates rate = test::uneven_rates(on.dimensions);
  const heat::Laplacian<double> laplacian(on.domain, on.boundaries, rate, order);
  const auto u = laplacian.field("u"), du = laplacian.field("du");
  for (const Triple& mode : test::some_modes(on)) {
    heat::mode(u, on.domain.whole(), on.boundaries, mode);
    laplacian.apply(u, du);
    const auto expected = test::scaled(test::own_values(u), test::eigenvalue(on, mode, rate, order));
    CHECK(test::largest_difference(test::own_values(du), expected) < 2e-14);
  }
}

TEST_CASE("the weights of a star have the moments of a second derivative", "[heat][laplacian]") {
  const int order = GENERATE(2, 4, 6, 8, 12);
  const auto c = heat::star_weights(order);
  for (int moment = 2; moment <= order; moment += 2) {
    double sum = 0, size = 0;
    for (std::size_t k = 0; k < c.size(); ++k) {
      const double term = 2 * c[k] * std::pow(static_cast<double>(k) + 1, moment);
      sum += term;
      size += std::abs(term);
    }
    CHECK(std::abs(sum - (moment == 2 ? 2 : 0)) < 4e-16 * size);
  }
}

TEST_CASE("equation in laplacian.hpp: the symbol is the cut series of theta^2", "[heat][laplacian]") {
  const std::vector<double> at_pi{4, 16.0 / 3, 272.0 / 45, 2048.0 / 315};
  for (int p = 1; p <= 4; ++p) {
    CHECK(std::abs(heat::star_symbol(2 * p, std::numbers::pi) - at_pi[p - 1]) < 2e-15);
    const auto star = heat::theory::euler_step(2 * p, {0, 0, 1});
    for (const double theta : {0.0, 0.3, 1.7, 3.0})
      CHECK(std::abs(1 - heat::theory::symbol(star, {0, 0, theta}).real() - heat::star_symbol(2 * p, theta)) <
            4e-15);
  }
}

TEST_CASE("the spectral radius is the largest eigenvalue of the grid", "[heat][laplacian]") {
  const auto cells = GENERATE(std::vector<Index>{12}, std::vector<Index>{11}, std::vector<Index>{5, 6},
                              std::vector<Index>{5, 4, 7});
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const int order = GENERATE(2, 4, 6, 8);
  const auto on = test::lattice(cells, {word});
  const heat::Rates rate = test::uneven_rates(on.dimensions);
  double most = 0;
  const Triple n = on.grid.cells;
  for (Index z = 0; z <= n[0]; ++z)
    for (Index y = 0; y <= n[1]; ++y)
      for (Index x = 0; x <= n[2]; ++x) {
        const bool past = (n[0] > 1 && z == n[0]) || (n[1] > 1 && y == n[1]) || x == n[2];
        if (word == "neumann" && past) continue;  // cos(pi (j + 1/2)) is no mode
        most = std::max(most, -test::eigenvalue(on, {z, y, x}, rate, order));
      }
  const heat::Laplacian<double> laplacian(on.domain, on.boundaries, rate, order);
  CHECK(std::abs(laplacian.spectral_radius() - most) < 1e-14 * most);
}

namespace {

// f and f'' of a smooth function that obeys the condition; phi = pi x, or 2 pi x if periodic. f'' by phi.
struct Profile {
  double value, bend;
};
Profile profile(heat::Boundary boundary, double phi) {
  const double c = std::cos(phi), s = std::sin(phi), e = std::exp(0.5 * c);
  if (boundary == heat::Boundary::dirichlet) return {s * e, -s * e * (1 + 1.5 * c - 0.25 * s * s)};
  return {e, 0.5 * e * (0.5 * s * s - c)};
}

// Root-mean-square error of L on prod_a f(x_a) over the unit cube of n cells an axis, kappa = 1.
double error_of(int dimensions, const std::string& word, Index n, int order) {
  const auto on = test::lattice(std::vector<Index>(dimensions, n), {word});
  const auto cells = static_cast<double>(n);
  const double turn = word == "periodic" ? 2 * std::numbers::pi : std::numbers::pi;
  const heat::Laplacian<double> laplacian(on.domain, on.boundaries,
                                          heat::rates_of(cells * cells / (turn * turn), dimensions), order);
  const auto u = laplacian.field("u"), du = laplacian.field("du"), exact = laplacian.field("exact");
  std::vector<double> values, bends;
  for (Index k = u.box.lower[0]; k < u.box.upper[0]; ++k)
    for (Index j = u.box.lower[1]; j < u.box.upper[1]; ++j)
      for (Index i = u.box.lower[2]; i < u.box.upper[2]; ++i) {
        double product = 1, sum = 0;
        const Index place[3] = {k, j, i};
        for (int a = 3 - dimensions; a < 3; ++a) {
          const auto f = profile(on.boundaries[a], turn * (static_cast<double>(place[a]) + 0.5) / cells);
          sum = sum * f.value + product * f.bend;
          product *= f.value;
        }
        values.push_back(product);
        bends.push_back(sum);
      }
  heat::assign(u, values);
  heat::assign(exact, bends);
  laplacian.apply(u, du);
  return test::distance(on.domain, du, exact);
}

}  // namespace

TEST_CASE("the error falls as h to the order, with walls as without", "[heat][laplacian]") {
  const std::string word = GENERATE("periodic", "dirichlet", "neumann");
  const int dimensions = GENERATE(1, 2, 3), order = GENERATE(2, 4, 6, 8);
  const Index coarse = (dimensions == 3 ? 20 : 32) * (word == "periodic" ? 2 : 1);  // the same step of phi
  const double ratio =
      error_of(dimensions, word, coarse, order) / error_of(dimensions, word, 2 * coarse, order);
  INFO(word << " " << dimensions << "-D, order " << order << ": " << std::log2(ratio));
  CHECK(std::abs(std::log2(ratio) - order) < 0.1);
}

TEST_CASE("the operator is symmetric, and takes a constant to exactly zero", "[heat][laplacian]") {
  const auto on = test::each_lattice();
  const int order = GENERATE(2, 8);
  const heat::Laplacian<double> laplacian(on.domain, on.boundaries, test::uneven_rates(on.dimensions), order);
  const auto u = laplacian.field("u"), v = laplacian.field("v"), w = laplacian.field("w");
  heat::white_noise(u, on.domain.whole(), Random{1, 0});
  heat::white_noise(v, on.domain.whole(), Random{2, 0});
  laplacian.apply(u, w);
  const double left = heat::inner(v, w, on.domain.communicator());
  laplacian.apply(v, w);
  const double right = heat::inner(u, w, on.domain.communicator());
  const double size = laplacian.spectral_radius() * static_cast<double>(on.domain.whole().cells());
  CHECK(std::abs(left - right) < 1e-15 * size);

  bool walls = false;
  for (int a = 0; a < 3; ++a) walls = walls || on.boundaries[a] == heat::Boundary::dirichlet;
  heat::assign(u, std::vector<double>(static_cast<std::size_t>(u.box.cells()), 0.1));
  laplacian.apply(u, w);
  if (!walls) CHECK(test::largest(test::own_values(w)) == 0);
}

TEST_CASE("however the grid is divided, the bytes are those of plain loops, in float and double",
          "[heat][laplacian]") {
  const auto on = test::each_lattice();
  const int order = GENERATE(2, 4, 6, 8);
  const heat::Rates rate = test::uneven_rates(on.dimensions);
  const auto check = [&]<class Scalar>(Scalar) {
    const heat::Laplacian<Scalar> laplacian(on.domain, on.boundaries, rate, order);
    const test::PlainLaplacian<Scalar> plain{on.grid, rate, order};
    const auto u = laplacian.field("u"), du = laplacian.field("du");
    const auto alone = plain.field("alone"), expected = plain.field("expected");
    heat::white_noise(u, on.domain.whole(), Random{5, 0});
    heat::white_noise(alone, alone.box, Random{5, 0});
    laplacian.apply(u, du);
    plain.apply(alone, expected);
    const auto bytes = on.domain.gather(du);
    CHECK(std::vector<double>(bytes.begin(), bytes.end()) == test::own_values(expected));
  };
  check(float{});
  check(double{});
}

TEST_CASE("a halo that is too narrow, one field for two, and odd orders are refused", "[heat][laplacian]") {
  const auto on = test::lattice({12}, {"periodic"});
  const heat::Laplacian<double> laplacian(on.domain, on.boundaries, {0, 0, 1}, 4);
  const auto u = laplacian.field("u"), narrow = on.domain.field<double>("narrow", {0, 0, 1});
  CHECK_THROWS_AS(laplacian.apply(narrow, u), BrokenPromise);
  CHECK_THROWS_AS(laplacian.apply(u, u), BrokenPromise);
  CHECK_THROWS_AS(heat::Laplacian<double>(on.domain, on.boundaries, {0, 0, 1}, 3), BrokenPromise);
  CHECK_THROWS_AS(heat::Laplacian<double>(on.domain, on.boundaries, {0, 0, 1}, 10), BrokenPromise);
  CHECK_THROWS_AS(heat::star_weights(5), BrokenPromise);
  CHECK(laplacian.cost().flops == 8.0 * static_cast<double>(on.domain.mine().cells()));
}
