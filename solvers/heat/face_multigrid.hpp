// solvers/heat/face_multigrid.hpp
//
// Multigrid for (V - a L) x = b with L = FaceOperator, conductances of any contrast, and V = 1 or a volume
// v_i > 0 in every cell.
//
//   smooth x from 0;   b' = restriction of b - (V - a L) x;   x' = a cycle for b';
//   x += prolongation of x';   smooth
//
// Grids     One axis after the other is halved, each time that with the largest sum of conductances, down to
//           one cell or to a grid with the eigenvalues of D^-1 A within a factor of 6, which the smoother
//           alone solves.
//           Transfers and coarse grids follow the conductances (face_coarsening.hpp); they depend on L alone,
//           not on a, and are made once.
// Ranks     gathering.hpp
// Smoother  two sweeps of Chebyshev's iteration for D^-1 A over [0.3, 2] before and after: in the scale of
//           each cell, so regions that hardly conduct are smoothed as others are. Every cell is computed from
//           the cells of the sweep before, so nothing depends on how the grid is divided, and a cycle is a
//           symmetric positive definite approximation to the inverse, fit for conjugate gradients.
//
// Measured  iterations of conjugate gradients with a cycle that take a residual of white noise down by
//           10^-10, a = 1, h = 1 / N, all three boundaries, conductivities of
//           tests/solvers/heat/conductivities.hpp:
//             smooth or constant                  8 at most, N = 16 .. 256 in 1-D and 2-D, 16 and 32 in 3-D
//             10^-3 | 10^3, layers of 5 cells     8 to 12 in 2-D, 8 and 9 in 3-D
//             10^-3 | 10^3, blocks of 3 cells     9 to 19 for N = 16 .. 128 in 2-D, 10 to 18 in 3-D; but 98
//                                                 for N = 32, periodic, where the chequerboard does not close
//             log-normal, sigma 2.3, by cells     12 to 26 in 2-D, 14 to 19 in 3-D
//             10^-3 .. 10^3 at random, by cells   about 18, 36, 52, 81, 112 for N = 16 .. 256 in 2-D, nearly
//                                                 as the square root of N; 26 to 73 in 3-D
//           cycles alone take 11 or 12 where kappa is smooth. For a contrast of 10^6 and large N rounding
//           ends the residual above 10^-10 of b: conjugate_gradients.hpp says where
// Source    [ashby1996], [alcouffe1981]; the smoother [adams2003]
// Cost      a cycle: 4 evaluations of L on every grid, 8 in those of the finest; memory: 6 fields, the volume
//           and D conductances of each grid, twice the finest in all
// Limits    float, double
#pragma once

#include <memory>

#include "solvers/heat/face_operator.hpp"
#include "solvers/heat/linear_solver.hpp"

namespace attune::heat {

template <class Scalar> class FaceMultigrid {
 public:
  struct Choice {
    Stop stop = {1e-10, 100};
    Index gathered = 4096;  // cells
  };

  explicit FaceMultigrid(const FaceOperator<Scalar>& l, const Choice& choice = {});
  FaceMultigrid(const FaceOperator<Scalar>& l, const Field<Scalar>& volume, const Choice& choice);

  // See linear_solver.hpp; an iteration is a cycle. x and b with any ghosts, not read. As a solver by itself
  // for smooth conductivities; for others as a preconditioner.
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
