// solvers/traffic/mixed.hpp
//
// Two laws, one of which drives: automated vehicles among humans are vehicles of one law
// Mixed<Human, Automated> whose flag differs. What the other law alone would read is not looked at.
#pragma once

#include <string>

#include "solvers/traffic/prefixed.hpp"
#include "solvers/traffic/refusal.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::traffic {

// The part of a sight that a law of less reach looks at.
template <int reach, class Number, int capacity>
KOKKOS_FUNCTION Sight<Number, reach> narrowed(const Sight<Number, capacity>& see) {
  Sight<Number, reach> part;
  part.speed = see.speed;
  part.distance_behind = see.distance_behind;
  part.follower_speed = see.follower_speed;
  for (int k = 0; k < reach; ++k) {
    part.distance[k] = see.distance[k];
    part.leader_speed[k] = see.leader_speed[k];
  }
  return part;
}
template <int capacity, int reach> KOKKOS_FUNCTION Partials<capacity> widened(const Partials<reach>& part) {
  Partials<capacity> f;
  f.speed = part.speed;
  f.distance_behind = part.distance_behind;
  f.follower_speed = part.follower_speed;
  for (int k = 0; k < reach; ++k) {
    f.distance[k] = part.distance[k];
    f.leader_speed[k] = part.leader_speed[k];
  }
  return f;
}

template <class Human, class Automated> struct Mixed {
  static constexpr const char* name = "mixed";
  static constexpr int capacity =
      Human::capacity > Automated::capacity ? Human::capacity : Automated::capacity;
  static constexpr bool looks_back = Human::looks_back || Automated::looks_back;

  Human human{};
  Automated automated{};
  bool is_automated = false;

  KOKKOS_FUNCTION int leaders() const { return is_automated ? automated.leaders() : human.leaders(); }
  KOKKOS_FUNCTION double vehicle_length() const {
    return is_automated ? automated.vehicle_length() : human.vehicle_length();
  }
  KOKKOS_FUNCTION double speed_scale() const {
    return is_automated ? automated.speed_scale() : human.speed_scale();
  }

  template <class Number> KOKKOS_FUNCTION Number acceleration(const Sight<Number, capacity>& see) const {
    return is_automated ? automated.acceleration(narrowed<Automated::capacity>(see))
                        : human.acceleration(narrowed<Human::capacity>(see));
  }

  KOKKOS_FUNCTION Partials<capacity> partials(const Sight<double, capacity>& see) const {
    return is_automated ? widened<capacity>(automated.partials(narrowed<Automated::capacity>(see)))
                        : widened<capacity>(human.partials(narrowed<Human::capacity>(see)));
  }
};

template <class Human, class Automated> void describe(auto& field, Mixed<Human, Automated>& law) {
  Prefixed human{field, "human_"}, automated{field, "automated_"};
  describe(human, law.human);
  describe(automated, law.automated);
  field("is_automated", law.is_automated, "1", "which of the two drives");
}

template <class Human, class Automated> std::string refusal(const Mixed<Human, Automated>& law) {
  const std::string of_human = refusal(law.human);
  return of_human.empty() ? refusal(law.automated) : of_human;
}

}  // namespace attune::traffic
