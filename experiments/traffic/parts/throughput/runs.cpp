// experiments/traffic/parts/throughput/runs.cpp
#include "experiments/traffic/parts/throughput/runs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/core/measure.hpp"
#include "experiments/traffic/parts/throughput/plain_loop.hpp"
#include "experiments/traffic/parts/throughput/softmax_stencil.hpp"
#include "solvers/traffic/drive.hpp"
#include "solvers/traffic/equilibrium.hpp"
#include "solvers/traffic/law_list.hpp"

namespace attune::experiments::traffic::throughput {
namespace {

using namespace attune::traffic;

// The headway at which a law drives at half its largest speed, or a little slower where there is none.
template <class Law> double start_headway(const Law& law) {
  for (double share = 0.5; share > 0.01; share *= 0.8) {
    const double h = equilibrium_headway(law, share * law.speed_scale());
    if (std::isfinite(h) && h > law.vehicle_length()) return h;
  }
  return 4 * law.vehicle_length() + 4;
}

Index steps_of(const Effort& effort, const Rings& rings) {
  constexpr Index least_steps = 32;  // a few passes over memory
  return std::max<Index>(least_steps,
                         std::llround(effort.updates / static_cast<double>(rings.roads * rings.vehicles)));
}

double least(const std::vector<double>& seconds) { return *std::min_element(seconds.begin(), seconds.end()); }

template <class Law>
Grouped time_rings(const Domain& group, const Law& law, const Rings& size, const Driving& driving,
                   const Effort& effort) {
  const Domain domain = rings(group, size.roads, size.vehicles);
  Drive<Law> drive(domain, alike(law), driving);
  const double headway = start_headway(law);
  auto state = drive.uniform(headway, equilibrium_speed(law, headway));
  random_kicks(state, domain, 0.02 * (headway - law.vehicle_length()), Random{1, 1});
  drive.check(state);
  const Index steps = steps_of(effort, size);
  constexpr double forever = std::numeric_limits<double>::infinity();  // every rank takes as many samples
  const auto samples = measure(
      {},
      [&] {
        domain.meet();
        drive.advance(state, steps);
      },
      forever, static_cast<int>(effort.samples));
  std::vector<double> seconds = samples.seconds;
  for (double& one : seconds) one = domain.max(one);
  const double updates = static_cast<double>(steps * size.roads * size.vehicles);
  return {{updates / least(seconds), static_cast<double>(drive.counters().collisions)},
          domain.gather(state.speed)};
}

template <class Law> Law heeding(Law law, Index leaders) {
  if constexpr (requires { law.heeded; }) law.heeded = static_cast<int>(leaders);
  return law;
}

template <class Action> void with_any(const std::string& name, const Action& action) {
  if (name == of_speeds)
    action(SoftmaxStencil<false>{});
  else if (name == of_gaps)
    action(SoftmaxStencil<true>{});
  else
    with_law(name, action);
}

PlainRing plain_ring(Index vehicles, double headway, double speed, const std::vector<double>& headways) {
  const auto n = static_cast<std::size_t>(vehicles);
  return {headways.empty() ? std::vector<double>(n, headway) : headways, std::vector<double>(n, speed),
          std::vector<double>(n, 0.0)};
}

}  // namespace

std::vector<std::string> names() {
  auto all = law_names();
  all.emplace_back(of_speeds);
  all.emplace_back(of_gaps);
  return all;
}

Index leaders_of(const std::string& name, Index leaders) {
  Index count = 0;
  with_any(name, [&](const auto& law) { count = heeding(law, leaders).leaders(); });
  return count;
}

Timed time_law(const std::string& name, Index leaders, const Rings& size, const Driving& driving,
               const Effort& effort) {
  Timed timed;
  with_any(name, [&](const auto& law) {
    timed = time_rings(Domain::alone(), heeding(law, leaders), size, driving, effort).timed;
  });
  return timed;
}

double time_plain_loop(Index vehicles, double dt, const Effort& effort) {
  const Idm law;
  const double headway = start_headway(law);
  PlainRing ring = plain_ring(vehicles, headway, equilibrium_speed(law, headway), {});
  const Index steps = steps_of(effort, {1, vehicles});
  const auto samples = measure(
      {}, [&] { plain_steps(law, dt, steps, ring); }, std::numeric_limits<double>::infinity(),
      static_cast<int>(effort.samples));
  return static_cast<double>(steps * vehicles) / least(samples.seconds);
}

double farthest_from_plain_loop(Index vehicles, double dt, Index steps) {
  const Idm law;
  const double headway = start_headway(law), speed = equilibrium_speed(law, headway);
  const Domain domain = rings(Domain::alone(), 1, vehicles);
  Drive<Idm> drive(domain, alike(law), {.dt = dt});
  auto state = drive.uniform(headway, speed);
  random_kicks(state, domain, 0.1 * (headway - law.length), Random{2, 1});
  PlainRing ring = plain_ring(vehicles, headway, speed, own_numbers(state.headway));
  drive.advance(state, steps);
  plain_steps(law, dt, steps, ring);
  double most = 0;
  const auto v = own_numbers(state.speed);
  for (std::size_t i = 0; i < v.size(); ++i) most = std::max(most, std::abs(v[i] - ring.speed[i]));
  return most;
}

Grouped time_group(const Domain& group, const Rings& size, const Driving& driving, const Effort& effort) {
  return time_rings(group, Idm{}, size, driving, effort);
}

}  // namespace attune::experiments::traffic::throughput
