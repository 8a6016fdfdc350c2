// solvers/traffic/road.hpp
//
// A batch of R roads with N vehicles each, cut among the ranks along roads or along vehicles.
//
//   h_i = x_{i+1} - x_i   front to front; on a ring h_{N-1} reaches to vehicle 0, one ring length ahead;
//                         on an open road to the lead, a vehicle N whose speed is prescribed
//   v_i
//
// Headways and not places are the state: a ring then has no seam, and far along a road no digit is lost. The
// place of vehicle 0 is carried beside them; places are it plus the headways before a vehicle.
//
// Shapes  fields (1, R, N) with ghosts along vehicles; place (R local)
// Units   [m], [m/s], [s]
#pragma once

#include "core/domain/domain.hpp"

namespace attune::traffic {

// Where each rank gets a whole road at least, no road is cut: roads need not know of each other.
inline Domain dealt_out(const Domain& ranks, Index roads, Index vehicles, bool ring) {
  const Periodic periodic{false, false, ring};
  const Box whole = grid_box({1, roads, vehicles});
  if (roads < ranks.communicator().size) return ranks.split(whole, periodic);
  return ranks.split(grid_box({1, roads, 1}), periodic).rescaled(whole);
}
// Rings, or roads that end.
inline Domain rings(const Domain& ranks, Index roads, Index vehicles) {
  return dealt_out(ranks, roads, vehicles, true);
}
inline Domain open_roads(const Domain& ranks, Index roads, Index vehicles) {
  return dealt_out(ranks, roads, vehicles, false);
}
inline bool is_ring(const Domain& domain) { return domain.periodic()[2]; }

template <class Real> struct State {
  Field<Real> headway, speed;
  View1<double> place;  // of the front of vehicle 0 of each local road; kept by the rank that owns vehicle 0
  double time = 0;
  Index step = 0;
};

template <class Real> State<Real> empty_state(const Domain& domain, Index ghosts) {
  return {domain.field<Real>("traffic::headway", {0, 0, ghosts}),
          domain.field<Real>("traffic::speed", {0, 0, ghosts}),
          View1<double>("traffic::place", domain.mine().extent(1)), 0, 0};
}

// The n-th of a rank's own numbers, row after row: for sums over vehicles.
template <class Real> struct OwnNumber {
  Field<Real> u;
  KOKKOS_FUNCTION double operator()(Index n) const {
    const Index vehicles = u.box.extent(2);
    return static_cast<double>(u(0, n / vehicles, n % vehicles));
  }
};

// All of them on the host; and back.
template <class Real> std::vector<double> own_numbers(const Field<Real>& u) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), u.values);
  std::vector<double> numbers;
  for (Index j = 0; j < u.box.extent(1); ++j)
    for (Index i = 0; i < u.box.extent(2); ++i)
      numbers.push_back(static_cast<double>(host(0, j, i + u.halo[2])));
  return numbers;
}
template <class Real> void set_own_numbers(const Field<Real>& u, const std::vector<double>& numbers) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), u.values);
  for (Index j = 0; j < u.box.extent(1); ++j)
    for (Index i = 0; i < u.box.extent(2); ++i)
      host(0, j, i + u.halo[2]) = static_cast<Real>(numbers[j * u.box.extent(2) + i]);
  Kokkos::deep_copy(u.values, host);
}

}  // namespace attune::traffic
