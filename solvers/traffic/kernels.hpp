// solvers/traffic/kernels.hpp
//
// One step of any vehicles on any roads, a vehicle a work item: ghosts, what drivers know, what they do,
// where it leads.
//
// The vehicle ahead of a rank's last one is moved as well, from the same numbers as by its owner: headways
// then need no second exchange.
//
// Limits  any fleet, delay, noise, lead; float or double numbers, arithmetic in double
#pragma once

#include "solvers/traffic/counters.hpp"
#include "solvers/traffic/ghosts.hpp"
#include "solvers/traffic/history.hpp"
#include "solvers/traffic/noise.hpp"
#include "solvers/traffic/vehicle_work.hpp"

namespace attune::traffic {

template <class Law, class Real> class Kernels {
 public:
  Kernels(const Domain& on, const Fleet<Law>& who, const Driving& how, const Lead& led)
      : domain(on), fleet(who), driving(how), lead(led), errors_(on, how) {
    const Triple halo{0, 0, fleet.leaders + 1};
    for (Field<Real>* field : {&speed_, &moved_, &stage_h_[0], &stage_h_[1], &stage_v_[0], &stage_v_[1]})
      *field = domain.field<Real>("traffic::step", halo);
    for (Field<double>* field : {&sum_h_, &sum_v_}) *field = domain.field<double>("traffic::sums");
    far_ = View1<double>("traffic::far", domain.mine().extent(1));
  }

  Counters step(State<Real>& state) {
    refresh(state.headway, state.speed, state.time);
    history_.remember(state, driving);
    errors_.advance(state.step);
    const Counters counters =
        driving.integrator == Integrator::runge_kutta ? runge_kutta(state) : euler(state);
    ++state.step;
    state.time = static_cast<double>(state.step) * driving.dt;
    return counters;
  }

  Counters signs(const State<Real>& state) const {
    refresh(state.headway, state.speed, state.time);
    Counters counters;
    reduce("traffic::signs", 0, SignWork<Law, Real>{work(state, view(state))}, counters);
    return counters;
  }

  Domain domain;
  Fleet<Law> fleet;
  Driving driving;
  Lead lead;

 private:
  void refresh(const Field<Real>& headway, const Field<Real>& speed, double time) const {
    domain.exchange_halo(headway);
    domain.exchange_halo(speed);
    if (!is_ring(domain)) fill_beyond_ends(headway, speed, domain, lead, time);
  }

  // Drivers see what is.
  Seen<Real> view(const State<Real>& state) const { return {state.headway, state.speed, state.speed}; }

  VehicleWork<Law, Real> work(const State<Real>& state, const Seen<Real>& seen) const {
    return {fleet, domain.whole(), state, seen, errors_.now(), driving};
  }

  template <class Work>
  void reduce(const char* label, Index more, const Work& work, Counters& counters) const {
    const Index rows = domain.mine().extent(1), columns = domain.mine().extent(2) + more;
    const Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>> each(0, rows * columns);
    counters.absorb(count(label, each, Columns<Work>{work, columns}));
  }

  Counters euler(State<Real>& state) {
    Counters counters;
    const Seen<Real> seen = history_.seen(state, state.speed, driving, 0);
    const EulerWork<Law, Real> move{work(state, seen), speed_, moved_};
    reduce("traffic::euler", 1, move, counters);
    if (!is_ring(domain)) move_lead(moved_, domain, lead, driving, state.time);
    const HeadwayWork<Real> headways{state, speed_, moved_};
    each_vehicle("traffic::headways", domain.mine(), headways);
    return counters;
  }

  Counters runge_kutta(State<Real>& state) {
    Counters counters;
    constexpr double when[] = {0, 0.5, 0.5, 1};
    Field<Real> headway = state.headway, speed = state.speed;
    for (int s = 0; s < 4; ++s) {
      if (s > 0) refresh(headway, speed, state.time + when[s] * driving.dt);
      State<Real> known = state;
      known.headway = headway;
      known.speed = speed;
      const Seen<Real> seen = history_.seen(known, speed, driving, when[s]);
      const RungeKuttaWork<Law, Real> stage{work(state, seen), known,  s,      stage_h_[s % 2],
                                            stage_v_[s % 2],   sum_h_, sum_v_, far_};
      reduce("traffic::runge_kutta", 0, stage, counters);
      headway = stage_h_[s % 2];
      speed = stage_v_[s % 2];
    }
    copy_own(headway, state.headway);
    copy_own(speed, state.speed);
    return counters;
  }

  Field<Real> speed_, moved_, stage_h_[2], stage_v_[2];
  Field<double> sum_h_, sum_v_;
  View1<double> far_;
  History<Real> history_;
  Errors errors_;
};

}  // namespace attune::traffic
