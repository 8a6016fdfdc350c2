// solvers/traffic/initial.hpp
//
// How vehicles stand at the start. All but fill_uniform add to what is there: they move vehicles, so that
// the sum of the headways of a ring stays what it is. Numbers of vehicles and roads are global; road -1 is
// all of them.
//
//   kick            x_n += d
//   sine mode       x_i += eps cos(2 pi m i / N),  m waves round a ring
//   random kicks    x_i += d (2 xi_i - 1), xi uniform in (0, 1), keyed by road and vehicle
#pragma once

#include <numbers>

#include "core/core/random.hpp"
#include "solvers/traffic/road.hpp"

namespace attune::traffic {

template <class Real> void fill_uniform(State<Real>& state, double headway, double speed) {
  Kokkos::deep_copy(state.headway.values, static_cast<Real>(headway));
  Kokkos::deep_copy(state.speed.values, static_cast<Real>(speed));
  Kokkos::deep_copy(state.place, 0.0);
  state.time = 0;
  state.step = 0;
}

// Moves vehicle i of road j by shift(j, i) [m], computed by any rank for any vehicle. The vehicle ahead of
// the last one of an open road stays where it is.
template <class Real, class Shift>
void shift_vehicles(State<Real>& state, const Domain& domain, const Shift& shift) {
  const Box mine = domain.mine();
  const Index vehicles = domain.whole().extent(2);
  auto headways = own_numbers(state.headway);
  for (Index j = mine.lower[1]; j < mine.upper[1]; ++j)
    for (Index i = mine.lower[2]; i < mine.upper[2]; ++i) {
      const bool last = i + 1 == vehicles;
      const double ahead = last && !is_ring(domain) ? 0 : shift(j, last ? 0 : i + 1);
      double& h = headways[(j - mine.lower[1]) * mine.extent(2) + i - mine.lower[2]];
      h = h + (ahead - shift(j, i));
    }
  set_own_numbers(state.headway, headways);
  const auto place = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), state.place);
  for (Index j = mine.lower[1]; j < mine.upper[1]; ++j) place(j - mine.lower[1]) += shift(j, 0);
  Kokkos::deep_copy(state.place, place);
}

template <class Real>
void kick(State<Real>& state, const Domain& domain, Index vehicle, double metres, Index road = -1) {
  shift_vehicles(state, domain,
                 [=](Index j, Index i) { return i == vehicle && (road < 0 || j == road) ? metres : 0.0; });
}

template <class Real>
void sine_mode(State<Real>& state, const Domain& domain, Index m, double amplitude, Index road = -1) {
  const Index vehicles = domain.whole().extent(2);
  shift_vehicles(state, domain, [=](Index j, Index i) {
    const double turn = static_cast<double>(m * i % vehicles) / static_cast<double>(vehicles);
    return road < 0 || j == road ? amplitude * std::cos(2 * std::numbers::pi * turn) : 0.0;
  });
}

template <class Real>
void random_kicks(State<Real>& state, const Domain& domain, double metres, const Random& random) {
  const Index vehicles = domain.whole().extent(2);
  shift_vehicles(state, domain, [=](Index j, Index i) {
    return metres * (2 * random.uniform(static_cast<std::uint64_t>(j * vehicles + i)) - 1);
  });
}

// Any start: headway(road, vehicle), speed(road, vehicle) in global numbers; vehicle 0 at place 0.
template <class Real, class Headway, class Speed>
void fill(State<Real>& state, const Domain& domain, const Headway& headway, const Speed& speed) {
  const Box mine = domain.mine();
  std::vector<double> headways, speeds;
  for (Index j = mine.lower[1]; j < mine.upper[1]; ++j)
    for (Index i = mine.lower[2]; i < mine.upper[2]; ++i) {
      headways.push_back(headway(j, i));
      speeds.push_back(speed(j, i));
    }
  set_own_numbers(state.headway, headways);
  set_own_numbers(state.speed, speeds);
  Kokkos::deep_copy(state.place, 0.0);
  state.time = 0;
  state.step = 0;
}

}  // namespace attune::traffic
