// experiments/traffic/parts/calibration/recordings.cpp
#include "experiments/traffic/parts/calibration/recordings.hpp"

#include <algorithm>
#include <cmath>

namespace attune::experiments::traffic::calibration {
namespace {

using attune::traffic::nobody;
using attune::traffic::Trajectories;
using attune::traffic::Trajectory;

// Samples [begin, end) of the clock.
struct Span {
  Index begin = 0, end = 0;
  Index size() const { return end - begin; }
};

Index leader_at(const Trajectory& one, Index k) {
  return one.leader[static_cast<std::size_t>(k - one.begin)];
}

// The vehicle that leads all the time, nobody if none does.
Index steady_leader(const Trajectories& all, Index n, const Span& span) {
  const Trajectory& one = all.vehicles[static_cast<std::size_t>(n)];
  if (!one.covers(span.begin) || !one.covers(span.end - 1)) return nobody;
  const Index leader = leader_at(one, span.begin);
  for (Index k = span.begin; k < span.end; ++k)
    if (leader_at(one, k) != leader) return nobody;
  if (leader == nobody || leader == n) return nobody;
  const Trajectory& ahead = all.vehicles[static_cast<std::size_t>(leader)];
  return ahead.covers(span.begin) && ahead.covers(span.end - 1) ? leader : nobody;
}

Span longest_span(const Trajectories& all, const Trajectory& one) {
  Span best, now{one.begin, one.begin};
  Index leader = nobody;
  for (Index k = one.begin; k < one.end(); ++k) {
    const Index at = leader_at(one, k);
    const bool there = at != nobody && all.vehicles[static_cast<std::size_t>(at)].covers(k);
    if (!there || at != leader || now.size() == 0) now = {k, k};
    leader = at;
    now.end = there ? k + 1 : k;
    if (now.size() > best.size()) best = now;
  }
  return best;
}

std::vector<double> cut(const std::vector<double>& of, const Trajectory& one, const Span& span,
                        double shift) {
  const auto begin = of.begin() + static_cast<std::ptrdiff_t>(span.begin - one.begin);
  std::vector<double> part(begin, begin + static_cast<std::ptrdiff_t>(span.size()));
  for (double& x : part) x += shift;
  return part;
}

// Rounds of the ring that bring a place ahead of another, by at most one round.
double rounds_ahead(double place, double behind, double circumference) {
  if (circumference == 0) return 0;
  const double rounds = std::ceil((behind - place) / circumference);
  return circumference * (place + rounds * circumference > behind ? rounds : rounds + 1);
}

Record record_of(const Trajectories& all, Index n, const Span& span, int most_leaders) {
  const auto of = [&](Index m) -> const Trajectory& { return all.vehicles[static_cast<std::size_t>(m)]; };
  const auto place = [&](Index m) {
    return of(m).position[static_cast<std::size_t>(span.begin - of(m).begin)];
  };
  Record record;
  record.dt = all.dt;
  record.position = cut(of(n).position, of(n), span, 0);
  record.speed = cut(of(n).speed, of(n), span, 0);
  double behind = place(n), moved = 0;
  Index last = n;
  for (int k = 0; k < most_leaders; ++k) {
    const Index leader = steady_leader(all, last, span);
    if (leader == nobody || leader == n) break;
    if (k == 0) record.length = of(leader).length;
    moved += record.length - of(leader).length;
    const double rounds = rounds_ahead(place(leader), behind, all.circumference);
    behind = place(leader) + rounds;
    record.ahead_position.push_back(cut(of(leader).position, of(leader), span, rounds + moved));
    record.ahead_speed.push_back(cut(of(leader).speed, of(leader), span, 0));
    last = leader;
  }
  for (Index m = 0; m < static_cast<Index>(all.vehicles.size()); ++m) {
    if (m == n || record.has_behind() || steady_leader(all, m, span) != n) continue;
    const double rounds = rounds_ahead(place(n), place(m), all.circumference);
    record.behind_position = cut(of(m).position, of(m), span, of(n).length - record.length - rounds);
    record.behind_speed = cut(of(m).speed, of(m), span, 0);
  }
  return record;
}

}  // namespace

std::vector<Recording> followers(const Trajectories& all, double least_seconds, std::size_t most,
                                 int most_leaders) {
  std::vector<std::pair<Span, Index>> spans;
  for (std::size_t n = 0; n < all.vehicles.size(); ++n) {
    const Span span = longest_span(all, all.vehicles[n]);
    if (span.size() >= 4 && static_cast<double>(span.size()) * all.dt >= least_seconds)
      spans.emplace_back(span, static_cast<Index>(n));
  }
  std::stable_sort(spans.begin(), spans.end(),
                   [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  if (spans.size() > most) spans.resize(most);
  std::vector<Recording> made;
  for (const auto& [span, n] : spans) {
    Recording one{all.vehicles[static_cast<std::size_t>(n)].name, record_of(all, n, span, most_leaders)};
    if (one.record.leaders() > 0) made.push_back(one);
  }
  return made;
}

}  // namespace attune::experiments::traffic::calibration
