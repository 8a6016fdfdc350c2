// experiments/traffic/parts/jam_film.hpp
//
// What every vehicle of one ring did for a while, and what it says of the jams on it: vehicle after vehicle
// leaves a jam where its speed rises through the middle of the range,
//
//   delay = t_n - t_{n+1},   jam speed = (x_n - x_{n+1}) / (t_n - t_{n+1})
//
// averaged over as many vehicles as the film follows one jam through.
#pragma once

#include <algorithm>
#include <cmath>

#include "experiments/traffic/parts/lone_ring.hpp"

namespace attune::experiments::traffic {

// At least one.
inline Index steps_of(double seconds, double dt) { return std::max<Index>(1, std::llround(seconds / dt)); }

struct RingFilm {
  std::size_t vehicles = 0;
  double length = 0;  // of the ring [m]
  std::vector<double> time, place, headway, speed;  // (T), (T, N): places not folded

  void absorb(const RingState& state, const RingShape& shape, Index road = 0);
  std::size_t records() const { return time.size(); }
};

// Records now and after every `every` steps.
RingFilm film_of(LoneRing& ring, Index records, Index every);

struct JamPassage {
  Index links = 0;  // vehicles that the jam was passed on to
  double delay = 0, jam_speed = 0;  // [s], [m/s] on the road, negative upstream
  double unsteadiness =
      1;  // relative difference of the delay over the first half of the links and the second
};

// No links where speeds lie within `still` of each other.
JamPassage jam_passage(const RingFilm& film, double still = 1e-3);

}  // namespace attune::experiments::traffic
