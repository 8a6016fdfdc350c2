// solvers/heat/theory/rollout.cpp
//
// Symbols at the modes of a grid from tables of unit roots, their powers, and norms by Parseval.
#include "solvers/heat/theory/rollout.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/core/require.hpp"
#include "solvers/heat/theory/spectrum.hpp"

namespace attune::heat::theory {
namespace {

using Long = long double;
using LongComplex = std::complex<Long>;

bool symmetric(const Stencil& stencil) {
  double largest = 0;
  for (const double weight : stencil.weights) largest = std::max(largest, std::abs(weight));
  const double ulps = 4 * std::numeric_limits<double>::epsilon() * largest;
  return asymmetry(stencil, 0) <= ulps && asymmetry(stencil, 1) <= ulps && asymmetry(stencil, 2) <= ulps;
}

// exp(i o theta) for each place of the transform and offset along one axis, (cells, offsets): o theta is a
// whole number of turns / period, so it is reduced exactly. With walls the sines cancel in the stencil and
// are left out.
std::vector<LongComplex> phases(const Grid& grid, const Stencil& stencil, int axis) {
  const Index cells = grid.cells[axis];
  const Index period = grid.boundary[axis] == Boundary::periodic ? cells : 2 * cells;
  std::vector<LongComplex> roots(period);
  for (Index turn = 0; turn < period; ++turn) {
    const Long theta = angle(grid.boundary[axis], cells, 2 * turn <= period ? turn : turn - period);
    roots[turn] = {std::cos(theta), has_walls(grid) ? 0 : std::sin(theta)};
  }
  std::vector<LongComplex> table;
  for (Index m = 0; m < cells; ++m)
    for (const auto& offset : stencil.offsets) {
      const Index turn = mode_of(grid, axis, m) * offset[axis] % period;
      table.push_back(roots[turn < 0 ? turn + period : turn]);
    }
  return table;
}

LongComplex power(LongComplex base, Index exponent) {
  LongComplex result = 1;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 != 0) result *= base;
    base *= base;
  }
  return result;
}

// T at every mode of the grid.
std::vector<LongComplex> target_symbol(const Grid& grid, const Symbol& target) {
  std::array<std::vector<double>, 3> thetas;
  for (int a = 0; a < 3; ++a)
    for (Index m = 0; m < grid.cells[a]; ++m)
      thetas[a].push_back(static_cast<double>(angle(grid.boundary[a], grid.cells[a], mode_of(grid, a, m))));
  std::vector<LongComplex> values;
  for (const double z : thetas[0])
    for (const double y : thetas[1])
      for (const double x : thetas[2]) {
        const std::complex<double> g = target({z, y, x});
        require(!has_walls(grid) || g.imag() == 0, "with walls the target has a real symbol");
        values.emplace_back(g.real(), g.imag());
      }
  return values;
}

std::vector<double> parseval_weights(const Grid& grid) {
  std::vector<double> weights;
  for (Index z = 0; z < grid.cells[0]; ++z)
    for (Index y = 0; y < grid.cells[1]; ++y)
      for (Index x = 0; x < grid.cells[2]; ++x)
        weights.push_back(mode_weight(grid, 0, z) * mode_weight(grid, 1, y) * mode_weight(grid, 2, x));
  return weights;
}

double largest_of(const std::vector<LongComplex>& g) {
  Long largest = 0;
  for (const auto& value : g) largest = std::max(largest, std::abs(value));
  return static_cast<double>(largest);
}

std::vector<double> advanced(const Grid& grid, const std::vector<std::complex<double>>& start,
                             const std::vector<LongComplex>& g, Index steps) {
  std::vector<std::complex<double>> modes;
  for (std::size_t k = 0; k < start.size(); ++k)
    modes.emplace_back(LongComplex(start[k]) * power(g[k], steps));
  return from_modes(grid, modes);
}

}  // namespace

std::optional<std::vector<LongComplex>> grid_symbol(const Grid& grid, const Stencil& stencil) {
  if (has_walls(grid) && !symmetric(stencil)) return std::nullopt;
  const auto z_phases = phases(grid, stencil, 0), y_phases = phases(grid, stencil, 1);
  const auto x_phases = phases(grid, stencil, 2);
  const auto n = static_cast<Index>(stencil.offsets.size());
  std::vector<LongComplex> g, weighted(n);

  for (Index z = 0; z < grid.cells[0]; ++z)
    for (Index y = 0; y < grid.cells[1]; ++y) {
      for (Index o = 0; o < n; ++o)
        weighted[o] = Long(stencil.weights[o]) * z_phases[z * n + o] * y_phases[y * n + o];
      for (Index x = 0; x < grid.cells[2]; ++x) {
        Long real = 0, imaginary = 0;
        for (Index o = 0; o < n; ++o) {
          const LongComplex a = weighted[o], b = x_phases[x * n + o];
          real += a.real() * b.real() - a.imag() * b.imag();
          imaginary += a.real() * b.imag() + a.imag() * b.real();
        }
        g.emplace_back(real, imaginary);
      }
    }
  return g;
}

std::optional<double> growth(const Grid& grid, const Stencil& stencil) {
  const auto g = grid_symbol(grid, stencil);
  if (!g) return std::nullopt;
  return largest_of(*g);
}

std::optional<Rollout> predict_rollout(const Grid& grid, const std::vector<double>& start,
                                       const Stencil& stencil, const Symbol& target,
                                       const std::vector<Index>& steps) {
  require(!steps.empty() && *std::min_element(steps.begin(), steps.end()) >= 0, "steps are counted from 0");
  const auto g_A = grid_symbol(grid, stencil);
  if (!g_A) return std::nullopt;
  const auto g_T = target_symbol(grid, target);
  const auto modes = to_modes(grid, start);
  const auto weights = parseval_weights(grid);

  Rollout rollout;
  rollout.growth = largest_of(*g_A);
  for (const Index n : steps) {
    Long error = 0, size = 0;
    for (std::size_t k = 0; k < modes.size(); ++k) {
      const LongComplex exact = power(g_T[k], n);
      const Long content = weights[k] * std::norm(LongComplex(modes[k]));
      error += content * std::norm(power((*g_A)[k], n) - exact);
      size += content * std::norm(exact);
    }
    rollout.relative_error.push_back(static_cast<double>(std::sqrt(error / size)));
  }
  rollout.field = advanced(grid, modes, *g_A, steps.back());
  rollout.target = advanced(grid, modes, g_T, steps.back());
  return rollout;
}

}  // namespace attune::heat::theory
