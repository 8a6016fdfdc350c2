// experiments/traffic/parts/density_sweep.hpp
//
// A ring whose length changes slowly: at every density the gaps of the state before are stretched or squeezed
// alike, one vehicle is shifted a little, the ring settles, and what flows is measured over a window.
//
//   flow q = rho <v>, <v> = mean displacement of all vehicles / window
//
// A jam that travels unchanged at c and passes on a vehicle every tau gives q = c rho + 1 / tau: who stands
// beside the jam as it moves counts 1 / tau vehicles a second.
#pragma once

#include "experiments/traffic/parts/jam_film.hpp"

namespace attune::experiments::traffic {

struct Sweep {
  Index vehicles = 60, densities = 30;
  double settle = 600, window = 300, shift = 0.05, picture = 0.5;
};

void describe(auto& field, Sweep& s) {
  field("vehicles", s.vehicles, "1", "vehicles N of every ring", between(10, 2000));
  field("densities", s.densities, "1", "densities of a sweep", between(4, 400));
  field("settle", s.settle, "s", "between a change of density and the measurement", above(0.0));
  field("window", s.window, "s", "of the measurement", above(0.0));
  field("shift", s.shift, "1", "of one vehicle at every density, over the mean gap", above(0.0),
        at_most(0.9));
  field("picture", s.picture, "s", "between two pictures of the film in which jams are followed", above(0.0));
}

// Who is swept: over `density` [1/m], in this order.
struct SweptRing {
  std::string law;
  double vehicle_length = 0;
  solver::Driving driving;
  std::vector<double> density;
};

struct Flow {
  double flow = 0, mean_speed = 0, deviation = 0;  // [1/s], [m/s]; of speeds, over vehicles and time
  JamPassage jam;
  double length_drift = 0;  // relative, over the window
  Index collisions = 0;  // up to here
};

// An entry for each density.
std::vector<Flow> swept(const solver::Laws& laws, const Sweep& sweep, const SweptRing& ring);

}  // namespace attune::experiments::traffic
