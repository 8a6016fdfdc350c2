// tests/solvers/heat/test_positive_map.cpp
#include "solvers/heat/positive_map.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/core/require.hpp"
#include "solvers/heat/spectral.hpp"
#include "tests/solvers/heat/lattice.hpp"

using namespace attune;

namespace {

constexpr double lowest = 1.0 / 6, highest = 2.0 / 3;

heat::Rates between(int dimensions) {
  heat::Rates r{0, 0, 0};
  for (int a = 3 - dimensions; a < 3; ++a) r[a] = lowest + (highest - lowest) * a / 2;
  return r;
}

Field<double> field(const test::Lattice& on, const std::string& label) {
  return on.domain.field<double>(label, {on.dimensions > 2 ? 2 : 0, on.dimensions > 1 ? 2 : 0, 2});
}

// Steps of the map; the result is in u.
void advance(const test::Lattice& on, Field<double>& u, Field<double>& next, const heat::Rates& r,
             int steps) {
  for (int n = 0; n < steps; ++n) {
    heat::fill_ghosts(u, on.domain, on.boundaries);
    heat::positive_step(u, r, next);
    std::swap(u, next);
  }
}

// One step by plain serial loops over the product of the stencils, axis after axis, on the whole grid.
std::vector<double> plain_step(const heat::theory::Grid& grid, std::vector<double> u, const heat::Rates& r) {
  const Triple n = grid.cells, stride{n[1] * n[2], n[2], 1};
  for (int a = 0; a < 3; ++a) {
    if (r[a] == 0) continue;
    const auto w = heat::positive_weights(r[a]);
    const auto before = u;
    for (Index cell = 0; cell < grid.total(); ++cell) {
      const Index place = cell / stride[a] % n[a];
      const auto value = [&](Index away) {
        const auto image = heat::theory::image(grid.boundary[a], n[a], place + away);
        return image.sign * before[cell + (image.cell - place) * stride[a]];
      };
      u[cell] = w[0] * value(0) + w[1] * (value(-1) + value(1)) + w[2] * (value(-2) + value(2));
    }
  }
  return u;
}

}  // namespace

TEST_CASE("equation in positive_map.hpp: a mode is multiplied by the symbol of each axis",
          "[heat][positive_map]") {
  const auto on = test::each_lattice();
  const auto r = between(on.dimensions);
  const auto u = field(on, "u"), next = field(on, "next");
  for (const Triple& mode : test::some_modes(on)) {
    heat::mode(u, on.domain.whole(), on.boundaries, mode);
    heat::fill_ghosts(u, on.domain, on.boundaries);
    heat::positive_step(u, r, next);
    double factor = 1;
    for (int a = 0; a < 3; ++a) {
      const auto theta =
          static_cast<double>(heat::theory::angle(on.grid.boundary[a], on.grid.cells[a], mode[a]));
      const double x = 4 * std::pow(std::sin(theta / 2), 2);
      factor *= 1 - r[a] * (x + x * x / 12) + r[a] * r[a] * x * x / 2;
    }
    const auto expected = test::scaled(test::own_values(u), factor);
    CHECK(test::largest_difference(test::own_values(next), expected) < 2e-15);
  }
}

TEST_CASE("the weights have the moments of the heat kernel and are positive just where the map is taken",
          "[heat][positive_map]") {
  for (int n = 0; n <= 100; ++n) {
    const double r = std::clamp(lowest + (highest - lowest) * n / 100, lowest, highest);
    const auto w = heat::positive_weights(r);
    CHECK(std::min({w[0], w[1], w[2]}) >= 0);
    CHECK(std::abs(w[0] + 2 * w[1] + 2 * w[2] - 1) < 4e-16);
    CHECK(std::abs(2 * w[1] + 8 * w[2] - 2 * r) < 8e-16);
    CHECK(std::abs(2 * w[1] + 32 * w[2] - 12 * r * r) < 4e-15);
  }
  CHECK(heat::positive_weights(lowest)[2] == 0);
  const auto identity = heat::positive_weights(0);
  CHECK((identity[0] == 1 && identity[1] == 0 && identity[2] == 0));
  for (const double r : {-0.2, 0.1, 0.16666, 0.66667, 1.0, double(NAN)})
    CHECK_THROWS_AS(heat::positive_weights(r), BrokenPromise);
}

TEST_CASE("the error at a fixed time falls as h^4 at fixed r", "[heat][positive_map]") {
  const auto word = GENERATE("periodic", "dirichlet", "neumann");
  const int dimensions = GENERATE(1, 2, 3);
  const double r = GENERATE(lowest, 0.4, highest);
  const int cells = dimensions == 1 ? 32 : 16;
  const auto error = [&](int finer) {
    const auto on = test::lattice(std::vector<Index>(dimensions, finer * cells), {word});
    auto u = field(on, "u"), next = field(on, "next");
    const auto exact = field(on, "exact");
    for (const auto& start : {u, exact})
      heat::fourier(start, on.domain.whole(), on.boundaries, Random{3, 0}, 1);
    const int steps = 3 * finer * finer;
    advance(on, u, next, heat::rates_of(r, dimensions), steps);
    heat::apply_symbol(exact, on.domain, on.boundaries,
                       heat::band_limited_propagator(heat::rates_of(r * steps, dimensions)));
    return test::distance(on.domain, u, exact);
  };
  const double observed = std::log2(error(1) / error(2));
  INFO(word << " " << dimensions << "-D, r " << r << ": " << observed);
  CHECK(std::abs(observed - 4) < 0.1);
}

TEST_CASE("noise never leaves its range", "[heat][positive_map]") {
  const auto on = test::each_lattice();
  const double r = GENERATE(lowest, 0.3, highest);
  auto u = field(on, "u"), next = field(on, "next");
  heat::white_noise(u, on.domain.whole(), Random{2, 0});
  const auto before = on.domain.gather(u);
  auto [least, most] = std::pair(*std::min_element(before.begin(), before.end()),
                                 *std::max_element(before.begin(), before.end()));
  for (const auto boundary : on.boundaries)
    if (boundary == heat::Boundary::dirichlet) least = std::min(least, -most), most = std::max(most, -least);
  const int steps = 30;
  advance(on, u, next, heat::rates_of(r, on.dimensions), steps);
  const double rounding = steps * (std::pow(5, on.dimensions) + 2) * 2.3e-16 * (most - least);
  Index outside = 0;
  for (const double x : on.domain.gather(u)) outside += x > most + rounding || x < least - rounding;
  CHECK(outside == 0);
}

TEST_CASE("however the grid is divided, the bytes are those of plain loops", "[heat][positive_map]") {
  const auto on = test::each_lattice();
  const auto r = between(on.dimensions);
  auto u = field(on, "u"), next = field(on, "next");
  heat::white_noise(u, on.domain.whole(), Random{4, 0});
  auto expected = on.domain.gather(u);
  advance(on, u, next, r, 3);
  for (int n = 0; n < 3; ++n) expected = plain_step(on.grid, expected, r);
  CHECK(on.domain.gather(u) == expected);
}

TEST_CASE("an axis that does not diffuse is left alone and needs no ghosts", "[heat][positive_map]") {
  const heat::Rates r = GENERATE(heat::Rates{0.3, 0, 0}, heat::Rates{0, 0.3, 0}, heat::Rates{0, 0, 0.3},
                                 heat::Rates{0.3, 0, 0.5}, heat::Rates{0.3, 0.5, 0}, heat::Rates{0, 0, 0});
  const auto on = test::lattice({7, 8, lanes + 3}, {"neumann", "periodic", "dirichlet"});
  const Triple halo{r[0] > 0 ? 2 : 0, r[1] > 0 ? 2 : 0, r[2] > 0 ? 2 : 0};
  const auto u = on.domain.field<double>("u", halo), next = on.domain.field<double>("next");
  heat::white_noise(u, on.domain.whole(), Random{4, 0});
  heat::fill_ghosts(u, on.domain, on.boundaries);
  heat::positive_step(u, r, next);
  CHECK(on.domain.gather(next) == plain_step(on.grid, on.domain.gather(u), r));
}

TEST_CASE("rates outside the range and fields without ghosts are refused", "[heat][positive_map]") {
  const Box box = grid_box({8});
  const Field<double> u("u", box, {0, 0, 2}), next("next", box), bare("bare", box);
  const heat::Rates within{0, 0, 0.4}, beyond{0, 0, 0.7};
  CHECK_THROWS_AS(heat::positive_step(u, beyond, next), BrokenPromise);
  CHECK_THROWS_AS(heat::positive_step(bare, within, next), BrokenPromise);
  CHECK_THROWS_AS(heat::positive_step(u, within, u), BrokenPromise);
  const Box cube = grid_box({4, 4, 4});
  const heat::Rates all{0.3, 0.3, 0.3};
  CHECK(heat::positive_cost(cube, all, 8).flops ==
        (on_host ? 28 : 49) * 64);  // 8 rows along z serve 4, or 5 one
  CHECK(heat::positive_cost(cube, all, 8).bytes == 16 * 64);
}
