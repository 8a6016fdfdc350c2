// solvers/heat/theory/symbol_maximum.hpp
//
// The largest amplification of any wave by a step: the growth that a stencil reaches on data of all angles.
//
// Equation  max |g(theta)| over theta in [-pi, pi]^D, g of stencil.hpp
// Source    von Neumann analysis, [leveque2007] chapter 9
// Cost      (16 W + 2)^D symbols, then 21 zooms of 9^D
// Limits    The peak next to the highest of 16 points a wavelength, to about 1e-15. The maximum of a
//           trigonometric polynomial is at most 1 / cos(pi / 16)^D = 1.02^D of its largest value on them
//           [ehlich1964]: only a rival peak nearer than that could be passed over
#pragma once

#include "solvers/heat/theory/stencil.hpp"

namespace attune::heat::theory {

struct SymbolMaximum {
  double size = 0;  // |g|
  PerAxis theta{0, 0, 0};  // where
};

SymbolMaximum largest_symbol(const Stencil& stencil);

}  // namespace attune::heat::theory
