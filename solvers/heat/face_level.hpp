// solvers/heat/face_level.hpp
//
// One grid of face_multigrid.hpp: A x = v x + a sum_faces g (x - x_neighbour), and Chebyshev smoothing of
// D^-1 A, D the diagonal of A. With q the largest share of a row beside its diagonal, the eigenvalues of D^-1
// A lie in [1 - q, 1 + q] (Gershgorin).
//
// Cost     a sweep: 6 D + 7 flops a cell; x, b, d, v, 1/D and D conductances read, x, d written
#pragma once

#include <optional>

#include "solvers/heat/chebyshev.hpp"
#include "solvers/heat/face_coarsening.hpp"

namespace attune::heat {

template <class Scalar> struct FaceLevel {
  FaceGrid<Scalar> grid;
  std::optional<FaceTransfer<Scalar>> transfer;  // to the next grid; none where that is this one, gathered
  Field<Scalar> b, x, other, d, residual, inverse;  // `other` is where a sweep writes x, `inverse` is 1 / D
  Range spectrum{1, 1};  // of D^-1 A

  FaceLevel(const FaceGrid<Scalar>& grid, const Triple& x_ghosts, const Triple& residual_ghosts);

  void prepare(double a);  // inverse and spectrum. Collective over the ranks of the grid
  void smooth_from_zero(double a, const Range& range, int sweeps);  // leaves x
  void smooth(double a, const Range& range, int sweeps);
  void find_residual(double a);

 private:
  void sweep(double a, double keep, double gain);
};

}  // namespace attune::heat
