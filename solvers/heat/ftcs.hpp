// solvers/heat/ftcs.hpp
//
// The explicit heat step: forward in time, centred in space.
//
//   u'_i = u_i + sum_a r_a (u_{i - e_a} - 2 u_i + u_{i + e_a}),     r_a = kappa_a dt / h_a^2
//
// A mode exp(i theta . j) is multiplied by 1 - 4 sum_a r_a sin^2(theta_a / 2); stable for sum_a r_a <= 1/2.
// First order in dt and second in h at fixed dt / h^2; fourth order in h at r = 1/6 in one dimension.
//
// Source   [leveque2007], ch. 9
// Cost     4 D + 1 flops a cell (D the axes with r_a > 0); bytes: u once, next once
// Limits   float, double; ghosts of width 1 along every axis with r_a > 0, filled by the caller
#pragma once

#include "core/core/field.hpp"
#include "core/core/measure.hpp"

namespace attune::heat {

using Rates = Kokkos::Array<double, 3>;  // r_a per axis (z, y, x); 0 along collapsed axes

// The same r along each of the D axes of a grid.
inline Rates rates_of(double r, int dimensions) {
  Rates rates{0, 0, 0};
  for (int a = 3 - dimensions; a < 3; ++a) rates[a] = r;
  return rates;
}

template <class Scalar> void ftcs_step(const Field<Scalar>& u, const Rates& r, const Field<Scalar>& next);

// The same by the kernels of devices, wherever they run: the same bits. In blocks a thread takes a cell; in planes
// a team takes a tile through scratch. `in_planes` is false, with nothing done, where only blocks will do: along y
// or x nothing flows, or teams cannot have that many threads.
template <class Scalar>
void ftcs_step_in_blocks(const Field<Scalar>& u, const Rates& r, const Field<Scalar>& next);
template <class Scalar>
bool ftcs_step_in_planes(const Field<Scalar>& u, const Rates& r, const Field<Scalar>& next,
                         int threads = on_host ? 1 : 256);

Cost ftcs_cost(const Box& own, const Rates& r, std::size_t bytes_of_scalar);

}  // namespace attune::heat
