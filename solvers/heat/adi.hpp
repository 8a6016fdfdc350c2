// solvers/heat/adi.hpp
//
// Alternating directions: an implicit heat step at the price of tridiagonal lines. With D_a the centred
// second difference along axis a and r_a = kappa_a dt / h_a^2,
//
//   (1 - r_x/2 D_x) d1 = sum_a r_a D_a u
//   (1 - r_y/2 D_y) d2 = d1
//   (1 - r_z/2 D_z) d3 = d2,         u' = u + d3
//
// is the scheme of Douglas and Gunn; in two dimensions it is that of Peaceman and Rachford, in one
// Crank-Nicolson. In terms of increments, only the first line reads ghosts. A mode is multiplied by
//
//   1 - 2 (X + Y + Z) / ((1 + X) (1 + Y) (1 + Z)),       X = 2 r_x sin^2(theta_x / 2), ...
//
// which in one and two dimensions is the product of (1 - X) / (1 + X). Second order in dt and h, and between
// -1 and 1 for every dt; not L-stable: modes with X large are kept, with the other sign in one dimension.
//
// Source   [peaceman1955]; [douglas1964]
// Cost     each axis 9 flops a cell (11 where periodic) and two or three passes over the increments, which
//          move between ranks before an axis that is divided among them, and once back
// Limits   float, double; constant r_a; ghosts of width 1 in u along axes with r_a > 0; 2 to 4 fields of work
#pragma once

#include "solvers/heat/ftcs.hpp"
#include "solvers/heat/lines.hpp"

namespace attune::heat {

template <class Scalar> class Adi {
 public:
  Adi(const Domain& domain, const Boundaries& boundaries, const Rates& r);

  // u <- u' on the own cells. A line is always solved whole, by one rank, so the result does not depend on
  // the number of ranks. Collective.
  void step(const Field<Scalar>& u) const;

 private:
  // One axis: its systems, and the increments as they are divided among the ranks for it.
  struct Stage {
    LineSolver<Scalar> lines;
    std::vector<Box> boxes;
    Field<Scalar> change;
    bool moved;  // from the division of the stage before
  };

  Domain domain_;
  Boundaries boundaries_;
  Rates r_;
  Field<Scalar> change_;
  std::vector<Stage> stages_;
};

}  // namespace attune::heat
