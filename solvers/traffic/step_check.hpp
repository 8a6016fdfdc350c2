// solvers/traffic/step_check.hpp
//
// What is refused before vehicles drive, with the numbers in the message: every rank throws the same text.
//
// A time step is refused where a driver behind a leader at rest relative to it would come to the headway
// wanted, but the integrator's driver would not: with F_s = sum_k du/dD_k - du/dD_behind and F_v = du/dv
// at the mean headway and speed,
//
//   D^2 - (F_v - c F_s) D + F_s = 0,  F_v < 0 < F_s,  |1 + dt D| > 1
//   c = dt semi-implicit, dt / 2 ballistic
//   c = 0 and |1 + z + z^2/2 + z^3/6 + z^4/24| > 1, z = dt D, Runge-Kutta
//
// String instability, which is the drivers' own, is not refused.
#pragma once

#include <complex>
#include <limits>

#include "core/core/sum.hpp"
#include "solvers/traffic/driving.hpp"
#include "solvers/traffic/fleet.hpp"
#include "solvers/traffic/road.hpp"

namespace attune::traffic {

// Of a law with l of its own: how dt changes a small departure of one vehicle, and what it comes from.
struct StepFactor {
  double slope_distance, slope_speed;  // F_s, F_v
  double factor;  // the larger |1 + dt D|
};

inline double step_factor(double F_s, double F_v, double dt, Integrator integrator) {
  const double c = integrator == Integrator::semi_implicit ? dt
                   : integrator == Integrator::ballistic   ? dt / 2
                                                           : 0;
  const double half = (F_v - c * F_s) / 2;
  const std::complex<double> root = std::sqrt(std::complex<double>(half * half - F_s));
  double most = 0;
  for (const auto D : {half + root, half - root}) {
    const std::complex<double> z = dt * D;
    const auto factor = integrator == Integrator::runge_kutta
                            ? 1.0 + z * (1.0 + z / 2.0 * (1.0 + z / 3.0 * (1.0 + z / 4.0)))
                            : 1.0 + z;
    most = std::max(most, std::abs(factor));
  }
  return most;
}

template <class Law>
StepFactor step_factor(const Law& law, double headway, double speed, const Driving& driving) {
  const auto f = law.partials(uniform_sight(law, headway, speed));
  double F_s = -f.distance_behind;
  for (int k = 0; k < law.leaders(); ++k) F_s += f.distance[k];
  return {F_s, f.speed, step_factor(F_s, f.speed, driving.dt, driving.integrator)};
}

// The largest step that is not refused, to two digits.
inline double largest_step(double F_s, double F_v, double refused, Integrator integrator) {
  double dt = refused;
  while (step_factor(F_s, F_v, dt, integrator) > 1) dt *= 0.99;
  return dt;
}

namespace refusals {

inline std::string shown(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", x);
  return text;
}
[[noreturn]] inline void refuse(const std::string& what) { throw InputError(Exit::deck, what); }

}  // namespace refusals

inline void check_driving(const Driving& d, const Lead& lead, bool ring) {
  using namespace refusals;
  if (!(d.dt > 0 && std::isfinite(d.dt))) refuse("dt = " + shown(d.dt) + " s: a time step is above 0");
  if (!(d.delay.seconds >= 0 && std::isfinite(d.delay.seconds)))
    refuse("a reaction delay of " + shown(d.delay.seconds) + " s: it is at least 0");
  if (d.integrator == Integrator::runge_kutta) {
    if (d.delay.seconds > 0 && d.delay.seconds < d.dt)
      refuse("a reaction delay of " + shown(d.delay.seconds) + " s below dt = " + shown(d.dt) +
             " s: Runge-Kutta takes 0 or at least dt");
    if (d.noise.dawdling > 0) refuse("Runge-Kutta knows no dawdling");
  }
  if (ring == static_cast<bool>(lead.speed))
    refuse(ring ? "a ring has no lead" : "an open road needs the speed of its lead");
  if (!ring && !(lead.headway > 0))
    refuse("the vehicles ahead of the lead are " + shown(lead.headway) + " m apart: must be above 0");
}

template <class Law> void check_lengths(const Fleet<Law>& fleet) {
  const auto laws = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), fleet.laws);
  for (std::size_t n = 0; n < laws.size(); ++n)
    if (const double l = laws.data()[n].vehicle_length(); !(l >= 0 && std::isfinite(l)))
      refusals::refuse("a vehicle of length " + refusals::shown(l) + " m: lengths are at least 0");
}

// Headway of vehicles that share a ring evenly; refuses a ring shorter than its vehicles.
inline double ring_headway(double ring_length, Index vehicles, double vehicle_length) {
  using namespace refusals;
  if (vehicles < 1) refuse("a ring of " + std::to_string(vehicles) + " vehicles: there is at least 1");
  if (vehicle_length < 0)
    refuse("a vehicle of length " + shown(vehicle_length) + " m: lengths are at least 0");
  if (!(ring_length > static_cast<double>(vehicles) * vehicle_length))
    refuse("a ring of " + shown(ring_length) + " m is not longer than its " + std::to_string(vehicles) +
           " vehicles of " + shown(vehicle_length) + " m");
  return ring_length / static_cast<double>(vehicles);
}

// The first vehicle, in global order, that `wrong` says something about; -1 if none. Collective.
template <class Wrong> Index first_wrong(const Domain& domain, const Wrong& wrong) {
  const Box mine = domain.mine();
  const Index vehicles = domain.whole().extent(2);
  double first = -std::numeric_limits<double>::infinity();
  Index at = 0;
  for (Index j = mine.lower[1]; j < mine.upper[1]; ++j)
    for (Index i = mine.lower[2]; i < mine.upper[2]; ++i)
      if (wrong(at++, j, i)) first = std::max(first, -static_cast<double>(j * vehicles + i));
  const double least = domain.max(first);
  return std::isfinite(least) ? static_cast<Index>(-least) : -1;
}

// A number that the rank which owns it knows. Collective.
inline double from_owner(const Domain& domain, Index vehicle, const std::vector<double>& own) {
  const Box mine = domain.mine();
  const Index all = domain.whole().extent(2), j = vehicle / all, i = vehicle % all;
  const bool here = j >= mine.lower[1] && j < mine.upper[1] && i >= mine.lower[2] && i < mine.upper[2];
  return domain.max(here ? own[(j - mine.lower[1]) * mine.extent(2) + i - mine.lower[2]]
                         : -std::numeric_limits<double>::infinity());
}

template <class Law, class Real>
void check_vehicles(const State<Real>& state, const Domain& domain, const Fleet<Law>& fleet,
                    const Driving& driving) {
  using namespace refusals;
  const auto headway = own_numbers(state.headway), speed = own_numbers(state.speed);
  const auto laws = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), fleet.laws);
  const Index all = domain.whole().extent(2);
  const auto length = [&](Index j, Index i) {
    return laws(laws.extent(0) > 1 ? j : 0, laws.extent(1) > 1 ? i : 0).vehicle_length();
  };
  const auto name = [&](Index n) {
    return "vehicle " + std::to_string(n % all) + " of road " + std::to_string(n / all);
  };
  const Index close = first_wrong(domain, [&](Index at, Index j, Index i) {
    return !(headway[at] > length(j, i) && std::isfinite(headway[at]));
  });
  if (close >= 0)
    refuse(name(close) + " has a headway of " + shown(from_owner(domain, close, headway)) +
           " m to the next, which must be above its length of " + shown(length(close / all, close % all)) +
           " m: vehicles overlap");
  const Index odd = first_wrong(domain, [&](Index at, Index, Index) {
    return !std::isfinite(speed[at]) || (driving.floor && speed[at] < 0);
  });
  if (odd >= 0)
    refuse(name(odd) + " starts at " + shown(from_owner(domain, odd, speed)) +
           " m/s: speeds are finite, and at least 0 where there is a floor");
}

template <class Law, class Real>
void check_steps(const State<Real>& state, const Domain& domain, const Fleet<Law>& fleet,
                 const Driving& driving) {
  using namespace refusals;
  const auto mean = [&](const Field<Real>& u, const char* label) {
    return sum::over(label, u.box.cells(), OwnNumber<Real>{u}, domain.communicator()) /
           static_cast<double>(domain.whole().cells());
  };
  const double h = mean(state.headway, "traffic::mean_headway"), v = mean(state.speed, "traffic::mean_speed");
  const auto laws = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), fleet.laws);
  for (std::size_t n = 0; n < laws.size(); ++n) {
    const StepFactor one = step_factor(laws.data()[n], h, v, driving);
    if (!(one.slope_speed < 0 && one.slope_distance > 0) || !(one.factor > 1 + 1e-12)) continue;
    throw InputError(
        Exit::deck,
        "dt = " + shown(driving.dt) + " s is unstable for " + std::string(Law::name) + " at h = " + shown(h) +
            " m, v = " + shown(v) + " m/s: du/ds = " + shown(one.slope_distance) + " /s^2, du/dv = " +
            shown(one.slope_speed) + " /s, |1 + dt D| = " + shown(one.factor) + "; at most " +
            shown(largest_step(one.slope_distance, one.slope_speed, driving.dt, driving.integrator)) + " s");
  }
}

}  // namespace attune::traffic
