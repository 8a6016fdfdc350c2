// solvers/heat/face_coarsening.hpp
//
// The next coarser grid of v_i x_i + a sum_faces g (x_i - x_neighbour) with any conductances g >= 0: pairs of
// cells along one axis, that with the largest sum of conductances, joined by the transfer of
// face_transfer.hpp.
//
// Shares     with h the conductance within the pair of a cell f, m that of the face between f and the cell f'
//            of the other pair J', h' that within J': w_f = (1/2h) / (1/2h + 1/m + 1/2h'), the fall of the
//            temperature from the middle of the pair to f when heat flows from middle to middle. Where m is
//            weak f follows its own pair, where h is weak the other one. Then sweeps of a damped Jacobi
//            iteration toward the least of the energy below, which draws together the shares of cells joined
//            strongly across the axis
// Along      G = m (1 - w_f - w_f')^2 + 2 h w_f^2 + 2 h' w_f'^2 + 2 sum_t g_t ((w_f - w_t) / 2)^2 + (the same
//            for f'), t the neighbours across the axis: for the first shares and equal neighbours the three
//            resistances in series, and a bound on the energy of prolonged temperatures that any shares keep
// Across     G = sum of (1 - w) g over a pair's faces and of w g over those that lean on it, w the mean of
//            both cells
// Volumes    V = restriction of v
// Walls      a Dirichlet wall is a face to a cell of the value 0, of twice the conductance of faces.hpp; a
//            wall without flux has g = 0
//
// By convexity the coarse operator is at least half of P^T (v + a sum g) P in the sense of quadratic forms,
// so no coarse correction is more than twice too long, whatever the contrast; and it is again an operator of
// faces.
//
// Source     [alcouffe1981], conductances in transfers and coarse grids; [ashby1996], one axis at a time, the
//            operator kept one of faces
#pragma once

#include "solvers/heat/face_transfer.hpp"
#include "solvers/heat/faces.hpp"

namespace attune::heat {

template <class Scalar> struct FaceGrid {
  Domain domain;
  Boundaries boundaries;
  Faces<Scalar> faces;
  Field<Scalar> volume;
};

// The grid of `faces` as faces.hpp leaves them.
template <class Scalar>
FaceGrid<Scalar> finest_grid(const Domain& domain, const Boundaries& boundaries, const Faces<Scalar>& faces,
                             const Field<Scalar>& volume);

// The axis to be halved; -1 where no two cells are joined. Collective.
template <class Scalar> int strongest_axis(const FaceGrid<Scalar>& grid);

Box halved_box(const Box& whole, int axis);

template <class Scalar> struct Coarsened {
  FaceGrid<Scalar> grid;
  FaceTransfer<Scalar> transfer;
  TransferGhosts ghosts;
};

// Collective.
template <class Scalar> Coarsened<Scalar> coarsened(const FaceGrid<Scalar>& fine, int axis);

// The grid whole on every rank. Collective.
template <class Scalar> FaceGrid<Scalar> gathered(const FaceGrid<Scalar>& grid);

}  // namespace attune::heat
