// solvers/heat/linear_solver.hpp
//
// Solvers of (I - a L) x = b, the system of every implicit step, as those steps see them.
//
//   solve(a, b, x)           x <- (I - a L)^-1 b on the own cells, from the first guess in x, whose ghosts
//                            may be overwritten. Collective; every rank takes the same decisions. Throws
//                            InputError(not_finite) where the residual asked for is not reached
//   precondition(a, r, z)    z <- an approximation to (I - a L)^-1 r, linear, symmetric and positive definite
#pragma once

#include <concepts>

#include "core/core/field.hpp"

namespace attune::heat {

// When to stop: |b - (I - a L) x| <= tolerance |b|, in the Euclidean norm.
struct Stop {
  double tolerance = 1e-10;
  int most = 1000;  // iterations
};

struct Solved {
  int iterations = 0;
  double residual = 0;  // |b - (I - a L) x| / |b|, from x itself
  double work = 0;  // evaluations of the operator, each counted as its share of the grid's cells
};

template <class S, class Scalar>
concept LinearSolver = requires(const S& solver, double a, const Field<Scalar>& b, const Field<Scalar>& x) {
  { solver.solve(a, b, x) } -> std::same_as<Solved>;
};

template <class M, class Scalar>
concept Preconditioner = requires(const M& m, double a, const Field<Scalar>& r, const Field<Scalar>& z) {
  m.precondition(a, r, z);
};

// Throws unless a residual is finite and, after the last iteration, small enough.
void require_convergence(const std::string& method, const Solved& solved, const Stop& stop);

}  // namespace attune::heat
