// solvers/traffic/resample.cpp
#include "solvers/traffic/resample.hpp"

#include <algorithm>
#include <cmath>

namespace attune::traffic {
namespace {

constexpr double most_samples = 50e6;
constexpr double slack = 1e-6;  // of dt: times are decimal

double own_interval(const std::vector<RawTrajectory>& raws) {
  double least = INFINITY, longest = 0;
  for (const auto& raw : raws) {
    for (std::size_t r = 1; r < raw.time.size(); ++r) least = std::min(least, raw.time[r] - raw.time[r - 1]);
    longest = std::max(longest, raw.time.back() - raw.time.front());
  }
  return longest > 0 ? longest / std::max(1.0, std::round(longest / least)) : 0;
}

double samples_needed(const std::vector<RawTrajectory>& raws, double dt) {
  double samples = 0;
  for (const auto& raw : raws) samples += (raw.time.back() - raw.time.front()) / dt + 1;
  return samples;
}

// Places counted round by round become places that go on growing.
std::vector<double> unrolled(std::vector<double> position, double circumference) {
  if (circumference > 0)
    for (std::size_t r = 1; r < position.size(); ++r)
      position[r] -= circumference * std::round((position[r] - position[r - 1]) / circumference);
  return position;
}

Trajectory on_clock(const RawTrajectory& raw, const std::map<std::string, std::size_t>& names,
                    const std::vector<Index>& places, const Trajectories& clock) {
  Trajectory made{raw.name, 0, raw.length, {}, {}, {}};
  const double first = (raw.time.front() - clock.start) / clock.dt,
               last = (raw.time.back() - clock.start) / clock.dt;
  made.begin = static_cast<Index>(std::ceil(first - slack));
  const auto end = static_cast<Index>(std::floor(last + slack));
  const auto position = unrolled(raw.position, clock.circumference);
  std::size_t r = 0;
  for (Index k = made.begin; k <= end; ++k) {
    const double t = clock.start + static_cast<double>(k) * clock.dt;
    while (r + 2 < raw.time.size() && raw.time[r + 1] <= t + slack * clock.dt) ++r;
    const std::size_t next = std::min(r + 1, raw.time.size() - 1);
    const double span = raw.time[next] - raw.time[r];
    const double part = span > 0 ? std::clamp((t - raw.time[r]) / span, 0.0, 1.0) : 0;
    made.position.push_back(position[r] + part * (position[next] - position[r]));
    made.speed.push_back(raw.speed[r] + part * (raw.speed[next] - raw.speed[r]));
    Index leader = nobody;
    if (!raw.leader.empty())
      if (const auto named = names.find(raw.leader[part + slack < 1 ? r : next]); named != names.end())
        leader = places[named->second];
    made.leader.push_back(leader);
  }
  return made;
}

// The nearest ahead at every time; on a ring the last one follows the first.
void find_leaders(Trajectories& all) {
  Index begin = all.vehicles.front().begin, end = 0;
  for (const auto& one : all.vehicles) begin = std::min(begin, one.begin), end = std::max(end, one.end());
  const auto place = [&](std::size_t n, Index k) {
    const double x = all.vehicles[n].position[static_cast<std::size_t>(k - all.vehicles[n].begin)];
    return all.circumference > 0 ? x - all.circumference * std::floor(x / all.circumference) : x;
  };
  std::vector<std::pair<double, std::size_t>> order;
  for (Index k = begin; k < end; ++k) {
    order.clear();
    for (std::size_t n = 0; n < all.vehicles.size(); ++n)
      if (all.vehicles[n].covers(k)) order.emplace_back(place(n, k), n);
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < order.size(); ++i) {
      auto& one = all.vehicles[order[i].second];
      const bool last = i + 1 == order.size();
      const bool alone = last && (all.circumference == 0 || order.size() == 1);
      one.leader[static_cast<std::size_t>(k - one.begin)] =
          alone ? nobody : static_cast<Index>(order[last ? 0 : i + 1].second);
    }
  }
}

}  // namespace

Trajectories resampled(const std::vector<RawTrajectory>& raws,
                       const std::map<std::string, std::size_t>& names, double interval,
                       double circumference) {
  Trajectories all;
  all.circumference = circumference;
  all.dt = interval > 0 ? interval : own_interval(raws);
  if (!(all.dt > 0) || samples_needed(raws, all.dt) > most_samples) return all;
  all.start = raws.front().time.front();
  for (const auto& raw : raws) all.start = std::min(all.start, raw.time.front());
  std::vector<Index> places(raws.size(), nobody);  // of those that have two samples at least
  Index kept = 0;
  for (std::size_t n = 0; n < raws.size(); ++n)
    if ((raws[n].time.back() - raws[n].time.front()) / all.dt >= 1 - slack) places[n] = kept++;
  for (std::size_t n = 0; n < raws.size(); ++n)
    if (places[n] != nobody) all.vehicles.push_back(on_clock(raws[n], names, places, all));
  if (!all.vehicles.empty() && raws.front().leader.empty()) find_leaders(all);
  return all;
}

}  // namespace attune::traffic
