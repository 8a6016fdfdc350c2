// solvers/heat/conjugate_gradients.hpp
//
// Conjugate gradients for (I - a L) x = b, L symmetric and -L not negative, with a preconditioner M:
//
//   r = b - (I - a L) x,   z = M r,   p = z
//   q = (I - a L) p,   alpha = <r, z> / <p, q>,   x += alpha p,   r -= alpha q
//   z = M r,   beta = <r, z> / <r, z before>,   p = z + beta p
//
// The r of the recurrence drifts away from b - (I - a L) x by rounding. So where it is small enough the true
// residual is computed, and the iteration starts anew from that; the result reports the true one. Where a
// restart gains less than a factor of two, rounding has the last word and the solve fails.
//
// Source   [hestenes1952]; [saad2003], algorithm 9.1 (preconditioned); restarts [vandervorst2000]
// Order    with c the condition number of the preconditioned operator, at most 1 + a spectral_radius()
//          without one, the error falls by (sqrt(c) - 1) / (sqrt(c) + 1) an iteration on the average, or
//          faster
// Cost     an iteration: apply, precondition, 16 flops a cell in four combinations, and two inner products,
//          three if preconditioned
// Limits   relative residuals not much below eps (1 + a spectral_radius()); three fields of work, four if
//          preconditioned
#pragma once

#include <cmath>

#include "core/core/require.hpp"
#include "solvers/heat/combine.hpp"
#include "solvers/heat/linear_solver.hpp"
#include "solvers/heat/operator.hpp"

namespace attune::heat {

// M = 1: z is r.
struct NoPreconditioner {};

template <Operator L, class M = NoPreconditioner>
requires(L::symmetric && (std::same_as<M, NoPreconditioner> ||
                          Preconditioner<M, typename L::Number>)) class ConjugateGradients {
 public:
  using Number = typename L::Number;

  ConjugateGradients(const L& l, const Communicator& communicator, const Stop& stop = {}, const M& m = {})
      : l_(l), m_(m), communicator_(communicator), stop_(stop) {
    for (Field<Number>* field : {&r_, &p_, &q_}) *field = l.field("heat::conjugate_gradients");
    z_ = plain ? r_ : l.field("heat::conjugate_gradients");
  }

  // See linear_solver.hpp. x is a field of L.
  Solved solve(double a, const Field<Number>& b, const Field<Number>& x) const {
    require(a >= 0, "the systems of implicit steps have a >= 0");
    const double size = norm(b);
    if (size == 0) {
      combine<Number>(x, {});
      return {};
    }
    Solved solved{0, residual(a, b, x) / size, 1};
    while (solved.residual > stop_.tolerance && solved.iterations < stop_.most) {
      const double before = solved.residual;
      const int done = descend(a, x, stop_.tolerance * size, stop_.most - solved.iterations);
      solved = {solved.iterations + done, residual(a, b, x) / size, solved.work + done + 1};
      if (!(solved.residual < before / 2)) break;
    }
    require_convergence("conjugate gradients", solved, stop_);
    return solved;
  }

 private:
  static constexpr bool plain = std::same_as<M, NoPreconditioner>;

  double norm(const Field<Number>& u) const { return std::sqrt(inner(u, u, communicator_)); }

  // r <- b - (I - a L) x; its norm.
  double residual(double a, const Field<Number>& b, const Field<Number>& x) const {
    l_.apply(x, q_);
    combine<Number>(r_, {{1, b}, {-1, x}, {a, q_}});
    return norm(r_);
  }

  // z <- M r; <r, z>, from <r, r>.
  double precondition(double a, double square) const {
    if constexpr (plain) {
      return square;
    } else {
      m_.precondition(a, r_, z_);
      return inner(r_, z_, communicator_);
    }
  }

  // Iterates from the residual in r until the recurrence is at `target`; the number of iterations.
  int descend(double a, const Field<Number>& x, double target, int most) const {
    double along = precondition(a, inner(r_, r_, communicator_));
    combine<Number>(p_, {{1, z_}});
    int n = 0;
    while (n < most) {
      ++n;
      l_.apply(p_, q_);
      combine<Number>(q_, {{1, p_}, {-a, q_}});
      const double alpha = along / inner(p_, q_, communicator_);
      if (!(alpha > 0)) break;  // not positive definite, or not finite
      combine<Number>(x, {{1, x}, {alpha, p_}});
      combine<Number>(r_, {{1, r_}, {-alpha, q_}});
      const double square = inner(r_, r_, communicator_);
      if (std::sqrt(square) <= target) break;
      const double next = precondition(a, square);
      combine<Number>(p_, {{1, z_}, {next / along, p_}});
      along = next;
    }
    return n;
  }

  L l_;
  M m_;
  Communicator communicator_;
  Stop stop_;
  Field<Number> r_, z_, p_, q_;
};

}  // namespace attune::heat
