// experiments/heat/parts/lattice_bias.hpp
//
// The lattice heat kernel prod_a exp(-2 r) I_{o_a}(2 r) beside the weights of a trained stencil.
#pragma once

#include "solvers/heat/theory/stencil.hpp"

namespace attune::experiments::heat {

double bessel_weight(int dimensions, double r, const Triple& offset);

// The largest error of log p_o / p_0 against log prod_a I_{o_a}(2 r) / I_0(2 r), over the offsets whose
// Bessel weight exceeds `least_weight`.
double largest_bias_error(int dimensions, double r, const attune::heat::theory::Stencil& trained,
                          double least_weight);

}  // namespace attune::experiments::heat
