// solvers/heat/grid_transfer.hpp
//
// Between a cell-centred grid of N cells and a coarser one of M <= N <= 2 M cells over the same length, any
// N, M. In one dimension, with the centre of fine cell j at s_j = (j + 1/2) M / N - 1/2 in coarse cells,
//
//   prolongation   u_j = (1 - w) U_J + w U_{J+1},   J = floor(s_j),  w = s_j - J    linear interpolation
//   restriction    B_J = M / N sum_j max(0, 1 - |s_j - J|) b_j                      its transpose, scaled
//
// both with the ghosts of the boundary conditions; products over the axes. For N = 2 M they have the weights
// 3/4, 1/4 and 1/8, 3/8, 3/8, 1/8; M = N leaves an axis as it is. Linear interpolation and its transpose have
// together the order 4, above that of the equation, 2, as multigrid needs; piecewise constants both ways have
// order 2 and do not. The transpose keeps a symmetric cycle symmetric; it keeps the mass, as u_j sums U_J.
//
// Source   [trottenberg2001], chapter 2 (orders of transfers); [mohr2004] (cell-centred grids)
// Cost     each 6 to 9 flops a fine cell
#pragma once

#include "core/core/field.hpp"

namespace attune::heat {

struct GridPair {
  Box fine, coarse;
};

template <class Scalar> class GridTransfer {
 public:
  GridTransfer(const GridPair& whole, const GridPair& own);

  // coarse <- restriction of fine; coarse cells own, ghosts of fine filled.
  void restrict_to_coarse(const Field<Scalar>& fine, const Field<Scalar>& coarse) const;

  // fine += prolongation of coarse; ghosts of coarse filled.
  void add_prolonged(const Field<Scalar>& coarse, const Field<Scalar>& fine) const;

  // One axis, local indices of the own cells. Of each coarse cell J, fine cells first .. first + taps - 1
  // with their weights; of each fine cell, the coarse cell below, and the share of the one above.
  struct Axis {
    View1<const Index> first, below;
    View2<const Scalar> weight;
    View1<const Scalar> above;
    int taps, corners;  // fine cells a coarse cell, coarse cells a fine cell
  };

 private:
  Kokkos::Array<Axis, 3> axes_;
};

// Ghosts that the transfers of one rank's cells read.
struct TransferHalo {
  Triple fine, coarse;
};
TransferHalo transfer_halo(const GridPair& whole, const GridPair& own);

}  // namespace attune::heat
