// experiments/heat/parts/coefficients/fine_reference.hpp
//
// What a map of cells of one conductivity each does to a smooth field, to be compared with on that grid: finite
// volumes on cells cut smaller, RKL2 in time, averaged back.
//
// Layers end on faces of both grids, so that the harmonic mean stays exact there; the error falls with the second
// power of the refinement.
#pragma once

#include "experiments/heat/parts/coefficients/conductivity_maps.hpp"

namespace attune::experiments::heat::coefficients {

struct FinePlan {
  std::vector<double> exponents;  // conductivity_maps.hpp
  double contrast = 1;
  Index refined = 2, steps = 1;
  double dt = 0;  // of a step, h of the unit box
};

// Random Fourier modes on the fine cells.
Field<double> fine_start(const Setting& setting, Index refined, const Random& random);

struct FineFields {
  Field<double> start, end;  // own cells of the given setting
};

// Collective.
FineFields fine_reference(const Setting& setting, const FinePlan& plan, const Field<double>& start);

}  // namespace attune::experiments::heat::coefficients
