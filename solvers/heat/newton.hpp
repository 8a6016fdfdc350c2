// solvers/heat/newton.hpp
//
// Newton's method for x - a L(x) = b, L the diffusion of a conductivity that depends on the temperature: the
// system of every implicit step of implicit_steps.hpp, which takes this for a linear solver (backward Euler,
// Crank-Nicolson, TR-BDF2, with sources).
//
// Equation  F(u) = u - a L(u) - b;   round:  J y = -F(u),  u += step y,   J = 1 - a D K(u)
//           by conjugate gradients in the variable where J is symmetric (symmetrised.hpp), so kappa = 0 is
//           allowed; until |F| <= tolerance |b| in the 2-norm
// Linear solves stop at a residual of min(0.1, |F| / |b|) of theirs: enough for |F| to fall quadratically. A
// round that would not halve |F|, or would make a conductivity negative, is one of picard.hpp instead: where
// kappa is far from that of the solution, as near a front, the linearisation is of no use, and Picard's
// rounds lead there from any start.
// Heat      y = -F + a D (...) whatever the linear solver left undone, so without Dirichlet walls every round
//           of Newton's gives u the heat of b, to rounding
// Bounds    the solution of backward Euler keeps the extremes of b, and so do Picard's rounds; Newton's
//           need not, and where kappa(0) = 0 may be negative by as much as |F| on their way
// Source    [dembo1982], how exactly to solve; the symmetric variable follows from Kirchhoff's transform
//           [carslaw1959]
// Cost      a round: L and a solve, twice where Picard's takes its place; 8 fields of work, with multigrid
//           its own
// Limits    kappa >= 0; NonlinearConductivity of any law
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "solvers/heat/conjugate_gradients.hpp"
#include "solvers/heat/symmetrised.hpp"

namespace attune::heat {

struct NewtonChoice {
  Stop stop = {1e-10, 60};  // of rounds
  Stop linear = {0.1, 2000};  // the largest relative residual of a solve, and its iterations
  bool multigrid = false;  // precondition
};

struct NewtonResult {
  std::vector<double> residuals;  // |F| / |b| before every round and after the last
  int iterations = 0, picard = 0;  // of all linear solves; rounds of Picard's
  double work = 0;  // evaluations of L and of S
  int rounds() const { return static_cast<int>(residuals.size()) - 1; }
};

template <class Operation> class Newton {
 public:
  using Number = typename Operation::Number;

  explicit Newton(const Operation& operation, const NewtonChoice& choice = {})
      : l_(operation), choice_(choice), differences_(operation.differences()) {
    for (Field<Number>* field : {&f_, &y_, &s_, &next_, &work_, &root_, &inverse_, &volume_})
      *field = operation.field("heat::Newton");
  }

  // x <- the solution, from the first guess in x. Collective. iterations counts rounds. Throws
  // InputError(not_finite) where the residual asked for is not reached.
  Solved solve(double a, const Field<Number>& b, const Field<Number>& x) const {
    const auto result = iterate(a, b, x);
    const Solved solved{result.rounds(), result.residuals.back(), result.work};
    require_convergence("Newton's method", solved, choice_.stop);
    return solved;
  }

  // The same, with its history; leaves where it stops to the caller.
  NewtonResult iterate(double a, const Field<Number>& b, const Field<Number>& x) const {
    require(a >= 0, "the systems of implicit steps have a >= 0");
    const double size = norm(b);
    NewtonResult result{{size > 0 ? find_residual(a, b, x) / size : 0}, 0, 0, 1};
    if (size == 0) combine<Number>(x, {});
    while (result.residuals.back() > choice_.stop.tolerance && result.rounds() < choice_.stop.most) {
      const double before = result.residuals.back();
      find_direction(a, std::clamp(before, 1e-6, choice_.linear.tolerance), result);
      combine<Number>(next_, {{1, x}, {1, y_}});
      double after = find_residual(a, b, next_) / size;
      if (!(after <= before / 2 && l_.least_kappa() >= 0)) {
        picard_round(a, b, x, std::clamp(before / 10, 1e-12, choice_.linear.tolerance), result);
        after = find_residual(a, b, next_) / size;
      }
      combine<Number>(x, {{1, next_}});
      result.residuals.push_back(after);
      result.work += 1;
    }
    return result;
  }

 private:
  double norm(const Field<Number>& u) const { return std::sqrt(inner(u, u, differences_.communicator())); }

  // f <- F(u); its norm.
  double find_residual(double a, const Field<Number>& b, const Field<Number>& u) const {
    l_.apply(u, f_);
    combine<Number>(f_, {{1, u}, {-a, f_}, {-1, b}});
    return norm(f_);
  }

  // next <- (1 - a L(x))^-1 b
  void picard_round(double a, const Field<Number>& b, const Field<Number>& x, double tolerance,
                    NewtonResult& result) const {
    const auto frozen = l_.frozen(x);
    combine<Number>(next_, {{1, x}});
    const Stop stop{tolerance, choice_.linear.most};
    const Solved solved = ConjugateGradients(frozen, frozen.communicator(), stop).solve(a, b, next_);
    ++result.picard;
    result.iterations += solved.iterations;
    result.work += solved.work + 1;
  }

  // y <- -J^-1 F at the u that L saw last.
  void find_direction(double a, double tolerance, NewtonResult& result) const {
    const double largest = l_.largest_kappa(), least = choice_.multigrid ? 1e-10 * largest : 0;
    Kokkos::parallel_for("heat::Newton::roots", every_cell(f_.box),
                         Roots<Number>{l_.kappa(), root_, inverse_, least});
    const Symmetrised<Number> S{differences_, root_, work_, largest};
    combine<Number>(y_, {{-1, f_}});
    multiply(y_, root_, y_);
    combine<Number>(s_, {});
    const Stop stop{tolerance, choice_.linear.most};
    const Communicator& ranks = differences_.communicator();
    Solved solved;
    if (norm(y_) > 0 && least > 0) {
      multiply(volume_, inverse_, inverse_);
      const SymmetrisedCycle<Number> cycle{FaceMultigrid<Number>(differences_, volume_, {}), inverse_, next_};
      solved = ConjugateGradients<Symmetrised<Number>, SymmetrisedCycle<Number>>(S, ranks, stop, cycle)
                   .solve(a, y_, s_);
    } else if (norm(y_) > 0) {
      solved = ConjugateGradients<Symmetrised<Number>>(S, ranks, stop).solve(a, y_, s_);
    }
    multiply(work_, root_, s_);
    differences_.apply(work_, y_);
    combine<Number>(y_, {{-1, f_}, {a, y_}});
    result.iterations += solved.iterations;
    result.work += solved.work + 1;
  }

  Operation l_;
  NewtonChoice choice_;
  FaceOperator<Number> differences_;
  Field<Number> f_, y_, s_, next_, work_, root_, inverse_, volume_;
};

}  // namespace attune::heat
