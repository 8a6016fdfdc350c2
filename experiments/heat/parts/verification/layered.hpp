// experiments/heat/parts/verification/layered.hpp
//
// Layers of any contrast across one axis of a grid, walls at 0 on its ends and a sheet of heat between: in
// the exact steady state the operator of harmonic faces gives no cell any heat but that which the sheet puts
// in.
//
//   imbalance = max_i |(L u)_i + source_i| h^2 / (4 kappa_i),   u at most 1
//   kappa = contrast^(v - 1/2), v in [0, 1] from layer to layer in van der Corput's order, the ends included
// Exact    solvers/heat/theory/layers.hpp
#pragma once

#include "experiments/heat/parts/setting.hpp"

namespace attune::experiments::heat::verification {

struct Layers {
  Index layers = 8, cells_a_layer = 4;  // across the layers
  Index cells_along = 5;  // of the other axes, periodic
};

// D = `dimensions`, layers across `axis` (0, 1, 2 for z, y, x).
double imbalance_of_layers(const Domain& world, int dimensions, int axis, double contrast,
                           const Layers& layers);

}  // namespace attune::experiments::heat::verification
