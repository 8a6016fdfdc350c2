// tests/experiments/heat/parts/test_march.cpp
#include "experiments/heat/parts/stability/march.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/deck/describe.hpp"
#include "experiments/heat/parts/stability/free_convolution.hpp"
#include "experiments/heat/parts/training_field.hpp"
#include "solvers/heat/theory/rollout.hpp"
#include "solvers/heat/theory/symbol_maximum.hpp"

using namespace attune;
using namespace attune::experiments::heat;
using namespace attune::experiments::heat::stability;

namespace theory = attune::heat::theory;

namespace {

std::vector<Index> grid_of(int dimensions) {
  return dimensions == 1   ? std::vector<Index>{64}
         : dimensions == 2 ? std::vector<Index>{12, 14}
                           : std::vector<Index>{6, 8, 7};
}

struct Case {
  Setting setting;
  theory::Stencil stencil;
  Field<double> start;
  std::function<void(const Field<double>&, const Field<double>&)> step;

  Case(int dimensions, const std::string& boundary, double r)
      : setting(make_setting(Domain::world(), grid_of(dimensions), boundary)),
        stencil(theory::ftcs(dimensions, r)),
        start(setting.domain.field<double>("start", setting.halo(1))) {
    attune::heat::white_noise(start, setting.domain.whole(), Random{7, 1});
    step = [this](const Field<double>& u, const Field<double>& next) {
      attune::heat::fill_ghosts(u, setting.domain, setting.boundaries);
      convolve(u, stencil, next);
    };
  }
  MarchPlan plan(double r, double wanted, double stop = 1e30) const {
    const double size = std::abs(stencil.weights[0]) + 1 - stencil.weights[0];
    return {stencil,
            r,
            wanted,
            {1, 2, 5, 20},
            theory::largest_symbol(stencil).size,
            static_cast<double>(stencil.weights.size()) + 2,
            size,
            stop};
  }
};

}  // namespace

TEST_CASE("equation in march.hpp: rollouts of stable and unstable stencils are those of the closed form",
          "[heat][experiments]") {
  for (const int D : {1, 2, 3})
    for (const std::string boundary : {"periodic", "dirichlet", "neumann"})
      for (const double ratio : {0.8, 1.6})
        for (const double factor : {1.0, 0.4, 2.5}) {
          const double r = ratio / (2 * D);
          const Case c(D, boundary, r);
          const MarchAudit audit = march<double>(c.setting, c.start, c.plan(r, factor * r), c.step);
          CHECK(audit.disagreement < 1);
          CHECK(std::isfinite(audit.measured.back()));
          if (ratio < 1) CHECK(audit.excess <= audit.excess_bound);
          if (ratio > 1 && factor >= 1) CHECK(audit.excess > 1);
        }
}

TEST_CASE("another propagator than that of the plan is seen", "[heat][experiments]") {
  const Case c(2, "periodic", 0.2);
  MarchPlan wrong = c.plan(0.2, 0.2);
  wrong.stencil = theory::ftcs(2, 0.2 + 1e-12);
  CHECK(march<double>(c.setting, c.start, wrong, c.step).disagreement > 1);
}

TEST_CASE("noise leaves its range at the step of the closed form, and nothing is measured past the stop",
          "[heat][experiments]") {
  const Case c(1, "periodic", 0.9);
  MarchPlan plan = c.plan(0.9, 0.9);
  plan.stop = 1e3;
  const MarchAudit audit = march<double>(c.setting, c.start, plan, c.step);
  REQUIRE(audit.left > 1);
  std::vector<Index> steps;
  for (Index m = 1; m <= audit.left + 1; ++m) steps.push_back(m);
  CHECK(predicted_leave(c.setting, everywhere(c.start, c.setting), plan, steps) == audit.left);
  CHECK(std::isfinite(audit.measured[2]));
  CHECK(std::isnan(audit.measured[3]));
  CHECK(std::isnan(audit.largest[3]));
  const Case calm(1, "periodic", 0.3);
  const MarchAudit stable = march<double>(calm.setting, calm.start, calm.plan(0.3, 0.3), calm.step);
  CHECK(stable.left == 0);
}

TEST_CASE("the power iteration finds max |g| of the grid", "[heat][experiments]") {
  for (const std::string boundary : {"periodic", "neumann"}) {
    const Case c(2, boundary, 0.4);
    const double expected = *theory::growth(c.setting.grid(), c.stencil);
    const double measured = measured_growth<double>(c.setting, c.start, 200, c.step);
    CHECK(measured <= expected * (1 + 1e-14));
    CHECK(measured >= expected * (1 - 5e-3));
  }
}
