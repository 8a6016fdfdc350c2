// solvers/heat/theory/extension.hpp
//
// A whole field with ghost cells as deep as a stencil reaches, and the stencil applied to it by the
// definition.
//
// Equation  (A u)_i = sum_o w_o u_{i+o}, u continued past the edges as grid.hpp says
// Shapes    fields (nz, ny, nx) row-major; extension (nz + 2 hz, ny + 2 hy, nx + 2 hx)
// Limits    serial, double; the sum over o in extended precision
#pragma once

#include <cstddef>
#include <vector>

#include "solvers/heat/theory/stencil.hpp"

namespace attune::heat::theory {

struct Extension {
  Triple cells, reach;
  std::vector<double> values;

  // Where cell (k, j, i) lies in values.
  std::ptrdiff_t place(Index k, Index j, Index i) const {
    return ((k + reach[0]) * (cells[1] + 2 * reach[1]) + j + reach[1]) * (cells[2] + 2 * reach[2]) + i +
           reach[2];
  }
  // How far the neighbour at an offset lies from a cell.
  std::ptrdiff_t step(const Triple& o) const {
    return (o[0] * (cells[1] + 2 * reach[1]) + o[1]) * (cells[2] + 2 * reach[2]) + o[2];
  }
};

Triple reach_of(const std::vector<Triple>& offsets);

Extension extend(const Grid& grid, const std::vector<double>& field, const Triple& reach);

std::vector<double> apply(const Grid& grid, const Stencil& stencil, const std::vector<double>& field);

}  // namespace attune::heat::theory
