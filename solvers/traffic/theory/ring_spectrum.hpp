// solvers/traffic/theory/ring_spectrum.hpp
//
// The 2 N growth rates of N vehicles on a ring, in closed form:
//
//   lambda^2 - (f_v + sum_k g_k z^k) lambda + sum_k f_k (1 - z^k) = 0,   z = exp(i theta), theta = 2 pi m / N
//
// with the terms of the vehicle behind where a law looks back. Mode 0 has the roots 0 (all vehicles moved
// alike: no perturbation) and f_v + sum g_k; stability is decided by the modes m != 0.
//
// Source  Wilson and Ward 2011 [wilson2011]; Bando et al. 1995 [bando1995] for the optimal velocity model
// Units   lambda [1/s]; speeds on the road [m/s]
// Cost    two complex square roots a mode
#pragma once

#include <vector>

#include "solvers/traffic/theory/symbol.hpp"

namespace attune::traffic::theory {

// theta of mode m in (-pi, pi].
double mode_angle(int mode, int vehicles);

// The larger real part first.
std::array<Complex, 2> mode_roots(const Linearisation& law, double theta);

// Entries 2 m and 2 m + 1 belong to mode m = 0 .. N - 1.
std::vector<Complex> ring_spectrum(const Linearisation& law, int vehicles);

struct RingMode {
  int mode = 0;
  double theta = 0;
  Complex root;
};

// The mode m = 1 .. N / 2 of the largest real part: root.real() is the spectral abscissa. Mode N - m has the
// conjugate roots.
RingMode fastest_mode(const Linearisation& law, int vehicles);

// v_e - h Im lambda / theta: how fast the crests of a mode move along the road, negative upstream.
double road_phase_speed(const Linearisation& law, double theta, Complex root);

}  // namespace attune::traffic::theory
