// solvers/heat/theory/linear_programme.hpp
//
// Linear programmes of a few equations, with the proof that comes with every answer.
//
// Equation  minimise c.x   subject to A x = b, x >= 0
//           optimal      A^T y <= c and b.y = c.x prove that no x does better
//           infeasible   A^T y >= 0 and b.y < 0 prove that there is no x (Farkas)
//           unbounded    x >= 0 and a direction of descent that never leaves it; x is where it starts
// Source    revised simplex method in two phases [nocedal2006] chapter 13; smallest index first, which cannot
//           cycle [bland1977]
// Shapes    A (m, n), b (m), c and x (n), y (m)
// Cost      m^3 + m n flops a step; the basis is factored anew in every step, so that errors do not pile up
// Limits    m up to about 30, n up to about 1000, in extended precision. Equations may repeat each other.
//           Every row is divided by its largest entry: an infeasibility below `round_off` is none
#pragma once

#include "solvers/heat/theory/extended.hpp"

namespace attune::heat::theory {

struct LinearProgramme {
  LongMatrix A;
  LongVector b, c;
};

enum class Outcome { optimal, infeasible, unbounded };

struct Programmed {
  Outcome outcome = Outcome::infeasible;
  LongVector x;
  LongVector y;
  Long value = 0;  // c.x
  Long infeasibility = 0;  // min over x >= 0 of sum |A x - b|, rows divided by their largest entry
  int steps = 0;
};

Programmed minimise(const LinearProgramme& programme);

}  // namespace attune::heat::theory
