// experiments/traffic/parts/temperature/neutral_curves.hpp
//
// The neutral values of the drivers who attend to gaps (their sensitivity alpha) and to speeds (their gain
// lambda), for each number of leaders and each temperature: in closed form, from eigenvalues of rings, and the
// growth in runs a little to either side.
//
// Shapes  tables (driver 2, leaders, temperature)
#pragma once

#include "core/domain/domain.hpp"
#include "experiments/traffic/parts/driver_list.hpp"
#include "experiments/traffic/parts/mode_growth.hpp"
#include "experiments/traffic/parts/temperature/neutral_theory.hpp"

namespace attune::experiments::traffic {

struct NeutralPlan {
  AttendGaps gaps;
  AttendSpeeds speeds;
  double headway = 2;
  std::vector<Index> leaders{2, 4, 8};
  std::vector<double> temperatures;
  Index ring = 50, doublings = 3;

  std::size_t points() const { return 2 * leaders.size() * temperatures.size(); }
  double beta(double temperature) const { return headway / (gaps.heed.reach * temperature); }
  double slope() const;  // V'(h), by theory
};

// One entry of the tables.
struct NeutralPoint {
  const NeutralPlan& plan;
  std::size_t number;

  bool of_speeds() const { return number >= plan.points() / 2; }
  int leaders() const;
  double temperature() const { return plan.temperatures[number % plan.temperatures.size()]; }
  double long_waves() const;  // closed form, endless row
  NeutralWave all_waves() const;
  double all_waves_on(Index vehicles) const;  // of its angles
  AttendGaps gaps(double sensitivity) const;
  AttendSpeeds speeds(double gain) const;
};

struct NeutralTables {
  std::vector<double> long_theory, all_theory, angle, ring_theory;  // entry: point
  std::vector<double> on_rings;  // (point, doubling), long waves
  std::vector<double> long_found, ring_found;  // long waves, endless; all waves on the first ring
};

// Points are dealt out among ranks. Collective.
NeutralTables neutral_tables(const NeutralPlan& plan, const Domain& world);

struct SideGrowth {
  std::vector<double> found,
      expected;  // (point, side): largest growth of any mode, by runs and by eigenvalues
};

// At (1 - offset) and (1 + offset) times the neutral values of all waves. Collective.
SideGrowth growth_beside(const NeutralPlan& plan, const NeutralTables& tables, double offset,
                         const KickedRings& rings, const Random& random, const Domain& world);

}  // namespace attune::experiments::traffic
