// solvers/heat/theory/nonnegative_diffusion.hpp
//
// Nonnegative weights for a second-order operator on a grid: sum_o c_o (u_{i+o} - u_i) ~ div(K grad u) h^2 of
// a constant tensor K, or a polynomial that shows that there are none.
//
// Equation  c_o = c_{-o} >= 0 for o in the window, o != 0
//           sum_o c_o o^alpha = 2 K_ab for alpha = e_a + e_b, else 0, for |alpha| = 2, 4, .. order
//           none exactly where some polynomial q of these powers has q(o) >= 0 on the window and
//           div(K grad q)(0) < 0. For K = 1 and any order above 2: q = sum_a (o_a^4 - o_a^2), whole numbers
//           being no smaller than their roots: the order of a positive semi-discrete Laplacian is at most 2
//           (T5; in time, for any step, at most 1 [bolley1978])
// Source    [motzkin1953] for existence on wide windows; alternatives of Farkas [nocedal2006] chapter 13
// Shapes    window (n); c by offset of the window; K symmetric, axes (z, y, x), 0 on an axis without offsets
// Limits    order 2 .. 8 even; up to about 1000 offsets; entries of K of size about 1
#pragma once

#include <vector>

#include "solvers/heat/theory/linear_programme.hpp"
#include "solvers/heat/theory/stencil.hpp"

namespace attune::heat::theory {

using Tensor = std::array<std::array<double, 3>, 3>;

// K = r_a on the diagonal.
Tensor diagonal_tensor(const PerAxis& r);

struct DiffusionWeights {
  bool exist = false;
  Stencil stencil;  // c_o at the offsets with c_o > 0, where they exist
  std::vector<Triple> powers;  // alpha
  std::vector<double> certificate;  // y where they do not: q(o) = sum y_alpha (o / reach)^alpha
};

DiffusionWeights nonnegative_diffusion(const std::vector<Triple>& window, const Tensor& K, int order);

// q(o) of a certificate.
double certificate_at(const DiffusionWeights& weights, const Triple& reach, const Triple& o);

// One offset of each pair o, -o of the window, without the centre.
std::vector<Triple> half_window(const std::vector<Triple>& window);

}  // namespace attune::heat::theory
