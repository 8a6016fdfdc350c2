// solvers/heat/face_shares.hpp
//
// The shares of face_coarsening.hpp: how much each cell of a grid of faces leans on the pair beside its own.
#pragma once

#include "solvers/heat/face_coarsening.hpp"

namespace attune::heat {

// The conductances of the two faces along each axis of every cell, with ghosts; 0 beyond walls.
template <class Scalar> struct CellFaces {
  Kokkos::Array<bool, 3> across;
  Kokkos::Array<Field<Scalar>, 3> lower, upper;
};
template <class Scalar> CellFaces<Scalar> cell_faces(const FaceGrid<Scalar>& grid, const Triple& ghosts);

// All fields with the ghosts of the faces, filled.
template <class Scalar> struct Shares {
  Field<Scalar> w;
  Field<Scalar> energy;  // 2 h w^2 + 2 sum_t g_t ((w - w_t) / 2)^2
};
template <class Scalar>
Shares<Scalar> shares(const FaceGrid<Scalar>& grid, const CellFaces<Scalar>& faces, int axis);

}  // namespace attune::heat
