// solvers/heat/edges.hpp
//
// The offsets and weights of anisotropic.hpp in every cell that an edge may reach, and the edges they make,
// on the host.
//
// A cell gives half of rho_n to each of its edges, so an edge {x, y} collects (rho_e(x) + rho_e(y)) / 2,
// two terms at most: their sum does not depend on which comes first. Beyond a wall offsets are mirrored,
// not computed anew, so that an edge across it weighs the same seen from either end.
#pragma once

#include "solvers/heat/anisotropic.hpp"

namespace attune::heat {

struct EdgeField {
  Box own;
  Triple reach{0, 0, 0};
  std::vector<Edges> cells;  // of the own cells and `reach` cells round them, row-major

  Triple shape() const;
  // Where own cell (k, j, i) lies in cells, and in the values of any field with a halo of `reach`.
  Index place(Index k, Index j, Index i) const;
};

// One end of an edge: from own cell x (row-major number) to the cell `step` places on.
struct End {
  Index x, step;
  double w;
};

EdgeField edges_of(const TensorField& A, const Widths& h, const Domain& domain, const Boundaries& boundaries);

// The ends at all own cells, ordered by cell and then by offset; every pair of cells once.
std::vector<End> ends_of(const EdgeField& field);

}  // namespace attune::heat
