// solvers/heat/theory/layers.hpp
//
// The steady temperature of layers in series between walls held at 0, heated by a sheet: exact at any
// contrast.
//
// Equation  q = 1 / R_s leaves for the lower wall and p = 1 / (R - R_s) for the upper: u = 1 on the sheet;
//           u_c = q R_c below the sheet, p (R - R_c) above,   R_c = sum_{b < c} h / kappa_b + h / (2 kappa_c)
//           R the resistance of all layers, R_c that from the lower wall to the middle of cell c
// Source    resistances in series [carslaw1959]
// Units     kappa [m^2/s], h [m], resistances [s/m] and fluxes [K m/s]
#pragma once

#include <vector>

#include "core/core/box.hpp"

namespace attune::heat::theory {

struct SteadyLayers {
  std::vector<double> u;  // at the middle of each cell
  double heating;  // q + p, what the sheet gives [K m/s]
};

// One kappa a cell; the sheet is in the middle of cell `sheet`.
SteadyLayers steady_layers(const std::vector<double>& kappa, double h, Index sheet);

}  // namespace attune::heat::theory
