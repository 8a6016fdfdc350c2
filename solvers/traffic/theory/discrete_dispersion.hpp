// solvers/traffic/theory/discrete_dispersion.hpp
//
// How fast a mode grows when time goes in steps dt, exactly: a step multiplies the mode by mu. With P and Q
// of symbol.hpp and D = (mu - 1) / dt,
//
//   semi-implicit   v += dt u;  x += dt v                  D^2 = (P + dt Q) D + Q
//   ballistic       x += dt v + dt^2 u / 2;  v += dt u     D^2 = (P + dt Q / 2) D + Q
//   Runge-Kutta 4                                          mu = sum_{j <= 4} (lambda dt)^j / j!
//
//   growth = ln |mu| / dt,   frequency = arg mu / dt
//
// With one leader P + dt Q is f_v + f_l z + dt f_s (z - 1). Growth tends to lambda as dt, dt and dt^4.
//
// Source  elimination of v from the two lines of each scheme
// Units   dt [s], growth and frequency [1/s]
#pragma once

#include "solvers/traffic/theory/ring_spectrum.hpp"

namespace attune::traffic::theory {

enum class TimeStep { semi_implicit, ballistic, runge_kutta };

// ln mu / dt for both roots, the larger growth first.
std::array<Complex, 2> discrete_roots(const Linearisation& law, double theta, TimeStep scheme, double dt);

// Of mode m = 1 .. N / 2 the one that grows fastest; its root is ln mu / dt.
RingMode fastest_discrete_mode(const Linearisation& law, int vehicles, TimeStep scheme, double dt);

}  // namespace attune::traffic::theory
