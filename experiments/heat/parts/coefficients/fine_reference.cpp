// experiments/heat/parts/coefficients/fine_reference.cpp
#include "experiments/heat/parts/coefficients/fine_reference.hpp"

#include "experiments/heat/parts/coefficients/conductivity_graph.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/super_time_stepping.hpp"
#include "solvers/heat/variable_conductivity.hpp"

namespace attune::experiments::heat::coefficients {
namespace {

namespace solver = attune::heat;

// Means over the fine cells of each coarse own cell.
Field<double> averaged(const Field<double>& fine, const Setting& on, const Setting& coarse, Index refined) {
  const auto all = on.domain.gather(fine);
  const auto result = coarse.domain.field<double>("heat::fine_reference");
  const Triple cells = on.domain.whole().shape();
  Triple part{1, 1, 1};
  for (int a = 3 - coarse.dimensions; a < 3; ++a) part[a] = refined;
  const double each = 1 / static_cast<double>(part[0] * part[1] * part[2]);
  const Box& mine = result.box;
  std::vector<double> values;
  for (Index k = mine.lower[0]; k < mine.upper[0]; ++k)
    for (Index j = mine.lower[1]; j < mine.upper[1]; ++j)
      for (Index i = mine.lower[2]; i < mine.upper[2]; ++i) {
        double sum = 0;
        for (Index n = 0; n < part[0] * part[1] * part[2]; ++n) {
          const Index z = k * part[0] + n / (part[1] * part[2]), y = j * part[1] + n / part[2] % part[1];
          sum += all[(z * cells[1] + y) * cells[2] + i * part[2] + n % part[2]];
        }
        values.push_back(sum * each);
      }
  solver::assign(result, values);
  return result;
}

Setting finer(const Setting& setting, Index refined) {
  std::vector<Index> cells;
  for (int a = 3 - setting.dimensions; a < 3; ++a)
    cells.push_back(setting.domain.whole().extent(a) * refined);
  return make_setting(setting.domain, cells, setting.boundary);
}

}  // namespace

Field<double> fine_start(const Setting& setting, Index refined, const Random& random) {
  const Setting fine = finer(setting, refined);
  const auto u = fine.domain.field<double>("heat::fine_reference::start");
  start_from("fourier", u, fine, {}, random);
  return u;
}

FineFields fine_reference(const Setting& setting, const FinePlan& plan, const Field<double>& start) {
  const Setting fine = finer(setting, plan.refined);
  const auto kappa = conductivity_of(plan.exponents, plan.contrast, fine, plan.refined);
  const auto L = solver::variable_conductivity(kappa, unit_widths(fine), fine.domain, fine.boundaries);
  const auto u = L.field("heat::fine_reference::u");
  solver::combine(u, {{1, start}});
  const solver::SuperTimeStepping steps(L, solver::SuperMethod::rkl2);
  for (Index n = 0; n < plan.steps; ++n) steps.step(u, plan.dt);
  return {averaged(start, fine, setting, plan.refined), averaged(u, fine, setting, plan.refined)};
}

}  // namespace attune::experiments::heat::coefficients
