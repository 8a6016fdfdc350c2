// solvers/heat/theory/rollout_curves.cpp
#include "solvers/heat/theory/rollout_curves.hpp"

#include <algorithm>
#include <cmath>

#include "core/core/require.hpp"
#include "solvers/heat/theory/spectrum.hpp"

namespace attune::heat::theory {
namespace {

double square_of_half_sine(double theta) { return std::pow(std::sin(theta / 2), 2); }

// 4 sum_a r_a sin^2(theta_a / 2)
double lattice_rate(const PerAxis& r, const PerAxis& theta) {
  double s = 0;
  for (int a = 0; a < 3; ++a) s += 4 * r[a] * square_of_half_sine(theta[a]);
  return s;
}

std::array<std::vector<double>, 3> angles_of(const Grid& grid) {
  std::array<std::vector<double>, 3> thetas;
  for (int a = 0; a < 3; ++a)
    for (Index m = 0; m < grid.cells[a]; ++m) {
      const bool absent = grid.cells[a] == 1 && grid.boundary[a] == Boundary::periodic;
      thetas[a].push_back(
          absent ? 0 : static_cast<double>(angle(grid.boundary[a], grid.cells[a], mode_of(grid, a, m))));
    }
  return thetas;
}

// The share of each mode in |u|^2, a start a row.
std::vector<std::vector<double>> contents(const Grid& grid, const Fields& starts) {
  std::vector<double> weights;
  for (Index z = 0; z < grid.cells[0]; ++z)
    for (Index y = 0; y < grid.cells[1]; ++y)
      for (Index x = 0; x < grid.cells[2]; ++x)
        weights.push_back(mode_weight(grid, 0, z) * mode_weight(grid, 1, y) * mode_weight(grid, 2, x));
  std::vector<std::vector<double>> all;
  for (const auto& start : starts) {
    const auto modes = to_modes(grid, start);
    std::vector<double> content(modes.size());
    for (std::size_t k = 0; k < modes.size(); ++k) content[k] = weights[k] * std::norm(modes[k]);
    all.push_back(content);
  }
  return all;
}

}  // namespace

RealSymbol heat_symbol(const PerAxis& r) {
  return [r](const PerAxis& theta) {
    return std::exp(-(r[0] * theta[0] * theta[0] + r[1] * theta[1] * theta[1] + r[2] * theta[2] * theta[2]));
  };
}

RealSymbol explicit_symbol(const PerAxis& r, int substeps) {
  return [r, substeps](const PerAxis& theta) {
    return std::pow(1 - lattice_rate(r, theta) / substeps, substeps);
  };
}

RealSymbol backward_euler_symbol(const PerAxis& r) {
  return [r](const PerAxis& theta) { return 1 / (1 + lattice_rate(r, theta)); };
}

RealSymbol douglas_gunn_symbol(const PerAxis& r) {
  return [r](const PerAxis& theta) {
    double sum = 0, product = 1;
    for (int a = 0; a < 3; ++a) {
      const double X = 2 * r[a] * square_of_half_sine(theta[a]);
      sum += X;
      product *= 1 + X;
    }
    return 1 - 2 * sum / product;
  };
}

RealSymbol persistence_symbol() {
  return [](const PerAxis&) { return 1.0; };
}

RealSymbol stencil_symbol(const Stencil& stencil) {
  return [stencil](const PerAxis& theta) { return symbol(stencil, theta).real(); };
}

std::vector<double> at_modes(const Grid& grid, const RealSymbol& symbol) {
  const auto thetas = angles_of(grid);
  std::vector<double> g;
  for (const double z : thetas[0])
    for (const double y : thetas[1])
      for (const double x : thetas[2]) g.push_back(symbol({z, y, x}));
  return g;
}

double largest_size(const std::vector<double>& g) {
  double most = 0;
  for (const double value : g) most = std::max(most, std::abs(value));
  return most;
}

std::vector<std::vector<double>> rollout_curves(const Grid& grid, const Fields& starts,
                                                const std::vector<double>& g_A,
                                                const std::vector<double>& g_T, Index steps) {
  require(g_A.size() == static_cast<std::size_t>(grid.total()) && g_A.size() == g_T.size(),
          "a symbol for every mode");
  const auto content = contents(grid, starts);
  std::vector<std::vector<double>> curves(starts.size());
  std::vector<double> power_A(g_A.size(), 1), power_T(g_T.size(), 1), apart(g_A.size()), exact(g_A.size());
  for (Index n = 0; n <= steps; ++n) {
    for (std::size_t k = 0; k < g_A.size(); ++k) {
      apart[k] = (power_A[k] - power_T[k]) * (power_A[k] - power_T[k]);
      exact[k] = power_T[k] * power_T[k];
      power_A[k] *= g_A[k];
      power_T[k] *= g_T[k];
    }
    for (std::size_t s = 0; s < starts.size(); ++s) {
      double error = 0, size = 0;
      for (std::size_t k = 0; k < g_A.size(); ++k) {
        error += content[s][k] * apart[k];
        size += content[s][k] * exact[k];
      }
      curves[s].push_back(std::sqrt(error / size));
    }
  }
  return curves;
}

}  // namespace attune::heat::theory
