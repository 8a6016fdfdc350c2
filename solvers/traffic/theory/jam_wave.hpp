// solvers/traffic/theory/jam_wave.hpp
//
// The jam of the optimal velocity model on a ring, without a simulation: a wave that travels unchanged. Every
// vehicle does what the next did a delay tau ago, v_n(t) = f(t + n tau), h_n(t) = H(t + n tau), so
//
//   f'(s) = a [V(H(s)) - f(s)],   H'(s) = f(s + tau) - f(s),   f, H of period N tau,   mean H = L / N
//
//   on the road the jam moves at   c = mean f - (L / N) / tau
//
// a functional equation of advanced argument. It is collocated on N q points of the period: f on them, H
// halfway between, so that the advance is a shift by exactly q points; derivatives and interpolation of order
// 8. Newton's method with tau as an unknown, followed in a from the kink near onset.
//
// Source  travelling waves with a delay, Sugiyama and Yamada 1997 [sugiyama1997]; starts from the kink of
//         Komatsu and Sasa 1995 [komatsu1995]; staggered differences of Fornberg 1988 [fornberg1988]
// Units   lengths and times of V and a
// Limits  V = scale [tanh(width (h - centre)) + offset], mean headway within the kink's plateaus near onset;
//         one jam on the ring
// Cost    a sparse factorisation of 2 N q unknowns a Newton step, about 60 of them
#pragma once

#include <vector>

namespace attune::traffic::theory {

struct TanhSpeed {
  double scale = 1, width = 1, centre = 2, offset = 0;
  double speed(double headway) const;
  double slope(double headway) const;
  double steepest() const { return scale * width; }  // V' at the centre
  double third() const { return -2 * scale * width * width * width; }  // V''' there
};

struct JamWave {
  bool found = false;
  double delay = 0;  // tau
  double jam_speed = 0;  // c, negative upstream
  double least_headway = 0, most_headway = 0, least_speed = 0, most_speed = 0;
  double mean_speed = 0;
  std::vector<double> headway, speed;  // H halfway after, f at s_j = j tau / q
};

// points: q, a vehicle's share of the period.
JamWave jam_wave(const TanhSpeed& V, double relaxation, int vehicles, double mean_headway, int points = 8);

}  // namespace attune::traffic::theory
