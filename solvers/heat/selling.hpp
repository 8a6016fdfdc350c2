// solvers/heat/selling.hpp
//
// A symmetric positive definite matrix as a sum of projections on integer vectors with weights that are not
// negative.
//
// Equation  M = sum_n rho_n e_n e_n^T,   rho_n >= 0,   n < D (D + 1) / 2
//           superbase b_0 + .. + b_D = 0, |det(b_1 .. b_D)| = 1, obtuse: b_i . M b_j <= 0 for i != j
//           rho_ij = -b_i . M b_j,   e_ij = b_k x b_l, {k, l} the others
//           flip, while some b_i . M b_j > 0:   b_i <- -b_i,   b_k <- b_k + 2/(D - 1) b_i for the others
// In 2 dimensions b_3 is the unit vector across the plane, so that e_ij is b_k turned by 90 degrees.
// Source    [selling1874]; [conway1992]; [fehrenbach2014]
// Error     rho to a few ulp: the products are exact, the sums compensated [ogita2005]. As no term is
//           negative, the sum over n then returns M to a few ulp of its trace
// Cost      a flip lowers sum |b_i|_M^2; for eigenvalues 1 and 10^4 there are 11 of them on average and 50 at
//           most in two dimensions, 40 and 240 in three; the most grows like the square root of the ratio
// Limits    M positive definite by its pivots in double: ratios of eigenvalues up to about 1e12. On the
//           border between two superbases the offsets in which they differ have no weight
#pragma once

#include <array>

#include "core/core/box.hpp"

namespace attune::heat {

// Components zz, yy, xx, zy, zx, yx; those of collapsed axes are not read.
using Tensor = std::array<double, 6>;

inline constexpr int tensor_axes[6][2] = {{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}};

struct Edge {
  Triple e{0, 0, 0};  // (z, y, x); -e is meant as well
  double rho = 0;
};

// The D (D + 1) / 2 edges of M along the last D axes; the others have rho = 0.
using Edges = std::array<Edge, 6>;
Edges selling(const Tensor& M, int dimensions);

}  // namespace attune::heat
