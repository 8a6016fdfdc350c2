// solvers/traffic/fleet.hpp
//
// Who drives where: a law for all vehicles, for each road, for each vehicle, or for each of each road.
//
// Shapes  laws (R or 1, N or 1) for R roads of N vehicles, in global numbers, whole on every rank
// Limits  a law that is the same along its road is worked off in registers; others one vehicle at a time
#pragma once

#include "core/core/require.hpp"
#include "solvers/traffic/sight.hpp"

namespace attune::traffic {

template <class Law> struct Fleet {
  View2<Law> laws;
  int leaders = 1;  // the most that any of them looks at

  KOKKOS_FUNCTION const Law& of(Index road, Index vehicle) const {
    return laws(laws.extent(0) > 1 ? road : 0, laws.extent(1) > 1 ? vehicle : 0);
  }
  bool same_along_road() const { return laws.extent(1) == 1; }
};

// laws: row after row, `along` to a row.
template <class Law> Fleet<Law> fleet(const std::vector<Law>& laws, Index along) {
  require(along >= 1 && !laws.empty() && static_cast<Index>(laws.size()) % along == 0,
          "a fleet has whole rows of laws");
  Fleet<Law> all{View2<Law>("traffic::fleet", laws.size() / along, along), 1};
  const auto mirror = Kokkos::create_mirror_view(all.laws);
  for (std::size_t n = 0; n < laws.size(); ++n) {
    mirror(n / along, n % along) = laws[n];
    all.leaders = laws[n].leaders() > all.leaders ? laws[n].leaders() : all.leaders;
  }
  Kokkos::deep_copy(all.laws, mirror);
  return all;
}
template <class Law> Fleet<Law> alike(const Law& law) { return fleet(std::vector<Law>{law}, 1); }
template <class Law> Fleet<Law> one_law_a_road(const std::vector<Law>& laws) { return fleet(laws, 1); }
template <class Law> Fleet<Law> one_law_a_vehicle(const std::vector<Law>& laws) {
  return fleet(laws, static_cast<Index>(laws.size()));
}

}  // namespace attune::traffic
