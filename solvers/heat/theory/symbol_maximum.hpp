// solvers/heat/theory/symbol_maximum.hpp
//
// The largest amplification of any wave by a step: the growth that a stencil reaches on data of all angles.
//
// Equation  max |g(theta)| over theta in [-pi, pi]^D, g of stencil.hpp
// Source    von Neumann analysis, [leveque2007] chapter 9
// Cost      (16 W + 2)^D symbols, then 21 zooms of 9^D
// Limits    g is a trigonometric polynomial of degree W an axis: 16 points a wavelength miss no peak of it by more
//           than cos(pi / 16); the peak found is the highest of those, to about 1e-15
#pragma once

#include "solvers/heat/theory/stencil.hpp"

namespace attune::heat::theory {

struct SymbolMaximum {
  double size = 0;  // |g|
  PerAxis theta{0, 0, 0};  // where
};

SymbolMaximum largest_symbol(const Stencil& stencil);

}  // namespace attune::heat::theory
