// solvers/heat/implicit_steps.hpp
//
// Implicit steps of du/dt = L u, L linear and constant in time, over any solver of (I - a L) x = b.
// With s = -dt lambda of an eigenvalue lambda of L, and g = 2 - sqrt(2):
//
//   backward Euler   (I - dt L) u' = u                                    first order, L-stable
//                    1 / (1 + s)
//   Crank-Nicolson   (I - dt/2 L) u' = u + dt/2 L u                       second order, A-stable
//                    (1 - s/2) / (1 + s/2)
//   TR-BDF2          (I - g dt/2 L) v  = u + g dt/2 L u   to time g dt    second order, L-stable
//                    (I - g dt/2 L) u' = (1 + c) v - c u,  c = (sqrt(2) - 1) / 2
//                    ((1 + c) (1 - g s/2) / (1 + g s/2) - c) / (1 + g s/2)
//
// For this g, and no other, both stages of TR-BDF2 solve one system. Backward Euler alone keeps the largest
// and the smallest value from growing, for every dt; no second-order step does [bolley1978].
//
// Source   Crank-Nicolson [leveque2007], section 9.4; TR-BDF2 [bank1985], its g and its order [hosea1996]
// Cost     one, one or two solves; none, one or one evaluation of L; two fields of work
// Limits   a solve adds an error of at most its tolerance times the norm of its right side, as the norm of
//          (I - a L)^-1 is at most 1
#pragma once

#include <algorithm>
#include <numbers>

#include "solvers/heat/combine.hpp"
#include "solvers/heat/linear_solver.hpp"
#include "solvers/heat/operator.hpp"

namespace attune::heat {

template <Operator L, LinearSolver<typename L::Number> Solver> class ImplicitSteps {
 public:
  using Number = typename L::Number;

  ImplicitSteps(const L& l, const Solver& solver)
      : l_(l),
        solver_(solver),
        right_(l.field("heat::implicit::right")),
        slope_(l.field("heat::implicit::slope")) {}

  // Each: u <- u' on the own cells; u is a field of L. Collective. Returns the iterations and the work of all
  // solves and the largest of their residuals.
  Solved backward_euler(double dt, const Field<Number>& u) const {
    combine<Number>(right_, {{1, u}});
    return solver_.solve(dt, right_, u);
  }

  Solved crank_nicolson(double dt, const Field<Number>& u) const {
    trapezoidal_right(dt, u);
    return with_slope(solver_.solve(dt / 2, right_, u));
  }

  Solved tr_bdf2(double dt, const Field<Number>& u) const {
    constexpr double g = 2 - std::numbers::sqrt2, c = (std::numbers::sqrt2 - 1) / 2;
    trapezoidal_right(g * dt, u);
    const Field<Number> before = slope_;  // the slope is spent
    combine<Number>(before, {{1, u}});
    const Solved first = with_slope(solver_.solve(g * dt / 2, right_, u));
    combine<Number>(right_, {{1 + c, u}, {-c, before}});
    const Solved second = solver_.solve(g * dt / 2, right_, u);
    return {first.iterations + second.iterations, std::max(first.residual, second.residual),
            first.work + second.work};
  }

 private:
  // right <- u + dt/2 L u.
  void trapezoidal_right(double dt, const Field<Number>& u) const {
    l_.apply(u, slope_);
    combine<Number>(right_, {{1, u}, {dt / 2, slope_}});
  }

  static Solved with_slope(Solved solved) {
    solved.work += 1;
    return solved;
  }

  L l_;
  Solver solver_;
  Field<Number> right_, slope_;
};

}  // namespace attune::heat
