// experiments/heat/parts/rollout.cpp
#include "experiments/heat/parts/rollout.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/core/require.hpp"
#include "core/core/sum.hpp"
#include "solvers/heat/spectral.hpp"

namespace attune::experiments::heat {

namespace theory = attune::heat::theory;

namespace {

// How far a block of u lies outside [floor, ceiling]; NaN stays NaN.
template <class Scalar> struct Excess {
  Field<Scalar> u;
  Blocks blocks;
  Scalar floor, ceiling;
  static constexpr int width = on_host ? 8 : 1;  // independent extremes, for the vector unit

  KOKKOS_FUNCTION double operator()(Index n) const {
    const Block b = blocks.at(n);
    const Scalar* row = &u(b.k, b.j, b.i);
    Scalar least[width], most[width];
    for (int l = 0; l < width; ++l) least[l] = most[l] = row[0];
    int c = 0;
    for (; c + width <= b.cells; c += width)
      for (int l = 0; l < width; ++l) {
        least[l] = least[l] <= row[c + l] ? least[l] : row[c + l];
        most[l] = most[l] >= row[c + l] ? most[l] : row[c + l];
      }
    double excess = 0;
    for (; c < b.cells; ++c) absorb(excess, row[c], row[c]);
    for (int l = 0; l < width; ++l) absorb(excess, least[l], most[l]);
    return excess;
  }
  KOKKOS_FUNCTION void absorb(double& excess, Scalar least, Scalar most) const {
    const double beyond = Kokkos::max(double(floor) - double(least), double(most) - double(ceiling));
    if (!(beyond <= excess)) excess = beyond;
  }
};
template <class Scalar> struct SquaredDifference {
  Field<Scalar> u, other;
  KOKKOS_FUNCTION void operator()(const Block& b, double* x) const {
    const Scalar *row = &u(b.k, b.j, b.i), *rival = &other(b.k, b.j, b.i);
    for (int c = 0; c < b.cells; ++c)
      x[c] = (double(row[c]) - double(rival[c])) * (double(row[c]) - double(rival[c]));
  }
};
template <class Scalar> struct Square {
  Field<Scalar> u;
  KOKKOS_FUNCTION void operator()(const Block& b, double* x) const {
    const Scalar* row = &u(b.k, b.j, b.i);
    for (int c = 0; c < b.cells; ++c) x[c] = double(row[c]) * double(row[c]);
  }
};

struct Span {
  double least, most;
};

// What every later value must stay within.
Span admissible(const std::vector<double>& start, const Setting& setting) {
  const auto [least, most] = std::minmax_element(start.begin(), start.end());
  if (setting.boundary != "dirichlet") return {*least, *most};
  const double size = std::max(std::abs(*least), std::abs(*most));
  return {-size, size};
}

// |u - T^n u0| and |T^n u0|, Euclidean over all cells.
struct Distance {
  double error, norm;
};
template <class Scalar>
Distance distance_to_exact(const Field<Scalar>& u, const Field<Scalar>& start, Index n, double rate,
                           const Setting& setting) {
  const Field<Scalar> exact("heat::rollout::exact", u.box);
  Kokkos::parallel_for(
      "heat::rollout::copy", every_cell(u.box),
      KOKKOS_LAMBDA(Index k, Index j, Index i) { exact(k, j, i) = start(k, j, i); });
  const double r = rate * static_cast<double>(n);
  attune::heat::apply_symbol(exact, setting.domain, setting.boundaries,
                             attune::heat::band_limited_propagator({r, r, r}));
  const auto& ranks = setting.domain.communicator();
  const double error =
      sum::over_cells("heat::rollout::error", u.box, SquaredDifference<Scalar>{u, exact}, ranks);
  const double norm = sum::over_cells("heat::rollout::norm", u.box, Square<Scalar>{exact}, ranks);
  return {std::sqrt(error), std::sqrt(norm)};
}

theory::Symbol heat_symbol(double rate) {
  return [rate](const theory::PerAxis& theta) -> std::complex<double> {
    return std::exp(-rate * (theta[0] * theta[0] + theta[1] * theta[1] + theta[2] * theta[2]));
  };
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (std::size_t n = 0; n < a.size(); ++n) most = std::max(most, std::abs(a[n] - b[n]));
  return most;
}

template <class Scalar> std::vector<double> gathered(const Field<Scalar>& u, const Domain& domain) {
  const auto values = domain.gather(u);
  return {values.begin(), values.end()};
}

}  // namespace

template <class Scalar>
RolloutAudit audited_rollout(const Setting& setting, const Triple& halo, const RolloutPlan& plan,
                             const Map& picture, const Random& random, const StepFunction<Scalar>& step) {
  const auto& ranks = setting.domain.communicator();
  auto u = setting.domain.field<Scalar>("heat::rollout::u", halo),
       next = setting.domain.field<Scalar>("heat::rollout::next", halo);
  const auto start = setting.domain.field<Scalar>("heat::rollout::start", halo);
  start_from(plan.start, start, setting, picture, random);
  Kokkos::deep_copy(u.values, start.values);
  const auto everything = gathered(start, setting.domain);
  const Span span = admissible(everything, setting);
  const double size = std::max(std::abs(span.least), std::abs(span.most));
  const double a_step =
      static_cast<double>(plan.stencil.weights.size() + 2) * std::numeric_limits<Scalar>::epsilon() * size;

  RolloutAudit audit;
  std::vector<Distance> distances;
  auto record = plan.records.begin();
  for (Index n = 1; n <= plan.steps; ++n) {
    step(u, next);
    std::swap(u, next);
    const Blocks blocks(u.box);
    const Excess<Scalar> excess{u, blocks, static_cast<Scalar>(span.least), static_cast<Scalar>(span.most)};
    audit.excess =
        std::max(audit.excess, sum::largest("heat::rollout::excess", blocks.count(), excess, ranks));
    if (record == plan.records.end() || *record != n) continue;
    distances.push_back(distance_to_exact(u, start, n, plan.rate, setting));
    audit.measured.push_back(distances.back().error / distances.back().norm);
    ++record;
  }
  audit.round_off = static_cast<double>(plan.steps) * a_step;
  audit.excess_bound = static_cast<double>(plan.steps) *
                       static_cast<double>(plan.stencil.weights.size() + 2) *
                       std::numeric_limits<Scalar>::epsilon() * (span.most - span.least);

  const auto prediction =
      theory::predict_rollout(setting.grid(), everything, plan.stencil, heat_symbol(plan.rate), plan.records);
  if (!prediction) return audit;
  audit.predicted = prediction->relative_error;
  audit.deviation = largest_difference(gathered(u, setting.domain), prediction->field);
  const double root_cells = std::sqrt(static_cast<double>(setting.cells()));
  for (std::size_t n = 0; n < distances.size(); ++n) {
    const double bound = static_cast<double>(plan.records[n]) * a_step * root_cells / distances[n].norm;
    audit.disagreement =
        std::max(audit.disagreement, std::abs(audit.measured[n] - audit.predicted[n]) / bound);
  }
  return audit;
}

template RolloutAudit audited_rollout(const Setting&, const Triple&, const RolloutPlan&, const Map&,
                                      const Random&, const StepFunction<float>&);
template RolloutAudit audited_rollout(const Setting&, const Triple&, const RolloutPlan&, const Map&,
                                      const Random&, const StepFunction<double>&);

std::vector<Index> record_steps(Index last, int count) {
  std::vector<Index> steps;
  for (int n = 0; n < count; ++n) {
    const double fraction = count > 1 ? static_cast<double>(n) / (count - 1) : 1;
    const Index at = std::llround(std::exp(fraction * std::log(static_cast<double>(last))));
    if (steps.empty() || at > steps.back()) steps.push_back(at);
  }
  if (steps.back() != last) steps.push_back(last);
  return steps;
}

}  // namespace attune::experiments::heat
