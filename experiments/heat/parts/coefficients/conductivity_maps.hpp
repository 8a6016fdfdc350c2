// experiments/heat/parts/coefficients/conductivity_maps.hpp
//
// Conductivities that vary: kappa = kappa_max C^(x - 1), x in [0, 1] by kind, so that the contrast is C.
//
//   layered        x random for every layer across the last axis, 0 in the first and 1 in the second
//   checkerboard   x = 0 and 1 in turn, in tiles
//   lognormal      x = 1/2 + n / 6, n normal for every cell, cut off at three deviations
//   picture        x is the grey value, darkest to brightest, of a photograph repeated as tiles
#pragma once

#include "experiments/heat/parts/start_field.hpp"

namespace attune::experiments::heat::coefficients {

inline const std::vector<std::string> map_kinds{"layered", "checkerboard", "lognormal", "picture"};

struct MapShape {
  Index layer = 4;  // cells of a layer, and of the side of a tile
};

// x of every cell of the whole grid, row-major, the same on every rank. `picture` is read for its kind alone.
std::vector<double> map_exponents(const std::string& kind, const Setting& setting, const MapShape& shape,
                                  const Map& picture, const Random& random);

// kappa on the own cells, kappa_max = 1, of a grid each of whose cells is cut into `refined` along every axis.
Field<double> conductivity_of(const std::vector<double>& exponents, double contrast, const Setting& setting,
                              Index refined = 1);

}  // namespace attune::experiments::heat::coefficients
