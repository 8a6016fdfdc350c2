// solvers/heat/multigrid_level.hpp
//
// One grid of multigrid.hpp: its operator I - a L, its spectrum, and Chebyshev smoothing on it
// (chebyshev.hpp).
//
// Cost     a sweep: 4 D + 6 flops a cell; x, b, d read, x, d written
#pragma once

#include <optional>

#include "solvers/heat/boundary.hpp"
#include "solvers/heat/chebyshev.hpp"
#include "solvers/heat/ftcs.hpp"
#include "solvers/heat/grid_transfer.hpp"

namespace attune::heat {

// Where a grid lies and what it solves.
struct LevelGrid {
  Domain domain;
  Boundaries boundaries;
  Rates r;
  Kokkos::Array<bool, 3> halved{false, false, false};  // axes on the way to the next grid

  Range spectrum(double a) const;  // of I - a L
  Range left_over(double a) const;  // of the modes that the next grid lacks or represents badly
  void choose_halved();  // by the rates
  Box coarse_box() const;
};

template <class Scalar> struct Level {
  LevelGrid grid;
  Field<Scalar> b, x, other, d, residual;  // `other` is where a sweep writes x
  std::optional<GridTransfer<Scalar>> transfer;  // to the next grid; none where that is this one, gathered

  Level(const LevelGrid& grid, const Triple& x_halo, const Triple& residual_halo);

  void smooth_from_zero(double a, const Range& range, int sweeps);  // leaves x
  void smooth(double a, const Range& range, int sweeps);
  void find_residual(double a);

 private:
  void sweep(double a, double keep, double gain);
};

}  // namespace attune::heat
