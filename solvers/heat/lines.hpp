// solvers/heat/lines.hpp
//
// Tridiagonal systems along every line of one axis, all with the same matrix:
//
//   d_j - s (d_{j-1} - 2 d_j + d_{j+1}) = f_j,     j = 0 .. N - 1,     ghosts by boundary.hpp
//
// With b_j = 1 + 2 s inside, and 1 + s (neumann) or 1 + 3 s (dirichlet) next to a wall, elimination without
// pivots, which the dominant diagonal allows:
//
//   m_0 = 1 / b_0,    m_j = 1 / (b_j - s^2 m_{j-1})            once, for all lines
//   g_j = (f_j + s g_{j-1}) m_j,   d_{N-1} = g_{N-1},   d_j = g_j + s m_j d_{j+1}
//
// A periodic line couples its ends: A = T + w v^T with b = 1 + 2 s, w = -b e_0 - s e_{N-1},
// v = e_0 + (s / b) e_{N-1}, and T tridiagonal with 2 b first and b + s^2 / b last on its diagonal. So
// d = y - z (v.y) / (1 + v.z), where T y = f for each line and T z = w once (Sherman and Morrison).
//
// Source   [higham2002], section 9.6 (no pivots); [golub2013], section 2.1.4 (rank-one change)
// Cost     5 flops a cell, 7 where periodic; two passes over the field, three where periodic
// Limits   float, double; fields without ghosts that hold their lines whole; error about eps (1 + 4 s)
#pragma once

#include "solvers/heat/boundary.hpp"

namespace attune::heat {

template <class Scalar> class LineSolver {
 public:
  LineSolver(int axis, Boundary boundary, Index cells, double s);

  // f <- d, on every line along the axis.
  void solve(const Field<Scalar>& f) const;

  struct Factors {
    View1<const Scalar> pivot;  // m_j
    View1<const Scalar> spike;  // z_j; empty unless periodic
    Scalar s, corner, share;  // s; s / b and 1 / (1 + v.z)
  };

 private:
  int axis_;
  Index cells_;
  Factors factors_;
};

}  // namespace attune::heat
