// solvers/heat/implicit_steps.hpp
//
// Implicit steps of du/dt = L u + f(t), L linear and constant in time, from t to t + dt, over any solver of
// (I - a L) x = b. With s = -dt lambda of an eigenvalue lambda of L, g = 2 - sqrt(2), and f' = f(t + dt):
//
//   backward Euler   (I - dt L) u' = u + dt f'                            first order, L-stable
//                    1 / (1 + s)
//   Crank-Nicolson   (I - dt/2 L) u' = u + dt/2 (L u + f + f')            second order, A-stable
//                    (1 - s/2) / (1 + s/2)
//   TR-BDF2          (I - g dt/2 L) v  = u + g dt/2 (L u + f + f(t + g dt))      second order, L-stable
//                    (I - g dt/2 L) u' = (1 + c) v - c u + g dt/2 f',  c = (sqrt(2) - 1) / 2
//                    ((1 + c) (1 - g s/2) / (1 + g s/2) - c) / (1 + g s/2)
//
// For this g, and no other, both stages of TR-BDF2 solve one system. Backward Euler alone keeps the largest
// and the smallest value from growing, for every dt; no second-order step does [bolley1978].
//
// Source   Crank-Nicolson [leveque2007], section 9.4; TR-BDF2 [bank1985], its g and its order [hosea1996]
// Cost     one, one or two solves; none, one or one evaluation of L; one, two or three of f; two fields of
//          work
// Limits   a solve adds an error of at most its tolerance times the norm of its right side, as the norm of
//          (I - a L)^-1 is at most 1
#pragma once

#include <algorithm>
#include <numbers>

#include "solvers/heat/combine.hpp"
#include "solvers/heat/linear_solver.hpp"
#include "solvers/heat/operator.hpp"
#include "solvers/heat/sources.hpp"

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
    return backward_euler(dt, u, 0, NoSource{});
  }
  Solved crank_nicolson(double dt, const Field<Number>& u) const {
    return crank_nicolson(dt, u, 0, NoSource{});
  }
  Solved tr_bdf2(double dt, const Field<Number>& u) const { return tr_bdf2(dt, u, 0, NoSource{}); }

  // The same with a source (sources.hpp), u at time t.
  template <Source<Number> F>
  Solved backward_euler(double dt, const Field<Number>& u, double t, const F& f) const {
    combine<Number>(right_, {{1, u}});
    f.add(t + dt, dt, right_);
    return solver_.solve(dt, right_, u);
  }

  template <Source<Number> F>
  Solved crank_nicolson(double dt, const Field<Number>& u, double t, const F& f) const {
    trapezoidal_right(dt, u, t, f);
    return with_slope(solver_.solve(dt / 2, right_, u));
  }

  template <Source<Number> F> Solved tr_bdf2(double dt, const Field<Number>& u, double t, const F& f) const {
    constexpr double g = 2 - std::numbers::sqrt2, c = (std::numbers::sqrt2 - 1) / 2;
    trapezoidal_right(g * dt, u, t, f);
    const Field<Number> before = slope_;  // the slope is spent
    combine<Number>(before, {{1, u}});
    const Solved first = with_slope(solver_.solve(g * dt / 2, right_, u));
    combine<Number>(right_, {{1 + c, u}, {-c, before}});
    f.add(t + dt, g * dt / 2, right_);
    const Solved second = solver_.solve(g * dt / 2, right_, u);
    return {first.iterations + second.iterations, std::max(first.residual, second.residual),
            first.work + second.work};
  }

 private:
  // right <- u + dt/2 (L u + f(t) + f(t + dt)).
  template <class F> void trapezoidal_right(double dt, const Field<Number>& u, double t, const F& f) const {
    l_.apply(u, slope_);
    combine<Number>(right_, {{1, u}, {dt / 2, slope_}});
    f.add(t, dt / 2, right_);
    f.add(t + dt, dt / 2, right_);
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
