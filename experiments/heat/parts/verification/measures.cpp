// experiments/heat/parts/verification/measures.cpp
#include "experiments/heat/parts/verification/measures.hpp"

#include <algorithm>
#include <limits>
#include <numbers>

#include "core/core/require.hpp"
#include "solvers/heat/laplacian.hpp"
#include "solvers/heat/theory/decay.hpp"
#include "solvers/heat/theory/integrator_decay.hpp"

namespace attune::experiments::heat::verification {
namespace {

constexpr double least_decay = 1e-2;
constexpr double room = 30;
constexpr double rounding_of_decay = 1e-12;  // relative, in double

// The most steps that leave more than a hundredth of the mode.
template <class Scalar>
Index steps_to_measure(const Solver<Scalar>& row, const Setting& s, const Triple& mode,
                       const theory::PerAxis& r, Index most) {
  const double factor = std::abs(row.decay(s.grid(), mode, r, 1));
  if (factor >= 1) return most;
  const double steps = factor > 0 ? std::log(least_decay) / std::log(factor) : 1;
  return std::clamp<Index>(static_cast<Index>(std::min(steps, 1e9)), 1, most);
}

// s of the star of second order.
double stiffness(const Setting& s, const Triple& mode, const theory::PerAxis& r) {
  return -theory::star_eigenvalue(s.grid(), mode, r, 2);
}

template <class Scalar>
Field<Scalar> advanced_mode(const Stepper<Scalar>& stepper, const Setting& s, const Triple& mode,
                            Index steps) {
  auto u = stepper.u;
  solver::mode(u, s.domain.whole(), s.boundaries, mode);
  stepper.advance(u, steps);
  return u;
}

// Mode 1, but 2 along z: where X = Y = Z in adi.hpp its error of third order in dt vanishes.
Triple mode_in_time(const Setting& s) {
  Triple mode = s.halo(1);
  mode[0] *= 2;
  return mode;
}

double size(const Field<double>& shape, const Setting& s) {
  return root_mean_square_misfit(shape, shape, 0, s);
}

}  // namespace

template <class Scalar>
Measured decay_error(const Solver<Scalar>& row, const Setting& s, Index m, Index most_steps,
                     double tolerance) {
  const double rate = row.rate(s.dimensions);
  const auto r = per_axis(rate, s.dimensions);
  const Triple mode = along_every_axis(s, m);
  const Index steps = steps_to_measure(row, s, mode, r, most_steps);
  const auto shape = mode_field<Scalar>(s, mode);
  const auto u = advanced_mode(row.on(s, solver::rates_of(rate, s.dimensions)), s, mode, steps);
  const double expected = row.decay(s.grid(), mode, r, steps);
  const double error =
      std::abs(amplitude(u, shape, s) - expected) / std::max(std::abs(expected), least_decay);
  const double of_systems = row.sensitivity == nullptr ? 0 : row.sensitivity(stiffness(s, mode, r));
  return {error, (rounding_of_decay + static_cast<double>(steps) * tolerance * of_systems) *
                     round_off_scale<Scalar>()};
}

Index steps_in_time(const Solver<double>& row, const Setting& s, Index least) {
  const double per_rate = stiffness(s, mode_in_time(s), per_axis(1, s.dimensions));
  const double stable = s.dimensions / per_rate / row.largest;
  return std::max(least, static_cast<Index>(std::ceil(stable)));
}

Measured error_in_time(const Solver<double>& row, const Setting& s, Index steps) {
  const Triple mode = mode_in_time(s);
  const double whole = 1 / stiffness(s, mode, per_axis(1, s.dimensions));
  const double rate = whole / static_cast<double>(steps);
  const auto shape = mode_field<double>(s, mode);
  const auto u = advanced_mode(row.on(s, solver::rates_of(rate, s.dimensions)), s, mode, steps);
  const double exact = theory::lattice_decay(s.grid(), mode, per_axis(whole, s.dimensions), 1);
  const double stepped = row.decay(s.grid(), mode, per_axis(rate, s.dimensions), steps);
  return {root_mean_square_misfit(u, shape, exact, s) / size(shape, s), std::abs(stepped - exact)};
}

Measured error_in_space(int order, const Setting& s) {
  const Index m = s.boundary == "periodic" ? 1 : 2;
  const solver::Laplacian<double> l(s.domain, s.boundaries, solver::rates_of(1, s.dimensions), order);
  const auto u = l.field("heat::u"), slope = l.field("heat::slope");
  solver::mode(u, s.domain.whole(), s.boundaries, along_every_axis(s, m));
  l.apply(u, slope);
  const auto ones = per_axis(1, s.dimensions);
  double square = 0;
  for (int a = 3 - s.dimensions; a < 3; ++a)
    square += std::pow(static_cast<double>(theory::angle(s.grid().boundary[static_cast<std::size_t>(a)],
                                                         s.grid().cells[a], m)),
                       2);
  const double lattice = theory::star_eigenvalue(s.grid(), along_every_axis(s, m), ones, order);
  return {root_mean_square_misfit(slope, u, -square, s) / (square * size(u, s)),
          std::abs(lattice / square + 1)};
}

double error_at_fixed_rate(const Solver<double>& row, const Setting& s, double r, Index steps) {
  const auto shape = mode_field<double>(s, 1);
  const auto u = advanced_mode(row.on(s, solver::rates_of(r, s.dimensions)), s, s.halo(1), steps);
  const double decay = theory::heat_decay(s.grid(), s.halo(1), per_axis(r, s.dimensions), steps);
  return root_mean_square_misfit(u, shape, decay, s);
}

double rounding_in_space(const Setting& s) {
  const double theta = 2 * std::numbers::pi / static_cast<double>(s.domain.whole().extent(2));
  return room * std::numeric_limits<double>::epsilon() / (theta * theta);
}

double rounding_in_time(const Solver<double>& row, Index steps, double tolerance) {
  const auto n = static_cast<double>(steps);
  const double of_systems = row.sensitivity == nullptr ? 0 : n * tolerance;
  return room * (std::sqrt(n) * std::numeric_limits<double>::epsilon() + of_systems);
}

double observed_order(const std::vector<Measured>& ladder, const std::vector<double>& rounding) {
  require(ladder.size() >= 2 && rounding.size() == ladder.size(),
          "two grids or more, each with its rounding");
  std::size_t last = ladder.size() - 1;
  while (last > 1 && ladder[last].expected < rounding[last]) --last;
  return std::log2(ladder[last - 1].error / ladder[last].error);
}

template Measured decay_error(const Solver<float>&, const Setting&, Index, Index, double);
template Measured decay_error(const Solver<double>&, const Setting&, Index, Index, double);

}  // namespace attune::experiments::heat::verification
