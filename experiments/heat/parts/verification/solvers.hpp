// experiments/heat/parts/verification/solvers.hpp
//
// The solvers of u_t = sum_a kappa_a u_aa that are verified, one row each: how they step, what theory says
// that steps do to a mode, and their order in time. Time is counted in steps, so a solver knows
// r_a = kappa_a dt / h_a^2 alone.
#pragma once

#include <functional>

#include "core/deck/deck.hpp"

#include "experiments/heat/parts/setting.hpp"
#include "solvers/heat/ftcs.hpp"

namespace attune::experiments::heat::verification {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;

// How they step.
struct Choice {
  double stability = 0.8;  // of the largest stable step
  double implicit_rate = 2;  // r of implicit steps
  double tolerance = 1e-13;  // of linear systems, in double
  Index stages = 5;  // of super-time-stepping
  Index pass = 4;  // steps in a pass of the blocked kernel
};

void describe_choice(auto& field, Choice& c) {
  field("stability", c.stability, "1",
        "step of explicit solvers over the largest stable one; 2 D r of the explicit heat step",
        Range{.least = 0, .most = 1, .least_excluded = true});
  field("implicit_rate", c.implicit_rate, "1", "r = kappa dt / h^2 of implicit steps", above(0),
        at_most(100));
  field("tolerance", c.tolerance, "1", "relative residual at which linear solvers stop, in double",
        between(1e-14, 1e-3));
  field("stages", c.stages, "1", "stages of a step of RKL1, RKL2 and RKC2", between(3, 50));
  field("pass", c.pass, "1", "explicit steps in one pass of the blocked kernel", between(1, 4));
}

template <class Scalar> struct Stepper {
  Field<Scalar> u;  // with the ghosts that it wants
  std::function<void(Field<Scalar>& u, Index steps)> advance;
};

using Decay =
    std::function<double(const theory::Grid&, const Triple& mode, const theory::PerAxis& r, Index steps)>;

template <class Scalar> struct Solver {
  std::string name;  // in the ids of claims
  std::string words;
  int time_order;  // 0: exact in time, or that of another row
  double largest;  // stable sum_a r_a; infinite for implicit and exact ones
  std::function<double(int dimensions)> rate;  // r of every axis at which modes decay
  std::function<Stepper<Scalar>(const Setting&, const solver::Rates& r)> on;
  Decay decay;
  double (*sensitivity)(double s) =
      nullptr;  // of a step to the tolerance of its linear systems (integrator_decay.hpp)
};

template <class Scalar> std::vector<Solver<Scalar>> solvers_to_verify(const Choice& choice);

// r along each of the D axes of a grid, 0 along the others.
theory::PerAxis per_axis(double r, int dimensions);

}  // namespace attune::experiments::heat::verification
