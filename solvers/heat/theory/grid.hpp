// solvers/heat/theory/grid.hpp
//
// A cell-centred grid, the rule that continues a field past its edges, and the angles of its modes.
//
// Equation  periodic   u_{i+N} = u_i                                      theta_m = 2 pi m / N
//           neumann    u_{-1-k} =  u_k,  u_{N+k} =  u_{N-1-k}             theta_m = pi m / N,  m = 0 .. N-1
//           dirichlet  u_{-1-k} = -u_k,  u_{N+k} = -u_{N-1-k}             theta_m = pi m / N,  m = 1 .. N
//           modes exp(i theta j), cos(theta (j + 1/2)), sin(theta (j + 1/2)) of cell j
// Source    [strang1999], the DFT, DCT-II and DST-II
// Limits    any depth of continuation; an axis that is absent has one cell and is periodic
#pragma once

#include <array>
#include <numbers>

#include "core/core/box.hpp"

namespace attune::heat::theory {

enum class Boundary { periodic, dirichlet, neumann };

using PerAxis = std::array<double, 3>;  // a number for each of the axes (z, y, x)

struct Grid {
  Triple cells{1, 1, 1};
  std::array<Boundary, 3> boundary{Boundary::periodic, Boundary::periodic, Boundary::periodic};

  Index total() const { return cells[0] * cells[1] * cells[2]; }
};

struct Image {
  Index cell;  // the cell of 0 .. N-1 that a place outside repeats
  int sign;  // +1, or -1 where it repeats it with the other sign
};

inline Image image(Boundary boundary, Index cells, Index place) {
  const Index period = boundary == Boundary::periodic ? cells : 2 * cells;
  const Index within = ((place % period) + period) % period;
  if (within < cells) return {within, 1};
  return {2 * cells - 1 - within, boundary == Boundary::dirichlet ? -1 : 1};
}

// theta_m, for any mode number m; a negative m turns the other way.
inline long double angle(Boundary boundary, Index cells, Index mode) {
  const long double turn = boundary == Boundary::periodic ? 2 : 1;
  return turn * std::numbers::pi_v<long double> * static_cast<long double>(mode) /
         static_cast<long double>(cells);
}

}  // namespace attune::heat::theory
