// experiments/traffic/parts/temperature/interaction_signs.hpp
//
// Drivers who attend to interactions, held against the certificate of their signs: at random sights, with two
// leaders, and in uniform flow.
#pragma once

#include "core/core/communicator.hpp"
#include "core/core/random.hpp"
#include "experiments/traffic/parts/sign_certificate.hpp"

namespace attune::experiments::traffic {

using InteractionSight = Sight<double, AttendInteractions::capacity>;

// Speeds of 0 .. speed_scale, gaps of 0.5 .. 50 m, even on a logarithmic scale.
InteractionSight random_interactions(const AttendInteractions& law, const Random& random, Index sight);

struct SignCensus {
  double gain_misfit = 0;  // farthest du/dD_j of a complex step from the certificate's, over the largest
  double partial_misfit = 0;  // the same of the law's own partials
  Index looked_at = 0, wrong = 0;  // leaders; those whose du/dD_j of the law is negative
  Index disagreements = 0;  // where the certificate says otherwise
  Index wrong_when_sure = 0;  // wrong signs at the sure temperature, with random biases
};

// The temperature is drawn too, between coldest and hottest. Sights are dealt out; the same on every rank.
SignCensus sign_census(const AttendInteractions& law, double coldest, double hottest, Index sights,
                       const Random& random, const Communicator& ranks);

// phi_1 - phi_2 over tau from which on a driver at rest, who attends to phi alone, answers the second leader in
// the wrong sense.
double onset_gap(const AttendInteractions& law);

struct Onset {
  double found = 0, expected = 0;  // temperature below which uniform flow has a wrong sign: law, certificate
  double sure = 0;  // temperature of the certificate there
};
Onset onset_temperature(AttendInteractions law, double headway);

// du/dD_j in uniform flow by a complex step, entry j - 1.
std::vector<double> stepped_gains(const AttendInteractions& law, const InteractionSight& see);

}  // namespace attune::experiments::traffic
