// solvers/heat/theory/nonnegative_least_squares.hpp
//
// Least squares with no negative unknown, on its own or on the simplex, by orthogonal factors: the normal
// matrix, whose condition is the square, is never formed.
//
// Equation  minimise |A x - b|   subject to x >= 0;   optimal where, with w = A^T (b - A x),
//           w_i = 0 if x_i > 0, else w_i <= 0
//           with sum x = 1 as well: |A x - b| = |Z x|, Z = A - b 1^T, and the x of
//           min |Z u|^2 + (1^T u - 1)^2, u >= 0, is u / sum u, because the least over multiples of u,
//           |Z x|^2 / (1 + |Z x|^2), rises with |Z x|
// Source    [lawson1974] chapter 23, problem NNLS
// Shapes    A (m, n), b (m), x (n)
// Cost      a QR factor of the support, 2 m k^2 flops, a step
// Limits    n up to about 100, in extended precision; weights that are 0 are exactly 0
#pragma once

#include "solvers/heat/theory/extended.hpp"

namespace attune::heat::theory {

struct NonnegativeFit {
  LongVector x;
  Long distance = 0;  // |A x - b|
  Long kkt_residual = 0;  // worst violation of the conditions, over |column_i| |b|
  int steps = 0;
};

NonnegativeFit nonnegative_least_squares(const LongMatrix& A, const LongVector& b);
NonnegativeFit simplex_least_squares(const LongMatrix& A, const LongVector& b);

// min |A x - b| over sum x = 1 without a sign.
LongVector affine_least_squares(const LongMatrix& A, const LongVector& b);

}  // namespace attune::heat::theory
