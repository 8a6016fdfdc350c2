// solvers/traffic/counters.hpp
//
// What is counted while vehicles drive, at the beginning of every step of every vehicle: sums of whole
// numbers and a maximum, so the same in any order.
#pragma once

#include "core/domain/domain.hpp"

namespace attune::traffic {

struct Counters {
  Index vehicle_steps = 0;
  Index collisions = 0;  // headways not above the length that the vehicle's law subtracts: gap <= 0
  Index negative_speeds = 0;  // v' < 0 before any floor
  Index floors = 0;  // and how many of them were lifted to 0
  Index wrong_signs = 0;  // vehicles that break driving_constraints.hpp, of those looked at
  Index signs_seen = 0;  // vehicles looked at for their signs
  double largest_acceleration = 0;  // |u|; infinite if one is not a number

  KOKKOS_FUNCTION void absorb(const Counters& other) {
    vehicle_steps += other.vehicle_steps;
    collisions += other.collisions;
    negative_speeds += other.negative_speeds;
    floors += other.floors;
    wrong_signs += other.wrong_signs;
    signs_seen += other.signs_seen;
    absorb_acceleration(other.largest_acceleration);
  }
  KOKKOS_FUNCTION void absorb_acceleration(double u) {
    const double size = Kokkos::abs(u);
    if (!(size <= largest_acceleration))
      largest_acceleration = size >= largest_acceleration ? size : Kokkos::Experimental::infinity_v<double>;
  }
};

// Over a policy of work items: work(item, counters). Whole numbers and a maximum alone, so in any order.
template <class Work> struct Counting {
  using value_type = Counters;
  Work work;
  template <class Item> KOKKOS_FUNCTION void operator()(const Item& item, Counters& counters) const {
    work(item, counters);
  }
  KOKKOS_FUNCTION void init(Counters& counters) const { counters = {}; }
  KOKKOS_FUNCTION void join(Counters& counters, const Counters& other) const { counters.absorb(other); }
};
template <class Policy, class Work>
Counters count(const char* label, const Policy& policy, const Work& work) {
  Counters counters;
  Kokkos::parallel_reduce(label, policy, Counting<Work>{work}, counters);
  Kokkos::fence(label);
  return counters;
}

// Of all ranks. Collective.
inline Counters over_ranks(const Counters& mine, const Domain& domain) {
  std::int64_t sums[] = {mine.vehicle_steps, mine.collisions,  mine.negative_speeds,
                         mine.floors,        mine.wrong_signs, mine.signs_seen};
  domain.communicator().add(sums, std::size(sums));
  return {sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], domain.max(mine.largest_acceleration)};
}

}  // namespace attune::traffic
