// solvers/traffic/recorder.hpp
//
// What is kept of a run for space-time diagrams: places and speeds of chosen vehicles, and the statistics
// of the speeds and headways of all vehicles of each road.
//
//   Recorder records(every_nth_vehicle(22, 1));
//   advance_recording(drive, state, steps, 10, records);
//
// Places are those of fronts, not folded onto a ring: x_i = x_0 + h_0 + .. + h_{i-1}, added up in this order.
//
// Shapes  place, speed: a record of (R, chosen) after another; statistics: one of (R) a record; the same on
//         every rank
// Cost    a record gathers the whole road on every rank, unless no vehicle is chosen
#pragma once

#include "solvers/traffic/statistics.hpp"

namespace attune::traffic {

inline std::vector<Index> every_nth_vehicle(Index vehicles, Index n) {
  std::vector<Index> chosen;
  for (Index i = 0; i < vehicles; i += n) chosen.push_back(i);
  return chosen;
}

// The places of all vehicles, (R, N), on every rank. Collective.
template <class Real> std::vector<double> places(const State<Real>& state, const Domain& domain) {
  const Index roads = domain.whole().extent(1), vehicles = domain.whole().extent(2);
  std::vector<double> first(static_cast<std::size_t>(roads), -std::numeric_limits<double>::infinity());
  const auto own = to_host(state.place);
  const Box mine = domain.mine();
  if (mine.lower[2] == 0)
    for (Index j = mine.lower[1]; j < mine.upper[1]; ++j) first[j] = own[j - mine.lower[1]];
  domain.communicator().maximum(first.data(), first.size());

  const auto headways = domain.gather(state.headway);
  std::vector<double> all;
  for (Index j = 0; j < roads; ++j) {
    double x = first[j];
    for (Index i = 0; i < vehicles; ++i) {
      all.push_back(x);
      x += static_cast<double>(headways[j * vehicles + i]);
    }
  }
  return all;
}

class Recorder {
 public:
  std::vector<Index> chosen;
  std::vector<double> time, place, speed;
  std::vector<Statistics> speeds, headways;

  explicit Recorder(std::vector<Index> vehicles = {}) : chosen(std::move(vehicles)) {}

  // Collective.
  template <class Real> void record(const State<Real>& state, const Domain& domain) {
    time.push_back(state.time);
    speeds.push_back(statistics(state.speed, domain));
    headways.push_back(statistics(state.headway, domain));
    if (chosen.empty()) return;
    const auto x = places(state, domain);
    const auto v = domain.gather(state.speed);
    const Index vehicles = domain.whole().extent(2);
    for (Index j = 0; j < domain.whole().extent(1); ++j)
      for (const Index i : chosen) {
        place.push_back(x[j * vehicles + i]);
        speed.push_back(static_cast<double>(v[j * vehicles + i]));
      }
  }
};

// Records the start and every `every` steps; returns the steps that were taken. Collective.
template <class Drive, class Real>
Index advance_recording(Drive& drive, State<Real>& state, Index steps, Index every, Recorder& recorder) {
  recorder.record(state, drive.domain());
  for (Index done = 0; done < steps;) {
    const Index now = std::min(every, steps - done), taken = drive.advance(state, now);
    done += taken;
    recorder.record(state, drive.domain());
    if (taken < now) return done;
  }
  return steps;
}

}  // namespace attune::traffic
