// tests/solvers/heat/theory/test_central_stencil.cpp
#include "solvers/heat/theory/central_stencil.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>

#include "solvers/heat/theory/simplex_projection.hpp"

using namespace attune;
using namespace attune::heat::theory;

namespace {

Eigen::VectorXd weights_of(const Stencil& stencil) {
  return Eigen::Map<const Eigen::VectorXd>(stencil.weights.data(),
                                           static_cast<Eigen::Index>(stencil.weights.size()));
}

}  // namespace

TEST_CASE("T3: the closed-form floor of every star is what the projection on the simplex gives",
          "[heat][theory]") {
  for (int order = 2; order <= 16; order += 2)
    for (const int D : {1, 2, 3}) {
      const CentralFloor floor = central_floor(order, D);
      for (const double part : {1e-3, 0.3, 0.9, 1.0}) {
        const double r = part * floor.largest_r;
        const Stencil step = central_step(order, D, r);
        const Eigen::VectorXd t = weights_of(step);
        const SimplexMinimum head = project_on_simplex(t);
        INFO("order " << order << " D " << D << " r " << r);
        // The centre, of size 1, is rounded: the loss feels it as 2 r s of that.
        CHECK(std::abs(head.value - r * r * floor.loss_per_r2) < 1e-15 * r);
        const double relative = std::sqrt(head.value) / (t - Eigen::VectorXd::Unit(t.size(), 0)).norm();
        CHECK(std::abs(relative - floor.relative) < 1e-12);
        CHECK((head.weights.array() > 1e-14).count() <= floor.kept);
        CHECK(std::abs(negative_weight(step) - r * floor.negative_per_r) < 1e-14);
      }
    }
}

TEST_CASE("T3: orders 2 and 4 have the closed forms of the books, up to the last r of their range",
          "[heat][theory]") {
  const double percent[] = {4.8553, 3.9443, 3.3995}, range[] = {0.3913, 0.1974, 0.1321};
  for (const int D : {1, 2, 3}) {
    const CentralFloor fourth = central_floor(4, D);
    CHECK(std::abs(fourth.loss_per_r2 - (D / 72.0 + D * D / (36.0 * (2 * D + 1)))) < 1e-16);
    CHECK(std::abs(fourth.largest_r - 1 / (D * (2.5 + 1 / (6.0 * (2 * D + 1))))) < 1e-15);
    CHECK(std::abs(100 * fourth.relative - percent[D - 1]) < 5e-5);
    CHECK(std::abs(fourth.largest_r - range[D - 1]) < 5e-5);
    CHECK(std::abs(fourth.negative_per_r - D / 6.0) < 1e-15);
    CHECK(fourth.kept == 2 * D + 1);
    CHECK(central_floor(2, D).loss_per_r2 == 0);
    CHECK(std::abs(central_floor(2, D).largest_r - 1 / (2.0 * D)) < 1e-16);
  }
  CHECK(std::abs(central_floor(4, 1).relative - std::sqrt(5.0 / 2121)) < 1e-15);
}

TEST_CASE("T3: beyond its range of r the closed form lies below the projection", "[heat][theory]") {
  for (const int order : {2, 4, 8})
    for (const int D : {1, 2, 3}) {
      const CentralFloor floor = central_floor(order, D);
      const double r = 1.1 * floor.largest_r;
      CHECK(project_on_simplex(weights_of(central_step(order, D, r))).value >
            1.001 * r * r * floor.loss_per_r2 + 1e-4);
    }
}

TEST_CASE("the negative weight of FTCS past its limit is 2 D r - 1", "[heat][theory]") {
  for (const int D : {1, 2, 3}) {
    CHECK(negative_weight(central_step(2, D, 0.4 / D)) == 0);
    CHECK(std::abs(negative_weight(central_step(2, D, 0.9 / D)) - 0.8) < 1e-15);
  }
}
