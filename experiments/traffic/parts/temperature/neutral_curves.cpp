// experiments/traffic/parts/temperature/neutral_curves.cpp
#include "experiments/traffic/parts/temperature/neutral_curves.hpp"

#include "experiments/dealt_numbers.hpp"
#include "experiments/traffic/parts/temperature/neutral_search.hpp"
#include "solvers/traffic/theory/optimal_velocity.hpp"

namespace attune::experiments::traffic {
namespace {

namespace theory = attune::traffic::theory;

// Where all headways are h nobody accelerates at V(h), whatever the weights.
template <class Law> theory::Linearisation at_headway(const Law& law, double headway) {
  return theory::linearise(law, headway, law.optimal.speed(headway));
}

double search(const NeutralPoint& point, Index vehicles, Waves waves) {
  const double h = point.plan.headway, most = 4 * point.all_waves().value;
  const auto of_gaps = [&](double value) { return at_headway(point.gaps(value), h); };
  const auto of_speeds = [&](double value) { return at_headway(point.speeds(value), h); };
  const int N = static_cast<int>(vehicles);
  return point.of_speeds() ? neutral_value(of_speeds, 0, most, N, waves)
                           : neutral_value(of_gaps, 1e-6 * most, most, N, waves);
}

template <class Law>
void drive_beside(const std::vector<Law>& laws, const NeutralPlan& plan, const KickedRings& rings,
                  const Random& random, const Domain& world, SideGrowth& growth) {
  std::vector<RingCase<Law>> cases;
  for (const Law& law : laws) {
    cases.push_back({law, plan.headway, law.optimal.speed(plan.headway)});
    growth.expected.push_back(
        ring_growth(at_headway(law, plan.headway), static_cast<int>(rings.vehicles), Waves::all));
  }
  const auto found = growth_after_kicks(cases, rings, random, world);
  growth.found.insert(growth.found.end(), found.begin(), found.end());
}

}  // namespace

double NeutralPlan::slope() const {
  return tanh_slope(gaps.optimal.v_scale, gaps.optimal.width, gaps.optimal.centre, headway);
}

int NeutralPoint::leaders() const {
  return static_cast<int>(plan.leaders[number / plan.temperatures.size() % plan.leaders.size()]);
}

double NeutralPoint::long_waves() const {
  const double beta = plan.beta(temperature());
  return of_speeds() ? (plan.slope() - plan.speeds.sensitivity / 2) / theory::mean_leader(beta, leaders())
                     : theory::critical_relaxation(plan.slope(), beta, leaders());
}

NeutralWave NeutralPoint::all_waves() const {
  const double beta = plan.beta(temperature());
  return of_speeds() ? neutral_speed_gain(plan.slope(), plan.speeds.sensitivity, beta, leaders())
                     : neutral_relaxation(plan.slope(), beta, leaders());
}

double NeutralPoint::all_waves_on(Index vehicles) const {
  const auto weights = attention_weights_of(plan.beta(temperature()), leaders());
  double most = 0;
  for (Index m = 1; m <= vehicles / 2; ++m) {
    const double theta = 2 * std::numbers::pi * static_cast<double>(m) / static_cast<double>(vehicles);
    most =
        std::max(most, of_speeds() ? neutral_speed_gain(theta, plan.slope(), plan.speeds.sensitivity, weights)
                                   : neutral_relaxation(theta, plan.slope(), weights));
  }
  return most;
}

AttendGaps NeutralPoint::gaps(double sensitivity) const {
  AttendGaps law = plan.gaps;
  law.heed.heeded = leaders();
  law.heed.temperature = temperature();
  law.sensitivity = sensitivity;
  return law;
}

AttendSpeeds NeutralPoint::speeds(double gain) const {
  AttendSpeeds law = plan.speeds;
  law.heed = gaps(1).heed;
  law.speed_gain = gain;
  return law;
}

NeutralTables neutral_tables(const NeutralPlan& plan, const Domain& world) {
  const auto rings = static_cast<std::size_t>(plan.doublings + 1);
  DealtNumbers dealt(plan.points() * (rings + 1));
  deal(plan.points(), world.communicator(), [&](std::size_t n) {
    const NeutralPoint point{plan, n};
    for (std::size_t r = 0; r < rings; ++r)
      dealt.set(n * (rings + 1) + r, search(point, plan.ring << r, Waves::longest));
    dealt.set(n * (rings + 1) + rings, search(point, plan.ring, Waves::all));
  });
  dealt.share(world.communicator());

  NeutralTables tables;
  for (std::size_t n = 0; n < plan.points(); ++n) {
    const NeutralPoint point{plan, n};
    const NeutralWave all = point.all_waves();
    tables.long_theory.push_back(point.long_waves());
    tables.all_theory.push_back(all.value);
    tables.angle.push_back(all.theta);
    tables.ring_theory.push_back(point.all_waves_on(plan.ring));
    std::vector<double> values;
    for (std::size_t r = 0; r < rings; ++r) values.push_back(dealt.get(n * (rings + 1) + r));
    tables.on_rings.insert(tables.on_rings.end(), values.begin(), values.end());
    tables.long_found.push_back(endless(values));
    tables.ring_found.push_back(dealt.get(n * (rings + 1) + rings));
  }
  return tables;
}

SideGrowth growth_beside(const NeutralPlan& plan, const NeutralTables& tables, double offset,
                         const KickedRings& rings, const Random& random, const Domain& world) {
  std::vector<AttendGaps> gaps;
  std::vector<AttendSpeeds> speeds;
  for (std::size_t n = 0; n < plan.points(); ++n)
    for (const double side : {1 - offset, 1 + offset}) {
      const NeutralPoint point{plan, n};
      const double value = side * tables.all_theory[n];
      if (point.of_speeds())
        speeds.push_back(point.speeds(value));
      else
        gaps.push_back(point.gaps(value));
    }
  SideGrowth growth;
  drive_beside(gaps, plan, rings, random, world, growth);
  drive_beside(speeds, plan, rings, random, world, growth);
  return growth;
}

}  // namespace attune::experiments::traffic
