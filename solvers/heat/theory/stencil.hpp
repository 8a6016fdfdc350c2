// solvers/heat/theory/stencil.hpp
//
// A linear constant-coefficient step as a list of offsets and weights, and its Fourier symbol.
//
// Equation  (A u)_i = sum_o w_o u_{i+o}          g(theta) = sum_o w_o exp(i o . theta)
//           Euler step with the star of order 2 m:  A u = u + sum_a r_a sum_{|j| <= m} c_j u_{i + j e_a},
//           c_j = 2 (-1)^{j+1} (m!)^2 / (j^2 (m-j)! (m+j)!),  c_0 = -2 sum c_j,   r_a = kappa dt / h_a^2
// Source    [fornberg1988] for c_j
// Shapes    offsets (n), each in the order (z, y, x); weights (n)
// Limits    an axis with r_a = 0 is absent; m <= 20
#pragma once

#include <complex>
#include <vector>

#include "solvers/heat/theory/grid.hpp"

namespace attune::heat::theory {

struct Stencil {
  std::vector<Triple> offsets;
  std::vector<double> weights;
};

// The Euler step with the star of the given even order; centre first. Order 2 is FTCS.
Stencil euler_step(int order, const PerAxis& r);

// The FTCS step with the same r along the last `dimensions` axes.
Stencil ftcs(int dimensions, double r);

// The offsets with |o_a| <= reach_a, row-major: a box window.
std::vector<Triple> box_offsets(const Triple& reach);

// The weight at an offset; a repeated offset counts with its sum, an absent one is 0.
double weight_at(const Stencil& stencil, const Triple& offset);

// The symbol g(theta); real where the stencil is symmetric under o -> -o.
std::complex<double> symbol(const Stencil& stencil, const PerAxis& theta);

// The largest |w_o - w_o'|, o' being o with the component along `axis` reversed.
double asymmetry(const Stencil& stencil, int axis);

// The mean of the stencil and of its reflection along `axis`; offsets without a partner get one.
Stencil symmetrised(const Stencil& stencil, int axis);

}  // namespace attune::heat::theory
