// tests/solvers/heat/theory/test_boundary_mask.cpp
#include "solvers/heat/theory/boundary_mask.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "core/core/require.hpp"

using namespace attune;
using namespace attune::heat::theory;

namespace {

constexpr auto periodic = Boundary::periodic;
constexpr auto wall = Boundary::neumann;

Grid line(Index cells) { return {{1, 1, cells}, {periodic, periodic, wall}}; }

// exp(-|o|^2 / (4 r)) over its sum on a box.
Stencil gaussian(double r, const Triple& reach) {
  Stencil head{box_offsets(reach), {}};
  double total = 0;
  for (const auto& o : head.offsets) {
    head.weights.push_back(std::exp(-static_cast<double>(o[0] * o[0] + o[1] * o[1] + o[2] * o[2]) / (4 * r)));
    total += head.weights.back();
  }
  for (double& weight : head.weights) weight /= total;
  return head;
}

}  // namespace

TEST_CASE("T9: the closed form of the masked FTCS step is every eigenvalue of its operator",
          "[heat][theory]") {
  for (const Index cells : {2, 3, 8, 33})
    for (const double r : {0.01, 0.25, 0.49}) {
      const auto eigenvalues = masked_eigenvalues(line(cells), ftcs(1, r));
      for (Index m = 0; m < cells; ++m) {
        INFO("cells " << cells << " r " << r << " mode " << m);
        CHECK(std::abs(eigenvalues[m] - masked_ftcs_decay(r, cells, m)) < 1e-14);
      }
    }
}

TEST_CASE("T9: masking makes the first mode decay too fast by (N / (N - 2 r))^2, a first-order error",
          "[heat][theory]") {
  CHECK(std::abs(masked_rate_ratio(0.25, 64, 1) - 1.015809) < 5e-7);
  CHECK(std::abs(predicted_rate_ratio(ftcs(1, 0.25), 64) - 1.015810) < 5e-7);
  for (const double r : {0.1, 0.25, 0.4}) {
    const auto error = [&](Index cells) { return masked_rate_ratio(r, cells, 1) - 1; };
    const auto rest = [&](Index cells) {
      return masked_rate_ratio(r, cells, 1) - predicted_rate_ratio(ftcs(1, r), cells);
    };
    CHECK(std::abs(std::log2(error(512) / error(1024)) - 1) < 0.01);
    CHECK(std::abs(std::log2(rest(128) / rest(256)) - 3) < 0.05);
    CHECK(std::abs(predicted_rate_ratio(ftcs(1, r), 100) - std::pow(100 / (100 - 2 * r), 2)) < 1e-15);
  }
}

TEST_CASE("T9: a wide head loses length by its first absolute moment", "[heat][theory]") {
  const Stencil head = gaussian(1, {0, 0, 4});
  const auto rest = [&](Index cells) {
    const double theta = std::numbers::pi / static_cast<double>(cells);
    const double masked = std::log(masked_eigenvalues(line(cells), head)[1]);
    return masked / std::log(symbol(head, {0, 0, theta}).real()) - predicted_rate_ratio(head, cells);
  };
  CHECK(std::abs(rest(64)) < 1e-4);
  CHECK(std::abs(std::log2(rest(64) / rest(128)) - 3) < 0.15);
  const double length = kept_weight(line(64), head).sum();
  CHECK(std::abs(predicted_rate_ratio(head, 64) - std::pow(64 / length, 2)) < 1e-14);
}

TEST_CASE("T9: a masked softmax keeps sum Z u, not sum u, with walls on any axis", "[heat][theory]") {
  const Grid grids[] = {line(9), {{1, 5, 7}, {periodic, wall, wall}}, {{3, 4, 5}, {wall, periodic, wall}}};
  const Stencil stencils[] = {gaussian(0.7, {0, 0, 3}), gaussian(0.7, {0, 2, 1}), gaussian(0.4, {1, 1, 1})};
  for (int i = 0; i < 3; ++i) {
    const auto A = masked_operator(grids[i], stencils[i]);
    const auto Z = kept_weight(grids[i], stencils[i]);
    CHECK((A.rowwise().sum().array() - 1).abs().maxCoeff() < 1e-15);
    CHECK((Z.transpose() * A - Z.transpose()).cwiseAbs().maxCoeff() < 1e-15);
    CHECK((A.colwise().sum().array() - 1).abs().maxCoeff() > 0.01);
    CHECK(std::abs(masked_eigenvalues(grids[i], stencils[i])[0] - 1) < 1e-14);
  }
  const auto Z = kept_weight(line(6), ftcs(1, 0.3));
  CHECK((std::abs(Z[0] - 0.7) < 1e-15 && std::abs(Z[5] - 0.7) < 1e-15 && Z[1] == 1));
  const Grid ring{{1, 1, 6}, {}};
  CHECK((masked_operator(ring, ftcs(1, 0.3)).colwise().sum().array() - 1).abs().maxCoeff() < 1e-15);
  CHECK_THROWS_AS(kept_weight(line(6), ftcs(1, 0.6)), BrokenPromise);
}
