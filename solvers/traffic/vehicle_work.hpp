// solvers/traffic/vehicle_work.hpp
//
// What is done for one vehicle in the kernels of kernels.hpp.
#pragma once

#include "solvers/traffic/counters.hpp"
#include "solvers/traffic/driving.hpp"
#include "solvers/traffic/driving_constraints.hpp"
#include "solvers/traffic/fleet.hpp"
#include "solvers/traffic/history.hpp"
#include "solvers/traffic/look.hpp"
#include "solvers/traffic/noise.hpp"

namespace attune::traffic {

template <class Law, class Real> struct VehicleWork {
  Fleet<Law> fleet;
  Box whole;
  State<Real> state;
  Seen<Real> seen;
  ErrorsNow errors;
  Driving driving;

  KOKKOS_FUNCTION Index road(Index j) const { return state.headway.box.lower[1] + j; }
  KOKKOS_FUNCTION Index vehicle(Index i) const {  // of own ones and the one ahead of the last
    const Index n = state.headway.box.lower[2] + i;
    return n < whole.extent(2) ? n : n - whole.extent(2);
  }
  KOKKOS_FUNCTION bool own(Index i) const { return i < state.headway.box.extent(2); }
  KOKKOS_FUNCTION const Law& law(Index j, Index i) const { return fleet.of(road(j), vehicle(i)); }

  KOKKOS_FUNCTION auto sight(const Law& law, Index j, Index i) const {
    const Known<Real> known{&seen.headway(0, j, 0), &seen.speed(0, j, 0), &seen.own_speed(0, j, 0)};
    auto see = look<double>(law, known, i);
    if (errors.noise.gap > 0 || errors.noise.approach_rate > 0) {
      const double wider = Kokkos::exp(errors.noise.gap * errors.gap(0, j, i));
      const double faster = errors.noise.approach_rate * errors.speed(0, j, i), length = law.vehicle_length();
      for (int k = 0; k < law.leaders(); ++k) {
        const double gap = see.distance[k] - (k + 1) * length;
        see.leader_speed[k] -= gap * faster;
        see.distance[k] = (k + 1) * length + gap * wider;
      }
    }
    return see;
  }
  KOKKOS_FUNCTION double dawdled(double speed, Index j, Index i) const {
    const Noise& noise = errors.noise;
    if (!(noise.dawdling > 0)) return speed;
    const double share =
        errors.dawdling.uniform(errors.key(road(j), vehicle(i)), static_cast<std::uint32_t>(errors.step));
    const double scale = smaller(speed, noise.dawdling_scale);
    return larger(speed - driving.dt * noise.dawdling * scale * share, smaller(speed, 0.0));
  }
  KOKKOS_FUNCTION void count(const Law& law, Index j, Index i, double u, Counters& counters) const {
    ++counters.vehicle_steps;
    counters.collisions += !(static_cast<double>(state.headway(0, j, i)) > law.vehicle_length());
    counters.absorb_acceleration(u);
  }
  KOKKOS_FUNCTION void count_speed(double unfloored, Counters& counters) const {
    counters.negative_speeds += unfloored < 0;
    counters.floors += driving.floor && unfloored < 0;
  }
};

// A kernel over vehicles as one over numbers: work(j, i, counters).
template <class Work> struct Columns {
  Work work;
  Index columns;
  KOKKOS_FUNCTION void operator()(Index n, Counters& counters) const {
    work(n / columns, n % columns, counters);
  }
};

template <class Law, class Real> struct EulerWork {
  VehicleWork<Law, Real> with;
  Field<Real> speed, moved;  // v' and x' - x

  KOKKOS_FUNCTION void operator()(Index j, Index i, Counters& counters) const {
    const Law& law = with.law(j, i);
    const double u = law.acceleration(with.sight(law, j, i)), dt = with.driving.dt;
    const auto v = static_cast<double>(with.state.speed(0, j, i));
    const bool ballistic = with.driving.integrator == Integrator::ballistic;
    auto step =
        ballistic ? move<true>(v, u, dt, with.driving.floor) : move<false>(v, u, dt, with.driving.floor);
    if (with.errors.noise.dawdling > 0) {
      const double slower = with.dawdled(step.speed, j, i);
      step.moved -= (ballistic ? 0.5 : 1.0) * dt * (step.speed - slower);
      step.speed = slower;
    }
    speed(0, j, i) = static_cast<Real>(step.speed);
    moved(0, j, i) = static_cast<Real>(step.moved);
    if (!with.own(i)) return;
    with.count(law, j, i, u, counters);
    with.count_speed(step.unfloored, counters);
  }
};

template <class Real> struct HeadwayWork {
  State<Real> state;
  Field<Real> speed, moved;

  KOKKOS_FUNCTION void operator()(Index j, Index i) const {
    const auto h = static_cast<double>(state.headway(0, j, i));
    const auto own = static_cast<double>(moved(0, j, i)), ahead = static_cast<double>(moved(0, j, i + 1));
    state.headway(0, j, i) = static_cast<Real>(h + (ahead - own));
    state.speed(0, j, i) = speed(0, j, i);
    if (state.headway.box.lower[2] + i == 0) state.place(j) += own;
  }
};

template <class Law, class Real> struct RungeKuttaWork {
  VehicleWork<Law, Real> with;
  State<Real> known;  // of the stage
  int stage;
  Field<Real> to_h, to_v;
  Field<double> sum_h, sum_v;
  View1<double> far;  // of vehicle 0

  KOKKOS_FUNCTION void operator()(Index j, Index i, Counters& counters) const {
    const Law& law = with.law(j, i);
    const double u = law.acceleration(with.sight(law, j, i)), dt = with.driving.dt;
    const auto v = static_cast<double>(known.speed(0, j, i));
    const double dh = static_cast<double>(known.speed(0, j, i + 1)) - v;
    RungeKutta<double> step{static_cast<double>(with.state.headway(0, j, i)),
                            static_cast<double>(with.state.speed(0, j, i)), sum_h(0, j, i), sum_v(0, j, i)};
    step.absorb(stage, dh, u, dt);
    sum_h(0, j, i) = step.sum_h;
    sum_v(0, j, i) = step.sum_v;
    to_h(0, j, i) = static_cast<Real>(step.headway);
    to_v(0, j, i) = static_cast<Real>(step.speed);
    if (stage == 0) with.count(law, j, i, u, counters);
    if (stage == 3) {
      with.count_speed(step.speed, counters);
      if (with.driving.floor) to_v(0, j, i) = static_cast<Real>(larger(step.speed, 0.0));
    }
    if (with.state.headway.box.lower[2] + i != 0) return;
    far(j) = (stage == 0 ? 0.0 : far(j)) + runge_kutta_weight(stage) * v;
    if (stage == 3) with.state.place(j) += (dt / 6) * far(j);
  }
};

template <class Law, class Real> struct SignWork {
  VehicleWork<Law, Real> with;

  KOKKOS_FUNCTION void operator()(Index j, Index i, Counters& counters) const {
    const Law& law = with.law(j, i);
    const auto f = law.partials(with.sight(law, j, i));
    ++counters.signs_seen;
    counters.wrong_signs += wrong_signs(f, law.leaders()) > 0;
  }
};

// Own numbers from one field to another of other ghosts.
template <class Real> struct CopyOwn {
  Field<Real> from, to;
  KOKKOS_FUNCTION void operator()(Index j, Index i) const { to(0, j, i) = from(0, j, i); }
};

template <class Work> struct EachVehicle {
  Work work;
  Index columns;
  KOKKOS_FUNCTION void operator()(Index n) const { work(n / columns, n % columns); }
};
template <class Work> void each_vehicle(const char* label, const Box& mine, const Work& work) {
  const Index columns = mine.extent(2);
  Kokkos::parallel_for(label,
                       Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, mine.extent(1) * columns),
                       EachVehicle<Work>{work, columns});
}
template <class Real> void copy_own(const Field<Real>& from, const Field<Real>& to) {
  each_vehicle("traffic::copy_own", from.box, CopyOwn<Real>{from, to});
}

}  // namespace attune::traffic
