// training/clip.hpp
//
// Shortens a gradient to a norm at most `most`, its direction kept:  g <- g min(1, most / |g|).
//
// Source   [pascanu2013, algorithm 1]
// Error    the norm is that of the squares added exactly, so it does not depend on their order, and is right
//          to a few ulp; no overflow and no underflow of squares
#pragma once

#include "training/parameters.hpp"

namespace attune::training {

// Euclidean; NaN if an entry is not finite.
double exact_norm(const Vector& x);

// Returns the norm before. most = 0 shortens nothing, nor is anything done to a gradient that is not finite.
double clip(Vector& gradient, double most);

}  // namespace attune::training
