// solvers/heat/theory/spectrum.hpp
//
// A whole field as the sum of the modes of its grid: transform and back.
//
// Equation  along each axis DFT (periodic), DCT-II (neumann), DST-II (dirichlet); with a wall on any axis the
//           periodic ones take the real half-complex DFT, cos and sin of the same angle
//           sum_i u_i^2 is proportional to sum_k weight_k |u^_k|^2
// Source    [frigo2005]
// Shapes    (nz, ny, nx) row-major, both sides
// Limits    serial, double
#pragma once

#include <complex>
#include <vector>

#include "solvers/heat/theory/grid.hpp"

namespace attune::heat::theory {

bool has_walls(const Grid& grid);

// The mode number, as angle() of grid.hpp counts, of place m of the transform along an axis; |angle| <= pi.
Index mode_of(const Grid& grid, int axis, Index m);

// weight_k, one axis.
double mode_weight(const Grid& grid, int axis, Index m);

std::vector<std::complex<double>> to_modes(const Grid& grid, const std::vector<double>& field);
std::vector<double> from_modes(const Grid& grid, const std::vector<std::complex<double>>& modes);

}  // namespace attune::heat::theory
