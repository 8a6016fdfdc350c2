// solvers/heat/theory/boundary_mask.hpp
//
// What a window does at a wall when its keys outside are masked and the softmax gives their weight to the
// rest.
//
// Equation  Z_i = sum_o p_o [i + o inside],   (A u)_i = sum_o p_o [i + o inside] u_{i+o} / Z_i
//           rows sum to one, columns do not: A keeps sum_i Z_i u_i, because Z_i A_ij = p_{j-i} is symmetric
//           1D: sum_i Z_i = N - 2 sum_{j>0} j p_j takes the place of the length N: the slow modes decay too
//           fast by (N / sum_i Z_i)^2 + O(1 / N^3), (N / (N - 2 r))^2 for FTCS: a first-order error (T9)
//           FTCS exactly: 1 - 4 r sin^2(theta / 2); mode m >= 1 has at the walls the phase
//             phi = (N theta - m pi) / 2 in [0, pi / 2),   sin phi = 2 r sin(theta / 2) cos(phi - theta / 2),
//           since the renormalised row sees a ghost of (1 - 4 r sin^2(theta / 2)) times its neighbour
// Shapes    cells (nz, ny, nx) row-major; operators (cells, cells)
// Limits    stencils with w_o = w_{-o} >= 0 and a positive centre; a wall is an axis that is not periodic;
//           operators and their eigenvalues up to about 1000 cells; closed form for 0 < r < 1/2
#pragma once

#include <Eigen/Core>

#include "solvers/heat/theory/stencil.hpp"

namespace attune::heat::theory {

// Z_i
Eigen::VectorXd kept_weight(const Grid& grid, const Stencil& stencil);

// A
Eigen::MatrixXd masked_operator(const Grid& grid, const Stencil& stencil);

// The eigenvalues of A, falling: real, of Z^{-1/2} p Z^{-1/2}.
Eigen::VectorXd masked_eigenvalues(const Grid& grid, const Stencil& stencil);

// The eigenvalue of mode m = 0 .. N - 1 of the masked FTCS step on N cells between two walls.
double masked_ftcs_decay(double r, Index cells, Index mode);

// log of that over log of the one of reflecting ghosts, 1 - 4 r sin^2(pi m / (2 N)); m >= 1, both positive.
double masked_rate_ratio(double r, Index cells, Index mode);

// (N / (N - 2 sum_{j>0} j p_j))^2 along the last axis.
double predicted_rate_ratio(const Stencil& stencil, Index cells);

}  // namespace attune::heat::theory
