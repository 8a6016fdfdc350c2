// solvers/heat/multigrid.hpp
//
// Geometric multigrid for (I - a L) x = b with L = sum_a r_a D_a, D_a the centred second difference along an
// axis of cell-centred cells, r_a constant.
//
//   smooth x from 0;   b' = restriction of b - (I - a L) x;   x' = a cycle for b';
//   x += prolongation of x';   smooth
//
// Grids     An axis is halved (of N cells (N + 1) / 2 are left, for odd N not nested, with r (M / N)^2) where
//           its rate is at least half the largest, so that the rates come near one another before all axes
//           are halved together; down to one cell, or to a grid whose eigenvalues lie within a factor of 6,
//           which the smoother alone solves. The operator is discretised anew on each grid.
// Ranks     Coarse grids are cut at the same places as fine ones. A grid of fewer cells than `gathered`, or
//           than ranks along an axis, is gathered, and all ranks do the rest of the cycle, each for itself.
// Smoother  Chebyshev polynomials in I - a L over the eigenvalues of the modes with an angle of pi / 3 or
//           more along a halved axis: the coarse grid lacks those from pi / 2 on and represents those just
//           below badly. They are of the least degree that damps these to 1/3: 2, 3, 3 for equal rates in 1,
//           2, 3 dimensions. Every cell is computed from the cells of the sweep before, so nothing depends on
//           how the grid is divided, and a cycle is a symmetric positive definite approximation to the
//           inverse, fit for conjugate gradients.
// Transfer  grid_transfer.hpp
//
// Source    [trottenberg2001], chapter 2, and section 5.1 (halving some axes); the smoother [adams2003]
// Order     a cycle leaves at most 0.13 of the residual, whatever r_a, a, N and the boundaries: the worst of
//           the tests' grids and of 1500 random ones with rates 10^-2 .. 10^2
// Cost      a cycle: with k sweeps 2 k evaluations of L on every grid, for equal rates as many as 8, 8 and
//           6.9 on the finest in 1, 2 and 3 dimensions; memory: 5 fields of each grid
// Limits    float, double; every axis of more than one cell has r_a > 0
#pragma once

#include <memory>

#include "solvers/heat/boundary.hpp"
#include "solvers/heat/ftcs.hpp"
#include "solvers/heat/linear_solver.hpp"

namespace attune::heat {

template <class Scalar> class Multigrid {
 public:
  struct Choice {
    Stop stop = {1e-10, 50};
    Index gathered = 4096;  // cells
  };

  Multigrid(const Domain& domain, const Boundaries& boundaries, const Rates& r, const Choice& choice = {});

  // See linear_solver.hpp; an iteration is a cycle. x and b with any ghosts, not read.
  Solved solve(double a, const Field<Scalar>& b, const Field<Scalar>& x) const;

  // One cycle from zero.
  void precondition(double a, const Field<Scalar>& r, const Field<Scalar>& z) const;

  // Evaluations of L in a cycle, each counted as its share of the finest grid's cells.
  double work(double a) const;

  // The grids, finest first.
  std::vector<Box> grids() const;

 private:
  struct Hierarchy;
  std::shared_ptr<Hierarchy> hierarchy_;  // shared by copies: a cycle at a time
  Stop stop_;
};

}  // namespace attune::heat
