// solvers/traffic/theory/wave_packet.hpp
//
// What a short disturbance becomes on an endless row: seen by somebody who passes c vehicles a second it
// grows as exp(sigma t) / sqrt(t), where
//
//   sigma(c) = Re [lambda(theta) + i c theta]   at the saddle   lambda'(theta) = -i c,   theta complex
//   on the road   c = (V - v_e) / h   for an observer of speed V
//
// sigma is largest at the group velocity of the fastest wave, where theta is real, and is followed from there
// along c: the saddle stays the one that the integral over real theta passes through. The packet fills the
// speeds of sigma > 0, from its upstream to its downstream edge. An observer at rest, V = 0, sees it grow
// (absolute), or it leaves him upstream or downstream (convective).
//
// Source  Ward and Wilson 2011 [ward2011]; saddle points as in Huerre and Monkewitz 1990 [huerre1990]
// Units   V [m/s], sigma [1/s]
// Limits  a law that is unstable for some real theta; followed until the saddle is lost or leaves the range
//         asked for: `found` says which
#pragma once

#include "solvers/traffic/theory/string_stability.hpp"

namespace attune::traffic::theory {

struct Ray {
  double road_speed = 0;  // V
  double growth = 0;  // sigma
  Complex theta, root;
};

// The ray of the fastest wave: its road speed is the group velocity.
Ray fastest_ray(const Linearisation& law);

struct Packet {
  Ray fastest;
  double upstream_edge = 0, downstream_edge = 0;  // V where sigma = 0
  Ray at_rest;  // V = 0
  bool found = false;  // both edges and the ray at rest
  const char* kind() const;  // "absolute", "upstream", "downstream"
};

Packet wave_packet(const Linearisation& law);

// The ray that an observer of this speed follows; its growth is NaN where the saddle is lost.
Ray ray_at(const Linearisation& law, double road_speed);

}  // namespace attune::traffic::theory
