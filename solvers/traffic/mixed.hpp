// solvers/traffic/mixed.hpp
//
// Two laws, one of which drives: automated vehicles among humans are vehicles of one law Mixed<Human, Automated>
// whose flag differs. What the other law alone would read of a sight is not looked at.
#pragma once

#include <string>

#include "solvers/traffic/refusal.hpp"
// Two kinds of driver on one road: a vehicle's law is one or the other.
//
//   std::vector<Mixed<Idm, Acc>> laws(22, Mixed<Idm, Acc>{human, {}, false});
//   laws[0] = {{}, machine, true};
//   Drive<Mixed<Idm, Acc>> drive(road, one_law_a_vehicle(laws), driving);
#pragma once

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

// Lists a law with a word before each name, so that two laws fit into one table.
template <class Field> struct Prefixed {
  Field& field;
  const char* prefix;
  template <class... Rest> void operator()(const char* name, Rest&&... rest) const {
    field((std::string(prefix) + name).c_str(), static_cast<Rest&&>(rest)...);
  }
};

template <class Human, class Automated> void describe(auto& field, Mixed<Human, Automated>& law) {
  Prefixed<decltype(field)> human{field, "human_"}, automated{field, "automated_"};
  describe(human, law.human);
  describe(automated, law.automated);
  field("is_automated", law.is_automated, "1", "which of the two drives");
}

template <class Human, class Automated> std::string refusal(const Mixed<Human, Automated>& law) {
  const std::string of_human = refusal(law.human);
  return of_human.empty() ? refusal(law.automated) : of_human;
}

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
