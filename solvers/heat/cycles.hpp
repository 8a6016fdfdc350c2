// solvers/heat/cycles.hpp
//
// Multigrid as a solver and as a preconditioner, whatever its grids: x += cycle(b - (I - a L) x).
//
// A hierarchy has levels.front(), the finest grid, with the fields b, x, residual and find_residual(a), which
// leaves b - (I - a L) x in residual; cycle(0, a), which leaves in x an approximation to the solution for b;
// and work(a), the cost of a cycle.
#pragma once

#include <cmath>

#include "solvers/heat/combine.hpp"
#include "solvers/heat/linear_solver.hpp"

namespace attune::heat {

template <class Scalar, class Hierarchy>
void precondition_by_cycle(Hierarchy& hierarchy, double a, const Field<Scalar>& r, const Field<Scalar>& z) {
  auto& finest = hierarchy.levels.front();
  combine<Scalar>(finest.b, {{1, r}});
  hierarchy.cycle(0, a);
  combine<Scalar>(z, {{1, finest.x}});
}

struct CycleStop {
  Stop stop;
  double least_gain;  // the factor by which every cycle is to shrink the residual
};

template <class Scalar, class Hierarchy>
Solved solve_by_cycles(Hierarchy& hierarchy, double a, const Field<Scalar>& b, const Field<Scalar>& x,
                       const CycleStop& until) {
  require(a >= 0, "the systems of implicit steps have a >= 0");
  auto& finest = hierarchy.levels.front();
  const Communicator& ranks = hierarchy.communicator();
  const double size = std::sqrt(inner(b, b, ranks));
  if (size == 0) {
    combine<Scalar>(x, {});
    return {};
  }
  const auto find_residual = [&] {
    combine<Scalar>(finest.b, {{1, b}});
    combine<Scalar>(finest.x, {{1, x}});
    finest.find_residual(a);
    return std::sqrt(inner(finest.residual, finest.residual, ranks)) / size;
  };
  Solved solved{0, find_residual(), 1};
  while (solved.residual > until.stop.tolerance && solved.iterations < until.stop.most) {
    const double before = solved.residual;
    combine<Scalar>(finest.b, {{1, finest.residual}});
    hierarchy.cycle(0, a);
    combine<Scalar>(x, {{1, x}, {1, finest.x}});
    solved = {solved.iterations + 1, find_residual(), solved.work + hierarchy.work(a) + 1};
    if (!(solved.residual * until.least_gain < before)) break;  // rounding has the last word
  }
  require_convergence("multigrid", solved, until.stop);
  return solved;
}

}  // namespace attune::heat
