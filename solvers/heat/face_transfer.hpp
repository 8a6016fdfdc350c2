// solvers/heat/face_transfer.hpp
//
// Between a grid of N cells along one axis and the grid of its pairs, N / 2 of them and a single cell where N
// is odd. A fine cell f of the pair J = floor(f / 2) has J' = J - 1 or J + 1 on its other side, and a share
// w_f:
//
//   prolongation   u_f = (1 - w_f) U_J + w_f U_J'
//   restriction    B_J = sum of (1 - w_f) b_f over the cells of J, and of w_f b_f over those with J' = J
//
// each the transpose of the other. face_coarsening.hpp chooses the shares. Beyond walls U is 0.
//
// Cost     3 and 7 flops a fine and a coarse cell; bytes: w and both fields once
#pragma once

#include "core/domain/domain.hpp"

namespace attune::heat {

template <class Scalar> struct FaceTransfer {
  int axis;
  Index cells;  // N
  Index fine_lower, coarse_lower;  // the first own cells, counted from the lower end of the axis
  Field<Scalar> w;  // ghosts filled

  // fine: with the halo of w, ghosts filled, 0 beyond walls.
  void restrict_to_coarse(const Field<Scalar>& fine, const Field<Scalar>& coarse) const;

  // fine += prolongation of coarse; ghosts of coarse filled, 0 beyond walls.
  void add_prolonged(const Field<Scalar>& coarse, const Field<Scalar>& fine) const;
};

// Ghosts along `axis` that the transfers between two divided grids read, on any rank.
struct TransferGhosts {
  Index fine, coarse;
};
TransferGhosts transfer_ghosts(const Domain& fine, const Domain& coarse, int axis);

}  // namespace attune::heat
