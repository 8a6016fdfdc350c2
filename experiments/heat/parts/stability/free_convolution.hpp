// experiments/heat/parts/stability/free_convolution.hpp
//
// The convolution that attention competes with: a stencil whose weights may have any sign, and its exact fit.
//
//   u'_i = sum_o w_o u_{i+o},   sum_o w_o = 1 as the rows of attention have it
//   fit    min_w |sum_c w_c d_c - (y - u)|,  d_c,i = sum_{o in c} (u_{i+o} - u_i),  c the classes of offsets that
//          share a weight; the centre has what is left of 1
//
// Source   Householder's QR factors with pivots, Eigen, in extended precision: gradient descent on the same loss
//          would need the square of the condition of d, 1e10 and more, in steps
// Shapes   fields u, y (nz, ny, nx); offsets and their classes (W)
// Cost     2 W flops a cell and step; the fit 2 cells classes^2, serial, the same on every rank
// Limits   u holds the ghosts that the offsets reach
#pragma once

#include "core/core/blocks.hpp"
#include "core/core/field.hpp"
#include "core/core/require.hpp"
#include "experiments/heat/parts/setting.hpp"
#include "solvers/heat/theory/stencil.hpp"

namespace attune::experiments::heat::stability {

template <class Scalar> struct Convolve {
  Field<Scalar> u, next;
  View1<Index> jumps;  // (W) in memory, from a cell to its neighbour
  View1<Scalar> weights;  // (W)
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    const Scalar* const centre = &u(at.k, at.j, at.i);
    Scalar sum[lanes] = {};
    for (std::size_t o = 0; o < weights.extent(0); ++o) {
      const Scalar weight = weights(o);
      const Scalar* const from = centre + jumps(o);
      for (int c = 0; c < at.cells; ++c) sum[c] += weight * from[c];
    }
    Scalar* const into = &next(at.k, at.j, at.i);
    for (int c = 0; c < at.cells; ++c) into[c] = sum[c];
  }
};

template <class Scalar>
void convolve(const Field<Scalar>& u, const attune::heat::theory::Stencil& stencil,
              const Field<Scalar>& next) {
  std::vector<Index> jumps;
  for (const Triple& o : stencil.offsets) {
    for (int a = 0; a < 3; ++a)
      require(std::abs(o[a]) <= u.halo[a], "u holds the ghosts that the offsets reach");
    jumps.push_back(o[0] * static_cast<Index>(u.values.stride(0)) +
                    o[1] * static_cast<Index>(u.values.stride(1)) + o[2]);
  }
  const std::vector<Scalar> weights(stencil.weights.begin(), stencil.weights.end());
  const Blocks blocks(u.box);
  Kokkos::parallel_for("heat::convolve", blocks.policy(),
                       Convolve<Scalar>{u, next, to_device("heat::convolve::jumps", jumps),
                                        to_device("heat::convolve::weights", weights), blocks});
}

// The stencil of total weight 1 nearest to y = A u in the mean square, offsets of a class sharing a weight. The
// centre is one of the offsets; u, y row-major on a grid that is periodic along every axis.
attune::heat::theory::Stencil fit_convolution(const Triple& cells, const std::vector<Triple>& offsets,
                                              const std::vector<std::size_t>& class_of,
                                              const std::vector<double>& u, const std::vector<double>& y);

}  // namespace attune::experiments::heat::stability
