// tests/solvers/heat/theory/test_signed_heads.cpp
#include "solvers/heat/theory/signed_heads.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <random>

#include "solvers/heat/theory/central_stencil.hpp"
#include "solvers/heat/theory/simplex_projection.hpp"

using namespace attune;
using namespace attune::heat::theory;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

VectorXd weights_of(const Stencil& stencil) {
  return Eigen::Map<const VectorXd>(stencil.weights.data(),
                                    static_cast<Eigen::Index>(stencil.weights.size()));
}

}  // namespace

TEST_CASE("T3: two signed heads reach a star exactly when the second weighs what is negative in it",
          "[heat][theory]") {
  for (const int D : {1, 2, 3}) {
    const double r = 0.3 / D;
    const VectorXd star = weights_of(central_step(4, D, r)), ftcs = weights_of(central_step(2, D, 0.7 / D));
    CHECK(std::abs(smallest_second_head(star) - D * r / 6) < 1e-16);
    CHECK(std::abs(smallest_second_head(ftcs) - 0.4) < 1e-15);
    for (const VectorXd& t : {star, ftcs}) {
      const double enough = smallest_second_head(t);
      CHECK(signed_floor(t, enough) == 0);
      CHECK(signed_floor(t, 2 * enough) == 0);
      CHECK(signed_floor(t, 0.999 * enough) > 0);
      CHECK(std::abs(signed_floor(t, 0) - project_on_simplex(t).value) < 1e-16);
    }
  }
}

TEST_CASE("the floor of two signed heads by sorting is the one over the simplex of pairs", "[heat][theory]") {
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal;
  for (const int n : {2, 3, 6, 11})
    for (int sample = 0; sample < 4; ++sample) {
      VectorXd t = VectorXd::NullaryExpr(n, [&]() { return normal(random); });
      t.array() += (1 - t.sum()) / n;
      for (const double part : {0.0, 0.1, 0.5, 0.95}) {
        const double a = part * smallest_second_head(t);
        const double by_sorting = signed_floor(t, a), by_pairs = signed_floor(MatrixXd::Identity(n, n), t, a);
        INFO("n " << n << " a " << a);
        CHECK(std::abs(by_sorting - by_pairs) < 1e-12 * (1 + by_sorting));
      }
    }
}

TEST_CASE("two signed heads on correlated data fall to zero at the same weight of the second",
          "[heat][theory]") {
  const VectorXd t = weights_of(central_step(4, 1, 0.3));
  const Triple places[] = {{0, 0, 0}, {0, 0, -1}, {0, 0, 1}, {0, 0, -2}, {0, 0, 2}};
  MatrixXd C(5, 5);
  for (int i = 0; i < 5; ++i)
    for (int k = 0; k < 5; ++k)
      C(i, k) = std::exp(-0.3 * static_cast<double>(std::abs(places[i][2] - places[k][2])));
  const double one_head = signed_floor(C, t, 0);
  CHECK(std::abs(one_head - project_on_simplex(C, t, 5).value) < 1e-15);
  CHECK(signed_floor(C, t, 0.025) < one_head);
  CHECK(signed_floor(C, t, 0.025) > 1e-6);
  CHECK(std::abs(signed_floor(C, t, 0.05)) < 1e-15);
}
