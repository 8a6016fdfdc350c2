// solvers/heat/exponential.hpp
//
// The exact heat step by transforms, prepared once, taken often: u <- F^-1 exp(-sum_a r_a theta_a^2) F u.
// It is apply_symbol() of spectral.hpp for the one symbol that is a product over axes: plans and factors are
// made once, all lines of an axis go to FFTW in one call, and a field that one rank holds is never moved.
//
// Source   transforms [frigo2005]
// Cost     10 sum_a log2 N_a flops a cell; memory: one field of double, two where lines move between ranks
// Limits   float (through double), double; constant r_a; ghosts are not read, and left stale
#pragma once

#include <memory>

#include "solvers/heat/boundary.hpp"
#include "solvers/heat/ftcs.hpp"

namespace attune::heat {

template <class Scalar> class Exponential {
 public:
  Exponential(const Domain& domain, const Boundaries& boundaries, const Rates& r);

  // u <- u' on the own cells. Collective.
  void step(const Field<Scalar>& u) const;

 private:
  struct Axis;
  Domain domain_;
  Field<double> own_;
  std::vector<std::shared_ptr<Axis>> axes_;  // in the order in which they are transformed
};

}  // namespace attune::heat
