// tests/solvers/heat/test_boundary.cpp
#include "solvers/heat/boundary.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "solvers/heat/initial.hpp"
#include "tests/support/fields.hpp"

using namespace attune;
using heat::Boundary;

namespace {

struct Image {
  Index cell;
  double sign;
};

// The cell of the whole axis that a ghost stands for, and its sign.
Image image_of(Boundary boundary, Index g, Index cells) {
  if (boundary == Boundary::periodic) return {(g % cells + cells) % cells, 1};
  const double sign = boundary == Boundary::neumann ? 1 : -1;
  if (g < 0) return {-1 - g, sign};
  if (g >= cells) return {2 * cells - 1 - g, sign};
  return {g, 1};
}

}  // namespace

TEST_CASE("every ghost is the image of a cell, edges and corners included, on any number of ranks",
          "[heat][boundary]") {
  constexpr auto P = Boundary::periodic, D = Boundary::dirichlet, N = Boundary::neumann;
  const heat::Boundaries boundaries =
      GENERATE(heat::Boundaries{P, P, D}, heat::Boundaries{D, N, P}, heat::Boundaries{N, D, N},
               heat::Boundaries{D, D, D}, heat::Boundaries{N, P, D});
  const Box whole = grid_box({5, 4, 9});
  const Triple halo{3, 4, 5};
  const Domain domain = Domain::world().split(whole, heat::periodic_axes(boundaries));
  const auto u = domain.field<double>("u", halo);
  heat::white_noise(u, whole, Random{4, 0});
  const auto everything = domain.gather(u);
  heat::fill_ghosts(u, domain, boundaries);

  const auto host = test::host(u);
  Index wrong = 0;
  for (Index k = 0; k < Index(host.extent(0)); ++k)
    for (Index j = 0; j < Index(host.extent(1)); ++j)
      for (Index i = 0; i < Index(host.extent(2)); ++i) {
        const Image z = image_of(boundaries[0], u.box.lower[0] + k - halo[0], 5);
        const Image y = image_of(boundaries[1], u.box.lower[1] + j - halo[1], 4);
        const Image x = image_of(boundaries[2], u.box.lower[2] + i - halo[2], 9);
        const double expected = z.sign * y.sign * x.sign * everything[(z.cell * 4 + y.cell) * 9 + x.cell];
        wrong += host(k, j, i) != expected;
      }
  CHECK(wrong == 0);
}
