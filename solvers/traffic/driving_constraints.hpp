// solvers/traffic/driving_constraints.hpp
//
// Rational driving constraints: nobody drives slower because there is more room or because a leader is
// faster, nor pulls away the more the faster the vehicle is already.
//
//   f_distance_k >= 0,   f_leader_speed_k >= 0,   f_speed <= 0,   k = 1 .. leaders
//
// Source  Wilson, Ward 2011 [wilson2011]; as a demand on learned drivers Li et al. 2023 [li2023]
// Limits  what is seen behind is not judged
#pragma once

#include "solvers/traffic/sight.hpp"

namespace attune::traffic {

// How many of the 2 leaders + 1 signs are wrong. A partial that is not a number has no wrong sign.
template <int capacity> KOKKOS_FUNCTION int wrong_signs(const Partials<capacity>& f, int leaders) {
  int wrong = f.speed > 0;
  for (int k = 0; k < leaders; ++k) wrong += (f.distance[k] < 0) + (f.leader_speed[k] < 0);
  return wrong;
}

template <class Law>
KOKKOS_FUNCTION int wrong_signs(const Law& law, const Sight<double, Law::capacity>& see) {
  return wrong_signs(law.partials(see), law.leaders());
}

}  // namespace attune::traffic
