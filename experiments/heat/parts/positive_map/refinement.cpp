// experiments/heat/parts/positive_map/refinement.cpp
#include "experiments/heat/parts/positive_map/refinement.hpp"

#include <cmath>
#include <limits>

#include "core/core/require.hpp"
#include "experiments/heat/parts/positive_map/weighted_head.hpp"
#include "solvers/heat/combine.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/theory/decay.hpp"

namespace attune::experiments::heat::positive_map {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;

namespace {

// Walls hold half waves.
Triple mode_numbers(const Setting& s, Index waves) {
  return s.halo(s.boundary == "periodic" ? waves : 2 * waves);
}

Field<double> sum_of_waves(const Setting& s, const Refinement& plan, const Triple& halo, Index steps) {
  const auto u = s.domain.field<double>("heat::u", halo), wave = s.domain.field<double>("heat::wave", halo);
  theory::PerAxis rates{0, 0, 0};
  for (int a = 3 - plan.dimensions; a < 3; ++a) rates[a] = plan.r;
  for (const Index m : plan.waves) {
    const Triple numbers = mode_numbers(s, m);
    solver::mode(wave, s.domain.whole(), s.boundaries, numbers);
    solver::combine(u, {{1, u}, {theory::heat_decay(s.grid(), numbers, rates, steps), wave}});
  }
  return u;
}

double error_on(const Setting& s, const Refinement& plan, const theory::Stencil& stencil, Index steps) {
  const WeightedHead head = head_of(s, stencil);
  const Triple halo = head.learned.halo();
  auto u = sum_of_waves(s, plan, halo, 0), next = s.domain.field<double>("heat::next", halo);
  for (Index n = 0; n < steps; ++n) {
    head.step(s, u, next);
    std::swap(u, next);
  }
  const auto exact = sum_of_waves(s, plan, halo, steps);
  solver::combine(u, {{1, u}, {-1, exact}});
  const auto& ranks = s.domain.communicator();
  return std::sqrt(solver::inner(u, u, ranks) / solver::inner(exact, exact, ranks));
}

}  // namespace

std::vector<double> measured_errors(const Refinement& plan, const theory::Stencil& stencil,
                                    const std::string& boundary, const Domain& world) {
  std::vector<double> errors;
  for (Index level = 0; level <= plan.doublings; ++level) {
    const std::vector<Index> cells(static_cast<std::size_t>(plan.dimensions), plan.cells(level));
    errors.push_back(error_on(make_setting(world, cells, boundary), plan, stencil, plan.steps(level)));
  }
  return errors;
}

std::vector<double> foreseen_errors(const Refinement& plan, const theory::Stencil& stencil) {
  std::vector<double> errors;
  for (Index level = 0; level <= plan.doublings; ++level) {
    const auto steps = static_cast<long double>(plan.steps(level));
    long double error = 0, size = 0;
    for (const Index m : plan.waves) {
      const long double theta = theory::angle(theory::Boundary::periodic, plan.cells(level), m);
      long double g = 0;
      for (std::size_t o = 0; o < stencil.offsets.size(); ++o) {
        long double factor = stencil.weights[o];
        for (int a = 3 - plan.dimensions; a < 3; ++a) factor *= std::cos(theta * stencil.offsets[o][a]);
        g += factor;
      }
      const long double exact = std::exp(-steps * plan.r * plan.dimensions * theta * theta);
      const long double apart = std::pow(g, steps) - exact;
      error += apart * apart;
      size += exact * exact;
    }
    errors.push_back(static_cast<double>(std::sqrt(error / size)));
  }
  return errors;
}

// A step errs by (points + 2) eps max|u| in each cell at most, and enlarges no earlier error.
std::vector<double> error_roundings(const Refinement& plan, const theory::Stencil& stencil) {
  std::vector<double> bounds;
  for (Index level = 0; level <= plan.doublings; ++level) {
    const auto steps = static_cast<double>(plan.steps(level));
    double square = 0;  // of the exact field; a wave has the mean square 2^-D
    for (const Index m : plan.waves) {
      const auto theta = static_cast<double>(theory::angle(theory::Boundary::periodic, plan.cells(level), m));
      square +=
          std::exp(-2 * steps * plan.r * plan.dimensions * theta * theta) / std::pow(2, plan.dimensions);
    }
    bounds.push_back(steps * static_cast<double>(stencil.offsets.size() + 2) *
                     std::numeric_limits<double>::epsilon() * static_cast<double>(plan.waves.size()) /
                     std::sqrt(square));
  }
  return bounds;
}

double last_order(const std::vector<double>& errors) {
  require(errors.size() >= 2, "an order needs two levels");
  return std::log2(errors[errors.size() - 2] / errors.back());
}

}  // namespace attune::experiments::heat::positive_map
