// solvers/traffic/history.hpp
//
// What was some steps ago, for drivers with a reaction time T':
//
//   seen(t) = (1 - f) state(t - n dt) + f state(t - (n + 1) dt),  T' / dt = n + f
//
// and with anticipation [treiber2006]: h_i + T' (v_{i+1} - v_i) for h_i, v_i + T' a_i for the own speed,
// with v and a_i = (v_i - v_i one step before) / dt of what is seen.
#pragma once

#include "solvers/traffic/driving.hpp"
#include "solvers/traffic/road.hpp"

namespace attune::traffic {

// Fields of a road as drivers know them.
template <class Real> struct Seen { Field<Real> headway, speed, own_speed; };

// (1 - f) of what was + f of what was before, ghosts too; the rest for anticipation.
template <class Real> struct SeeBack {
  Seen<Real> seen;
  Field<Real> headway, speed, headway_before, speed_before;
  double f, ahead, per_step;  // T' and 1 / dt if drivers anticipate, 0 if not
  Index columns;

  KOKKOS_FUNCTION double between(const Field<Real>& now, const Field<Real>& before, Index j, Index i) const {
    const auto a = static_cast<double>(now.values(0, j, i)), b = static_cast<double>(before.values(0, j, i));
    return f == 0 ? a : (1 - f) * a + f * b;
  }
  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index j = n / columns, i = n % columns;
    const double v = between(speed, speed_before, j, i);
    double h = between(headway, headway_before, j, i), own = v;
    if (ahead > 0) {
      const Index next = i + 1 < columns ? i + 1 : i;
      h += ahead * (between(speed, speed_before, j, next) - v);
      own += ahead * per_step * static_cast<double>(speed.values(0, j, i) - speed_before.values(0, j, i));
    }
    seen.headway.values(0, j, i) = static_cast<Real>(h);
    seen.speed.values(0, j, i) = static_cast<Real>(v);
    seen.own_speed.values(0, j, i) = static_cast<Real>(own);
  }
};

template <class Real> class History {
 public:
  // Takes in a state with its ghosts; one that does not follow the last starts a new past, like it.
  void remember(const State<Real>& state, const Driving& driving) {
    if (driving.delay.seconds == 0) return;
    const bool follows = state.step == last_step_ + 1 && !past_.empty() &&
                         past_.front().headway.values.span() == state.headway.values.span();
    if (!follows) begin(state, static_cast<std::size_t>(driving.delay.seconds / driving.dt) + 3);
    newest_ = (newest_ + past_.size() - 1) % past_.size();
    Kokkos::deep_copy(past_[newest_].headway.values, state.headway.values);
    Kokkos::deep_copy(past_[newest_].speed.values, state.speed.values);
    last_step_ = state.step;
  }

  // What is known at `when` steps after the last state that was remembered; `state` is what is then.
  Seen<Real> seen(const State<Real>& state, const Field<Real>& own, const Driving& driving, double when) {
    const Delay& delay = driving.delay;
    if (delay.seconds == 0) return {state.headway, state.speed, own};
    double back = delay.seconds / driving.dt - when;
    if (std::abs(back - std::round(back)) < 1e-9) back = std::round(back);
    const auto whole = static_cast<std::size_t>(std::floor(back));
    const State<Real>&now = ago(whole), &before = ago(whole + 1);
    const Index columns = static_cast<Index>(now.headway.values.extent(2));
    const Index rows = now.headway.box.extent(1);
    Kokkos::parallel_for("traffic::see_back",
                         Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, rows * columns),
                         SeeBack<Real>{seen_, now.headway, now.speed, before.headway, before.speed,
                                       back - static_cast<double>(whole),
                                       delay.anticipates ? delay.seconds : 0.0, 1 / driving.dt, columns});
    return {seen_.headway, seen_.speed, delay.own ? seen_.own_speed : own};
  }

 private:
  const State<Real>& ago(std::size_t steps) const { return past_[(newest_ + steps) % past_.size()]; }

  void begin(const State<Real>& state, std::size_t length) {
    const auto like = [](const Field<Real>& u) { return Field<Real>("traffic::past", u.box, u.halo); };
    past_.assign(length, {});
    for (State<Real>& one : past_) {
      one.headway = like(state.headway);
      one.speed = like(state.speed);
      Kokkos::deep_copy(one.headway.values, state.headway.values);
      Kokkos::deep_copy(one.speed.values, state.speed.values);
    }
    seen_ = {like(state.headway), like(state.headway), like(state.headway)};
    newest_ = 0;
  }

  std::vector<State<Real>> past_;
  Seen<Real> seen_;
  std::size_t newest_ = 0;
  Index last_step_ = -1;
};

}  // namespace attune::traffic
