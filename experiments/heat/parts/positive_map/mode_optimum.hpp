// experiments/heat/parts/positive_map/mode_optimum.hpp
//
// The least loss that a head with tied weights can have on one field and the heat equation's answer to it, mode by mode
// and without the normal matrix, whose condition is the square: smooth fields hide high orders from it.
//
// Equation  min over the simplex of  sum_k s_k (g(theta_k) - exp(-r |theta_k|^2))^2,
//           g(theta) = sum_c p_c prod_a cos(o_a theta_a), c the classes of offsets o alike but for signs,
//           s_k the mean square that mode k has in the field
// Source    NNLS of [lawson1974] on the triangular factor of the rows
#pragma once

#include "solvers/heat/theory/stencil.hpp"

namespace attune::experiments::heat::positive_map {

struct ModeOptimum {
  attune::heat::theory::Stencil stencil;
  double loss = 0;
};

ModeOptimum best_for_modes(const attune::heat::theory::Grid& grid, const std::vector<Triple>& offsets,
                           double r, const std::vector<double>& field);

}  // namespace attune::experiments::heat::positive_map
