// tests/solvers/heat/test_spectral.cpp
#include "solvers/heat/spectral.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>

#include "solvers/heat/exponential.hpp"
#include "solvers/heat/ftcs.hpp"
#include "solvers/heat/initial.hpp"
#include "tests/support/fields.hpp"

using namespace attune;

namespace {

struct Problem {
  heat::Boundaries boundaries;
  Domain domain;
  Field<double> u;
  int dimensions;
};

Problem noise(const std::vector<Index>& cells, const std::vector<std::string>& words) {
  const int dimensions = static_cast<int>(cells.size());
  const auto boundaries = heat::boundaries_of(words, dimensions);
  const Domain domain = Domain::world().split(grid_box(cells), heat::periodic_axes(boundaries));
  Problem problem{boundaries, domain, domain.field<double>("u", {dimensions > 2, dimensions > 1, 1}),
                  dimensions};
  heat::white_noise(problem.u, domain.whole(), Random{8, 0});
  return problem;
}

}  // namespace

TEST_CASE("a hundred explicit steps on noise equal the hundredth power of their symbol", "[heat][spectral]") {
  const auto word = GENERATE("periodic", "dirichlet", "neumann");
  const auto cells =
      GENERATE(std::vector<Index>{33}, std::vector<Index>{12, 10}, std::vector<Index>{6, 5, 8});
  const double r = 0.16;
  auto stepped = noise(cells, {word});
  const auto exact = noise(cells, {word});
  auto next = stepped.domain.field<double>("next", stepped.u.halo);
  for (int step = 0; step < 100; ++step) {
    heat::fill_ghosts(stepped.u, stepped.domain, stepped.boundaries);
    heat::ftcs_step(stepped.u, heat::rates_of(r, stepped.dimensions), next);
    std::swap(stepped.u, next);
  }
  heat::apply_symbol(exact.u, exact.domain, exact.boundaries, [r](const heat::Angles& theta) {
    double factor = 1;
    for (int a = 0; a < 3; ++a) factor -= 4 * r * std::pow(std::sin(theta[a] / 2), 2);
    return std::pow(factor, 100);
  });
  CHECK(test::largest_difference(test::own_values(stepped.u), test::own_values(exact.u)) < 1e-13);
}

TEST_CASE("the identity symbol changes nothing but the last digits, with mixed boundaries",
          "[heat][spectral]") {
  const auto before = noise({5, 7, 9}, {"neumann", "periodic", "dirichlet"});
  const auto after = noise({5, 7, 9}, {"neumann", "periodic", "dirichlet"});
  heat::apply_symbol(after.u, after.domain, after.boundaries, [](const heat::Angles&) { return 1.0; });
  CHECK(test::largest_difference(test::own_values(after.u), test::own_values(before.u)) < 4e-15);
}

TEST_CASE("propagators over half steps compose to the whole step", "[heat][spectral]") {
  const auto whole = noise({16, 12}, {"dirichlet", "neumann"});
  const auto halves = noise({16, 12}, {"dirichlet", "neumann"});
  heat::apply_symbol(whole.u, whole.domain, whole.boundaries, heat::lattice_propagator({0, 0.5, 1.5}));
  for (int half = 0; half < 2; ++half)
    heat::apply_symbol(halves.u, halves.domain, halves.boundaries, heat::lattice_propagator({0, 0.25, 0.75}));
  CHECK(test::largest_difference(test::own_values(whole.u), test::own_values(halves.u)) < 1e-15);
}

TEST_CASE("the exponential prepared once is the band-limited propagator, step after step",
          "[heat][spectral]") {
  const auto words = GENERATE(std::vector<std::string>{"periodic"}, std::vector<std::string>{"dirichlet"},
                              std::vector<std::string>{"neumann"});
  const auto cells = GENERATE(std::vector<Index>{33}, std::vector<Index>{12, 10}, std::vector<Index>{6, 5, 8},
                              std::vector<Index>{4, 1, 9});
  const auto stepped = noise(cells, words), exact = noise(cells, words);
  const auto r = heat::rates_of(0.3, stepped.dimensions);
  const heat::Exponential<double> exponential(stepped.domain, stepped.boundaries, r);
  for (int step = 0; step < 2; ++step) {
    exponential.step(stepped.u);
    heat::apply_symbol(exact.u, exact.domain, exact.boundaries, heat::band_limited_propagator(r));
  }
  CHECK(test::largest_difference(test::own_values(stepped.u), test::own_values(exact.u)) < 1e-14);
}
