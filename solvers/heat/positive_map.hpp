// solvers/heat/positive_map.hpp
//
// One step of the heat equation that is positive and of fourth order: a product over axes of the stencils
//
//   u'_j = w_0 u_j + w_1 (u_{j-1} + u_{j+1}) + w_2 (u_{j-2} + u_{j+2}),      r = kappa dt / h^2
//   w_0 = 1 - 5 r / 2 + 3 r^2,   w_1 = (2/3) r (2 - 3 r),   w_2 = r (6 r - 1) / 12
//
// the one solution on five points of sum w = 1, sum j^2 w = 2 r, sum j^4 w = 12 r^2: the moments of the heat
// kernel. A mode is multiplied per axis by 1 - r (x + x^2 / 12) + r^2 x^2 / 2, x = 4 sin^2(theta / 2): the
// fourth-order Laplacian once and the second-order one squared. One step errs by O(theta^6), so a fixed time
// at fixed r by O(h^4).
//
// No weight is negative for 1/6 <= r <= 2/3, and there alone. So no value leaves the range of the values and
// their images before it, though the step is of fourth order; and r may reach 2/3 along each axis, where the
// explicit Euler step asks for a sum over axes of at most 1/2.
//
// Cost     7 flops a cell in 1-D, 14 in 2-D, 25 in 3-D (11 of them along z, where 12 rows serve 8); bytes: u
//          once, next once
// Limits   float, double; 1/6 <= r_a <= 2/3 or r_a = 0 (identity along a); ghosts of width 2 along every axis
//          with r_a > 0, edges and corners too, filled by the caller (fill_ghosts)
#pragma once

#include "core/core/measure.hpp"
#include "solvers/heat/ftcs.hpp"

namespace attune::heat {

// w_0, w_1, w_2 for 1/6 <= r <= 2/3; 1, 0, 0 for r = 0.
Kokkos::Array<double, 3> positive_weights(double r);

template <class Scalar> void positive_step(const Field<Scalar>& u, const Rates& r, const Field<Scalar>& next);

Cost positive_cost(const Box& own, const Rates& r, std::size_t bytes_of_scalar);

}  // namespace attune::heat
