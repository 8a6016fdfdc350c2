// experiments/heat/parts/stability/march.cpp
#include "experiments/heat/parts/stability/march.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "solvers/heat/combine.hpp"
#include "solvers/heat/spectral.hpp"
#include "solvers/heat/theory/rollout.hpp"
#include "solvers/heat/theory/spectrum.hpp"

namespace attune::experiments::heat::stability {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;

namespace {

struct Span {
  double least, most;
};

// How far a block of u lies outside a span; |u| for the span from 0 to 0.
template <class Scalar> struct Beyond {
  Field<Scalar> u;
  Blocks blocks;
  Span span;
  KOKKOS_FUNCTION double operator()(Index n) const {
    const Block at = blocks.at(n);
    const Scalar* const row = &u(at.k, at.j, at.i);
    double farthest = 0;
    for (int c = 0; c < at.cells; ++c) {
      const double beyond = Kokkos::max(span.least - double(row[c]), double(row[c]) - span.most);
      if (!(beyond <= farthest)) farthest = beyond;
    }
    return farthest;
  }
};

template <class Scalar> double beyond(const Field<Scalar>& u, const Span& span, const Communicator& ranks) {
  const Blocks blocks(u.box);
  return sum::largest("heat::march::beyond", blocks.count(), Beyond<Scalar>{u, blocks, span}, ranks);
}

template <class Scalar> std::vector<double> whole(const Field<Scalar>& u, const Setting& setting) {
  const auto values = setting.domain.gather(u);
  return {values.begin(), values.end()};
}

double size_of(const std::vector<double>& field) {
  double size = 0;
  for (const double value : field) size = std::max(size, std::abs(value));
  return size;
}

Span range_of(const std::vector<double>& start, const Setting& setting) {
  const auto [least, most] = std::minmax_element(start.begin(), start.end());
  if (setting.boundary != "dirichlet") return {*least, *most};
  return {-size_of(start), size_of(start)};
}

Index own_steps(const MarchPlan& plan, Index n) {
  return std::max<Index>(1, std::llround(static_cast<double>(n) * plan.rate / plan.own_rate));
}

// The closed form of theory for own steps whose propagator is exp(-rate theta^2) a step.
theory::Rollout closed_form(const Setting& setting, const std::vector<double>& start, const MarchPlan& plan,
                            double rate, const std::vector<Index>& steps) {
  const auto heat = [rate](const theory::PerAxis& theta) -> std::complex<double> {
    return std::exp(-rate * (theta[0] * theta[0] + theta[1] * theta[1] + theta[2] * theta[2]));
  };
  const auto found = theory::predict_rollout(setting.grid(), start, plan.stencil, heat, steps);
  require(found.has_value(), "the stencil is symmetric along every axis");
  return *found;
}

// |u - T u0| and |T u0|, T the heat equation's propagator over rate times h^2.
template <class Scalar> struct Distance {
  double error, norm;
  Distance(const Field<Scalar>& u, const Field<Scalar>& start, double rate, const Setting& setting) {
    const Field<Scalar> exact("heat::march::exact", u.box), apart("heat::march::apart", u.box);
    solver::combine(exact, {{1.0, start}});
    solver::apply_symbol(exact, setting.domain, setting.boundaries,
                         solver::band_limited_propagator({rate, rate, rate}));
    solver::combine(apart, {{1.0, u}, {-1.0, exact}});
    const auto& ranks = setting.domain.communicator();
    error = std::sqrt(solver::inner(apart, apart, ranks));
    norm = std::sqrt(solver::inner(exact, exact, ranks));
  }
};

// E_m along the way.
struct RoundOff {
  double growth, per_size, bound;
  void step(double size) { bound = growth * bound + per_size * size; }
};

struct Record {
  Index n, steps;
  double error, norm, bound;
};

// Errors in closed form at the records that were reached, and how far the measured ones are from them.
void compare(const Setting& setting, const std::vector<double>& start, const MarchPlan& plan,
             const std::vector<Record>& records, MarchAudit& audit) {
  std::vector<double> errors;
  if (plan.rate == plan.own_rate && !records.empty()) {
    std::vector<Index> steps;
    for (const Record& record : records) steps.push_back(record.steps);
    errors = closed_form(setting, start, plan, plan.rate, steps).relative_error;
  }
  for (std::size_t n = errors.size(); n < records.size(); ++n) {
    const double rate = plan.rate * static_cast<double>(records[n].n) / static_cast<double>(records[n].steps);
    errors.push_back(closed_form(setting, start, plan, rate, {records[n].steps}).relative_error.front());
  }
  for (std::size_t n = 0; n < records.size(); ++n) {
    audit.predicted[n] = errors[n];
    const double bound = records[n].bound / records[n].norm;
    audit.disagreement = std::max(audit.disagreement, std::abs(audit.measured[n] - errors[n]) / bound);
  }
}

}  // namespace

template <class Scalar>
MarchAudit march(const Setting& setting, const Field<Scalar>& start, const MarchPlan& plan,
                 const std::function<void(const Field<Scalar>&, const Field<Scalar>&)>& step) {
  const auto& ranks = setting.domain.communicator();
  auto u = setting.domain.field<Scalar>("heat::march::u", start.halo);
  auto next = setting.domain.field<Scalar>("heat::march::next", start.halo);
  Kokkos::deep_copy(u.values, start.values);
  const auto everything = whole(start, setting);
  const Span range = range_of(everything, setting);
  const double first = size_of(everything), root = std::sqrt(static_cast<double>(setting.cells()));
  const double eps = std::numeric_limits<Scalar>::epsilon();

  const std::vector<double> none(plan.records.size(), std::numeric_limits<double>::quiet_NaN());
  MarchAudit audit{none, none, none};
  RoundOff round_off{plan.growth, plan.points * eps * plan.size * root, plan.points * eps * first * root};
  std::vector<Record> records;
  double size = first;
  Index m = 0;
  for (std::size_t n = 0; n < plan.records.size() && size <= plan.stop * first; ++n) {
    for (const Index wanted = own_steps(plan, plan.records[n]); m < wanted && size <= plan.stop * first;
         ++m) {
      step(u, next);
      std::swap(u, next);
      round_off.step(size);
      size = beyond(u, Span{0, 0}, ranks);
      audit.excess = std::max(audit.excess, beyond(u, range, ranks));
      if (audit.left == 0 && size > plan.leave * first) audit.left = m + 1;
    }
    if (size > plan.stop * first) break;
    const double time = plan.rate * static_cast<double>(plan.records[n]);
    const Distance<Scalar> from_exact(u, start, time, setting);
    records.push_back({plan.records[n], m, from_exact.error, from_exact.norm, round_off.bound});
    audit.measured[n] = from_exact.error / from_exact.norm;
    audit.largest[n] = size / first;
  }
  audit.excess_bound = static_cast<double>(m) * plan.points * eps * (range.most - range.least);
  compare(setting, everything, plan, records, audit);
  return audit;
}

Index predicted_leave(const Setting& setting, const std::vector<double>& start, const MarchPlan& plan,
                      const std::vector<Index>& steps) {
  const double bound = plan.leave * size_of(start);
  for (const Index m : steps)
    if (size_of(closed_form(setting, start, plan, plan.own_rate, {m}).field) > bound) return m;
  return 0;
}

template <class Scalar>
double measured_growth(const Setting& setting, const Field<Scalar>& start, Index steps,
                       const std::function<void(const Field<Scalar>&, const Field<Scalar>&)>& step) {
  const auto& ranks = setting.domain.communicator();
  auto u = setting.domain.field<Scalar>("heat::march::u", start.halo);
  auto next = setting.domain.field<Scalar>("heat::march::next", start.halo);
  solver::combine(u, {{1 / std::sqrt(solver::inner(start, start, ranks)), start}});
  double growth = 0;
  for (Index m = 0; m < steps; ++m) {
    step(u, next);
    const double before = solver::inner(u, u, ranks), after = solver::inner(next, next, ranks);
    growth = std::sqrt(after / before);
    solver::combine(u, {{1 / std::sqrt(after), next}});
  }
  return growth;
}

double predicted_growth(const Setting& setting, const std::vector<double>& start,
                        const theory::Stencil& stencil, Index steps) {
  const auto grid = setting.grid();
  const auto modes = theory::to_modes(grid, start);
  const auto g = theory::grid_symbol(grid, stencil);
  const auto top = theory::growth(grid, stencil);
  require(g.has_value() && top.has_value(), "the stencil is symmetric along every axis");
  long double before = 0, after = 0;
  std::size_t k = 0;
  for (Index z = 0; z < grid.cells[0]; ++z)
    for (Index y = 0; y < grid.cells[1]; ++y)
      for (Index x = 0; x < grid.cells[2]; ++x, ++k) {
        const double weight = theory::mode_weight(grid, 0, z) * theory::mode_weight(grid, 1, y) *
                              theory::mode_weight(grid, 2, x);
        const long double ratio = std::abs((*g)[k]) / *top;
        const long double content =
            weight * std::norm(modes[k]) * std::pow(ratio, 2 * static_cast<long double>(steps - 1));
        before += content;
        after += content * ratio * ratio;
      }
  return *top * static_cast<double>(std::sqrt(after / before));
}

template MarchAudit march(const Setting&, const Field<float>&, const MarchPlan&,
                          const std::function<void(const Field<float>&, const Field<float>&)>&);
template MarchAudit march(const Setting&, const Field<double>&, const MarchPlan&,
                          const std::function<void(const Field<double>&, const Field<double>&)>&);
template double measured_growth(const Setting&, const Field<float>&, Index,
                                const std::function<void(const Field<float>&, const Field<float>&)>&);
template double measured_growth(const Setting&, const Field<double>&, Index,
                                const std::function<void(const Field<double>&, const Field<double>&)>&);

}  // namespace attune::experiments::heat::stability
