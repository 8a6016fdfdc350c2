// solvers/traffic/ghosts.hpp
//
// What lies beyond the ends of open roads. Ahead: the lead, and vehicles of its speed at the headway that it
// keeps. Behind: vehicles of the speed and headway of the last one, which asks nothing of laws that look
// back.
#pragma once

#include "solvers/traffic/driving.hpp"
#include "solvers/traffic/road.hpp"

namespace attune::traffic {

template <class Real> struct BeyondEnds {
  Field<Real> headway, speed;
  View1<double> lead_speed;  // (R local)
  double lead_headway;
  Index vehicles;  // of a whole road

  KOKKOS_FUNCTION void operator()(Index j) const {
    const Index lower = headway.box.lower[2], own = headway.box.extent(2), ghosts = headway.halo[2];
    for (Index i = own; i < own + ghosts; ++i) {
      if (lower + i < vehicles) continue;
      headway(0, j, i) = static_cast<Real>(lead_headway);
      speed(0, j, i) = static_cast<Real>(lead_speed(j));
    }
    for (Index i = -ghosts; i < 0; ++i) {
      if (lower + i >= 0 || lower > ghosts) continue;
      headway(0, j, i) = headway(0, j, -lower);
      speed(0, j, i) = speed(0, j, -lower);
    }
  }
};

// What the lead of each local road does at time t: value(t, road).
template <class Value> View1<double> of_leads(const Domain& domain, const Value& value) {
  std::vector<double> values;
  for (Index j = domain.mine().lower[1]; j < domain.mine().upper[1]; ++j) values.push_back(value(j));
  return to_device("traffic::leads", values);
}

template <class Real>
void fill_beyond_ends(const Field<Real>& headway, const Field<Real>& speed, const Domain& domain,
                      const Lead& lead, double time) {
  const auto speeds = of_leads(domain, [&](Index j) { return lead.speed(time, j); });
  Kokkos::parallel_for("traffic::beyond_ends",
                       Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, domain.mine().extent(1)),
                       BeyondEnds<Real>{headway, speed, speeds, lead.headway, domain.whole().extent(2)});
}

// How far the lead gets in a step from t: as a vehicle of its speeds would.
template <class Real> struct LeadMoves {
  Field<Real> moved;
  View1<double> far;
  KOKKOS_FUNCTION void operator()(Index j) const {
    moved(0, j, moved.box.extent(2)) = static_cast<Real>(far(j));
  }
};

template <class Real>
void move_lead(const Field<Real>& moved, const Domain& domain, const Lead& lead, const Driving& driving,
               double time) {
  if (domain.mine().upper[2] != domain.whole().extent(2)) return;
  const auto far = of_leads(domain, [&](Index j) {
    const double now = lead.speed(time, j), then = lead.speed(time + driving.dt, j);
    return driving.integrator == Integrator::ballistic ? 0.5 * driving.dt * (now + then) : driving.dt * then;
  });
  Kokkos::parallel_for("traffic::lead_moves",
                       Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, domain.mine().extent(1)),
                       LeadMoves<Real>{moved, far});
}

}  // namespace attune::traffic
