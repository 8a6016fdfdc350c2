// experiments/heat/parts/mode_symbols.hpp
//
// Symbols at the modes of a grid, against the heat equation's exp(-r |theta|^2).
#pragma once

#include <cmath>
#include <vector>

#include "solvers/heat/theory/stencil.hpp"

namespace attune::experiments::heat {

// The largest |response^ / impulse^ - exp(-r |theta|^2)| over the modes: the symbol of whatever turned one
// field into the other, measured. The impulse holds every mode.
double largest_symbol_error(const attune::heat::theory::Grid& grid, const std::vector<double>& impulse,
                            const std::vector<double>& response, double r);

struct SymbolErrors {
  double between = NAN, trained = NAN, projection = NAN;
};

// Largest distances over the modes: trained to projection, and each to exp(-r |theta|^2). NaN where the modes
// of the grid are not those of the stencils: walls, and a stencil that is not symmetric.
SymbolErrors symbol_errors(const attune::heat::theory::Grid& grid, double r,
                           const attune::heat::theory::Stencil& trained,
                           const attune::heat::theory::Stencil& projection);

}  // namespace attune::experiments::heat
