// solvers/traffic/mixed.hpp
//
// Two kinds of driver on one road: a vehicle's law is one or the other.
//
//   std::vector<Mixed<Idm, Acc>> laws(22, Mixed<Idm, Acc>{human, {}, false});
//   laws[0] = {{}, machine, true};
//   Drive<Mixed<Idm, Acc>> drive(road, one_law_a_vehicle(laws), driving);
#pragma once

#include "solvers/traffic/sight.hpp"

namespace attune::traffic {

template <class Human, class Automated> struct Mixed {
  static constexpr const char* name = "mixed";
  static constexpr int capacity =
      Human::capacity > Automated::capacity ? Human::capacity : Automated::capacity;
  static constexpr bool looks_back = Human::looks_back || Automated::looks_back;

  Human human;
  Automated machine;
  bool automated = false;

  KOKKOS_FUNCTION int leaders() const { return automated ? machine.leaders() : human.leaders(); }
  KOKKOS_FUNCTION double vehicle_length() const {
    return automated ? machine.vehicle_length() : human.vehicle_length();
  }
  KOKKOS_FUNCTION double speed_scale() const {
    return automated ? machine.speed_scale() : human.speed_scale();
  }

  template <class Number>
  KOKKOS_FUNCTION Number acceleration(const Sight<Number, capacity>& see) const {
    return automated ? machine.acceleration(narrowed<Automated::capacity>(see))
                     : human.acceleration(narrowed<Human::capacity>(see));
  }
  KOKKOS_FUNCTION Partials<capacity> partials(const Sight<double, capacity>& see) const {
    return automated ? widened(machine.partials(narrowed<Automated::capacity>(see)))
                     : widened(human.partials(narrowed<Human::capacity>(see)));
  }

 private:
  template <int fewer, class Number>
  KOKKOS_FUNCTION static Sight<Number, fewer> narrowed(const Sight<Number, capacity>& see) {
    Sight<Number, fewer> own;
    own.speed = see.speed;
    own.distance_behind = see.distance_behind;
    own.follower_speed = see.follower_speed;
    for (int k = 0; k < fewer; ++k) {
      own.distance[k] = see.distance[k];
      own.leader_speed[k] = see.leader_speed[k];
    }
    return own;
  }
  template <int fewer> KOKKOS_FUNCTION static Partials<capacity> widened(const Partials<fewer>& own) {
    Partials<capacity> f;
    f.speed = own.speed;
    f.distance_behind = own.distance_behind;
    f.follower_speed = own.follower_speed;
    for (int k = 0; k < fewer; ++k) {
      f.distance[k] = own.distance[k];
      f.leader_speed[k] = own.leader_speed[k];
    }
    return f;
  }
};

}  // namespace attune::traffic
