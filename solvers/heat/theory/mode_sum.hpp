// solvers/heat/theory/mode_sum.hpp
//
// A solution of the heat equation that is known everywhere and at every time: a sum of the eigenmodes of a
// box of side 1, the same physical field on every grid.
//
// Equation  u(x, t) = sum_n c_n prod_a f_{n_a}(x_a) exp(-kappa k_{n_a}^2 t),  x_j = (j + 1/2) / N at cell j
//           periodic   f = 1, cos(2 pi m x), sin(2 pi m x)   m = 1 .. highest      k = 2 pi m
//           neumann    f = cos(pi m x)                       m = 0 .. highest      k = pi m
//           dirichlet  f = sin(pi m x)                       m = 1 .. highest      k = pi m
//           time is told by decay = kappa k^2 t of the highest mode: the factor of mode m is
//           exp(-decay (m / highest)^2), on every axis
// Method    one axis at a time, from tables of the sine at multiples of pi / (2 N); the products over axes
//           are exact to a few ulp of the largest partial sum. No transform takes part
// Shapes    coefficients (Mz, My, Mx), M waves an axis, 1 along absent axes; fields (nz, ny, nx), row-major
// Cost      2 M flops a cell for each axis
// Limits    the same highest mode and boundary along every axis; projection asks for highest < N / 2
//           (periodic) or < N (walls)
#pragma once

#include <vector>

#include "solvers/heat/theory/grid.hpp"

namespace attune::heat::theory {

struct ModeSum {
  int dimensions = 1;
  Boundary boundary = Boundary::periodic;
  Index highest = 1;
  std::vector<double> coefficients;

  Index waves() const;  // M
  Index mode_of(Index wave) const;  // m
};

// u on the cells of `part`, a box of a grid of N cells along each axis that the sum has.
std::vector<double> evaluate(const ModeSum& sum, double decay, Index N, const Box& part);

// The sum of these modes that is nearest to a field on all cells of such a grid (N may differ by axis).
ModeSum project(int dimensions, Boundary boundary, Index highest, const Triple& cells,
                const std::vector<double>& field);

// What the modes hold: mean square of the waves (m_z, m_y, m_x) that share these numbers, at t = 0. Shape
// (highest + 1)^D, 0 where there is no such mode.
std::vector<double> energies(const ModeSum& sum);

}  // namespace attune::heat::theory
