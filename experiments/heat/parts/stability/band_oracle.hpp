// experiments/heat/parts/stability/band_oracle.hpp
//
// The angles that a smooth training field holds and with which shares, for theory's best fits on a band. Stencils
// and targets here are even along every axis, so the share of a wave is that of all its reflections together.
#pragma once

#include "experiments/heat/parts/setting.hpp"
#include "solvers/heat/theory/band_fit.hpp"

namespace attune::experiments::heat::stability {

// Of a row-major field on a grid that is periodic along every axis: the waves |theta_a| <= band.
attune::heat::theory::Spectrum spectrum_of(const attune::heat::theory::Grid& grid,
                                           const std::vector<double>& field, double band);

// What white noise holds there in expectation: equal shares of all waves.
attune::heat::theory::Spectrum white_band(const std::vector<Index>& cells, double band);

// exp(-r |theta|^2)
attune::heat::theory::RealSymbol heat_target(double r);

// How many angles 0 < theta <= band an axis of so many cells has.
Index waves_in_band(Index cells, double band);

}  // namespace attune::experiments::heat::stability
