// tests/solvers/heat/theory/test_jacobi_logits.cpp
#include "solvers/heat/theory/jacobi_logits.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "core/core/require.hpp"
#include "solvers/heat/theory/extension.hpp"

using namespace attune;
using namespace attune::heat::theory;

namespace {

constexpr auto periodic = Boundary::periodic;

double largest_difference(const Stencil& a, const Stencil& b) {
  double largest = 0;
  for (const auto& o : b.offsets) largest = std::max(largest, std::abs(weight_at(a, o) - weight_at(b, o)));
  return largest;
}

}  // namespace

TEST_CASE("T10: pairwise logits make one Jacobi sweep of backward Euler", "[heat][theory]") {
  const PerAxis r{0, 3, 0.5};
  const Grid grid{{1, 4, 5}, {periodic, periodic, Boundary::neumann}};
  std::vector<double> u;
  for (int i = 0; i < 20; ++i) u.push_back(std::sin(1.0 + 3 * i));
  const auto swept = apply(grid, pairwise_softmax(r, 0), u);
  for (Index j = 0; j < 4; ++j)
    for (Index i = 0; i < 5; ++i) {
      // Row (j, i) of (1 + 2 sum r) u'_ji - sum_a r_a (its neighbours of u') = u_ji, the neighbours at u.
      const auto at = [&](Index y, Index x) {
        return u[((y + 4) % 4) * 5 + image(Boundary::neumann, 5, x).cell];
      };
      const double around = r[1] * (at(j - 1, i) + at(j + 1, i)) + r[2] * (at(j, i - 1) + at(j, i + 1));
      CHECK(std::abs(swept[j * 5 + i] - (at(j, i) + around) / (1 + 2 * (r[1] + r[2]))) < 1e-15);
    }
}

TEST_CASE("T10: the sweep is an FTCS step of r / (1 + 2 D r), below 1 / (2 D) for every r",
          "[heat][theory]") {
  for (const int D : {1, 2, 3})
    for (const double r : {1e-3, 0.25, 1.0, 1e6}) {
      PerAxis each{0, 0, 0};
      for (int a = 3 - D; a < 3; ++a) each[a] = r;
      const PerAxis effective = effective_rates(each, 0);
      CHECK(std::abs(effective[2] / (r / (1 + 2 * D * r)) - 1) < 1e-15);
      CHECK(effective[2] < 1 / (2.0 * D));
      CHECK(largest_difference(pairwise_softmax(each, 0), euler_step(2, effective)) < 1e-15);
    }
}

TEST_CASE("T10: the centre log(1 - 2 sum r) makes the softmax consistent, below the limit",
          "[heat][theory]") {
  const PerAxis r{0.05, 0.1, 0.3};
  const double z = consistent_centre_logit(r);
  CHECK(std::abs(z - std::log(0.1)) < 1e-15);
  CHECK(largest_difference(pairwise_softmax(r, z), euler_step(2, r)) < 1e-15);
  CHECK_THROWS_AS(consistent_centre_logit({0, 0, 0.5}), BrokenPromise);
}
