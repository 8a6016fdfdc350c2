// solvers/heat/theory/covariance.hpp
//
// The quadratic that a position-only stencil minimises when it learns to map fields u to targets y.
//
// Equation  loss(p) = mean_i (sum_o p_o u_{i+o} - y_i)^2 = p^T C p - 2 b^T p + c0
//           C_oo' = mean_i u_{i+o} u_{i+o'},  b_o = mean_i u_{i+o} y_i,  c0 = mean_i y_i^2,
//           i over the cells of all fields, u continued past the edges as grid.hpp says
//           white noise of unit variance: E C_oo' = mean_i sign_{i+o} sign_{i+o'} [cell(i+o) = cell(i+o')],
//           a product over the axes; a target stencil t then has b = C t and loss (p - t)^T C (p - t)
// Shapes    offsets (n), C (n, n), b (n); fields and targets (fields, nz ny nx), row-major
// Limits    C, b, c0 in double: 1e-16 of their size; sample_loss sums residuals in extended precision, so
//           that a loss of 1e-20 of the mean square keeps its leading digits; p^T C p - 2 b^T p + c0 has lost
//           them below 1e-15
#pragma once

#include "solvers/heat/theory/simplex_projection.hpp"
#include "solvers/heat/theory/stencil.hpp"

namespace attune::heat::theory {

using Fields = std::vector<std::vector<double>>;

Eigen::MatrixXd white_noise_covariance(const Grid& grid, const std::vector<Triple>& offsets);

Quadratic sample_quadratic(const Grid& grid, const std::vector<Triple>& offsets, const Fields& fields,
                           const Fields& targets);

double sample_loss(const Grid& grid, const Stencil& stencil, const Fields& fields, const Fields& targets);

}  // namespace attune::heat::theory
