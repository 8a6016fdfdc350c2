// solvers/traffic/theory/string_stability.hpp
//
// Does an endless row of vehicles amplify? Long waves first:
//
//   lambda = i lambda_1 theta + lambda_2 theta^2 + ...,
//   A = -(f_v + sum g_k),   S_1 = sum k f_k,   S_2 = sum k^2 f_k,   G_1 = sum k g_k,
//   lambda_1 = S_1 / A,   lambda_2 = (lambda_1^2 - lambda_1 G_1 - S_2 / 2) / A
//
// stable exactly if lambda_1^2 < lambda_1 G_1 + S_2 / 2. The vehicle behind counts as k = -1. With one leader
// that decides for all waves, and it is the criterion of Wilson and Ward,
//
//   lambda_2 = (f_s / p^3) (p^2 / 2 - f_l p - f_s) < 0,   p = f_v + f_l,
//
// and E <= 0 of transfer.hpp. With several, shorter waves may go first: the scan looks at all of them.
//
// Source  Wilson and Ward 2011 [wilson2011]; expansion of the roots of symbol.hpp
// Units   lambda_1 and lambda_2 [1/s], theta [rad per vehicle]
#pragma once

#include "solvers/traffic/theory/ring_spectrum.hpp"

namespace attune::traffic::theory {

struct LongWave {
  double first = 0, second = 0;  // lambda_1, lambda_2
  bool stable() const { return second < 0; }
};

LongWave long_wave(const Linearisation& law);

// lambda_2 of one leader as Wilson and Ward write it.
double wilson_ward(const Linearisation& law);

struct FastestWave {
  double theta = 0;
  Complex root;
};

// The wave 0 < theta <= pi that grows fastest: `samples` angles, then golden sections around the best. Where
// no wave grows the longest wave sampled.
FastestWave fastest_wave(const Linearisation& law, int samples = 2000);

bool stable_at_all_wavelengths(const Linearisation& law);

}  // namespace attune::traffic::theory
