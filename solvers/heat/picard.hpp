// solvers/heat/picard.hpp
//
// One step of backward Euler for a conductivity that depends on the temperature, by Picard's iteration.
//
// Equation  u - dt L(u) u = b;   round n:  (I - dt L(u_n)) u_{n+1} = b,   L(v) = operation.frozen(v)
//           until |u_{n+1} - u_n| <= tolerance |u_{n+1}| in the 2-norm
// Every round solves a symmetric positive definite system whose inverse has no negative entry and rows that
// add up to one at most, so every iterate keeps the extremes of b (and without Dirichlet walls its heat).
// newton.hpp needs fewer rounds, and gives up the bounds on the way.
// Source    [celia1990]
// Cost      a frozen operator and a linear solve a round; convergence is linear
// Limits    operation.frozen(v) is a FaceOperator. solve(A, b, u) takes u as its start and leaves the
//           solution there; A has apply, diagonal and communicator
#pragma once

#include <cmath>

#include "solvers/heat/face_operator.hpp"

namespace attune::heat {

// I - dt L
template <class Scalar> struct Implicit {
  FaceOperator<Scalar> L;
  double dt;

  void apply(const Field<Scalar>& x, const Field<Scalar>& y) const {
    L.apply(x, y);
    combine(y, {{1, x}, {-dt, y}});
  }
  void diagonal(const Field<Scalar>& d) const {
    const Field<Scalar> one("heat::Implicit::one", d.box);
    Kokkos::deep_copy(one.values, Scalar(1));
    L.diagonal(d);
    combine(d, {{1, one}, {dt, d}});
  }
  Field<Scalar> field(const std::string& label) const { return L.field(label); }
  const Communicator& communicator() const { return L.communicator(); }
};

struct Picard {
  double tolerance = 1e-10;
  int most_rounds = 60;
};

struct PicardResult {
  int rounds = 0;
  double change = 0;  // of the last round, relative
  bool converged = false;
};

// u: the start on entry, the solution on return. Collective.
template <class Operation, class Scalar, class Solve>
PicardResult picard_step(const Operation& operation, double dt, const Field<Scalar>& b,
                         const Field<Scalar>& u, const Solve& solve, const Picard& choice = {}) {
  const Field<Scalar> change("heat::picard_step::change", u.box);
  PicardResult result;
  while (result.rounds < choice.most_rounds && !result.converged) {
    const Implicit<Scalar> A{operation.frozen(u), dt};
    combine(change, {{1, u}});
    solve(A, b, u);
    combine(change, {{1, u}, {-1, change}});
    const double size = inner(u, u, A.communicator()), moved = inner(change, change, A.communicator());
    result.change = moved > 0 ? std::sqrt(moved / size) : 0;
    result.converged = result.change <= choice.tolerance;
    ++result.rounds;
  }
  return result;
}

}  // namespace attune::heat
