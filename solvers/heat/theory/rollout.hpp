// solvers/heat/theory/rollout.hpp
//
// The field and the error that n steps of a constant-coefficient stencil lead to, without stepping.
//
// Equation  e_n = |(g_A^n - g_T^n) u0^| / |g_T^n u0^|,   growth = max |g_A(theta)|
//           u^ the transform along each axis: DFT (periodic), DCT-II (neumann), DST-II (dirichlet), and theta
//           its angles of grid.hpp
// Source    von Neumann analysis, [leveque2007] chapter 9; transforms [strang1999]
// Shapes    fields (nz, ny, nx) row-major
// Limits    All axes periodic: any stencil; g_T with g_T(-theta) = conj g_T(theta). A wall on any axis: a
//           stencil symmetric along every axis, to 4 ulp of its largest weight (symmetrised() of stencil.hpp
//           makes one), and a real even g_T. Angles are folded into [-pi, pi]. The error has no noise floor
//           from the transforms; it is limited by what g_T returns, about n 1e-16. Serial FFTW, ESTIMATE and
//           UNALIGNED
#pragma once

#include <functional>
#include <optional>

#include "solvers/heat/theory/stencil.hpp"

namespace attune::heat::theory {

using Symbol = std::function<std::complex<double>(const PerAxis& theta)>;

struct Rollout {
  std::vector<double> relative_error;  // (steps)  e_n for every n asked for
  double growth = 0;  // max |g_A|
  std::vector<double> field;  // A^n u0 at the last n
  std::vector<double> target;  // T^n u0 at the last n
};

// Empty where a grid with walls meets a stencil that is not symmetric.
std::optional<Rollout> predict_rollout(const Grid& grid, const std::vector<double>& start,
                                       const Stencil& stencil, const Symbol& target,
                                       const std::vector<Index>& steps);

// g_A at every mode of the grid, (nz, ny, nx) in the order of spectrum.hpp; the imaginary part is 0 with
// walls.
std::optional<std::vector<std::complex<long double>>> grid_symbol(const Grid& grid, const Stencil& stencil);

// max |g_A| over the modes of the grid, on the same condition.
std::optional<double> growth(const Grid& grid, const Stencil& stencil);

}  // namespace attune::heat::theory
