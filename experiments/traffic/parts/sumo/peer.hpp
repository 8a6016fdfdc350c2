// experiments/traffic/parts/sumo/peer.hpp
//
// Runs SUMO [lopez2018] on a ring and reads where its vehicles went. It belongs to nobody's requirements: where
// `sumo` or `netconvert` is not on PATH, or will not run, the course says why and is empty.
//
// Limits  IDM with one sub-step a step; speeds and places with 12 digits
#pragma once

#include "core/core/communicator.hpp"
#include "experiments/traffic/parts/sumo/ring_files.hpp"

namespace attune::experiments::traffic::sumo {

// Shapes  place, speed: (records, vehicles); places go on growing
struct Course {
  std::vector<double> place, speed;
  std::string absent;  // why there is nothing; empty where there is
};

struct Run {
  double dt = 0.1;
  bool ballistic = false;
  std::size_t every = 10, records = 0;  // record r is the state after r * every steps
};

// One rank runs it, all get the course. Collective.
Course drive(const Ring& ring, const Run& run, const Communicator& ranks);

// How many vehicles it moves a second over so many steps, by its own clock, without output.
struct Rate {
  double updates = 0;  // [1/s]; NaN where absent
  std::string absent;
};
Rate updates_a_second(const Ring& ring, double dt, std::size_t steps, const Communicator& ranks);

// One line, "absent" if it is not installed. Collective.
std::string version(const Communicator& ranks);

// Places and speeds of the vehicles 0 .. count - 1 in the text of --fcd-output, every so many steps; empty if a
// vehicle is missing.
Course read_fcd(const std::string& path, const Ring& ring, const Run& run);

}  // namespace attune::experiments::traffic::sumo
