// experiments/heat/parts/mode_symbols.cpp
#include "experiments/heat/parts/mode_symbols.hpp"

#include <algorithm>

#include "solvers/heat/theory/rollout.hpp"
#include "solvers/heat/theory/spectrum.hpp"

namespace attune::experiments::heat {

namespace theory = attune::heat::theory;

namespace {

// exp(-r |theta|^2) at every mode, in the order of the transform.
std::vector<long double> heat_symbols(const theory::Grid& grid, double r) {
  std::vector<long double> symbols;
  for (Index z = 0; z < grid.cells[0]; ++z)
    for (Index y = 0; y < grid.cells[1]; ++y)
      for (Index x = 0; x < grid.cells[2]; ++x) {
        long double square = 0;
        const Index place[3] = {z, y, x};
        for (int a = 0; a < 3; ++a) {
          if (grid.cells[a] == 1 && grid.boundary[a] == theory::Boundary::periodic) continue;
          const auto theta =
              theory::angle(grid.boundary[a], grid.cells[a], theory::mode_of(grid, a, place[a]));
          square += theta * theta;
        }
        symbols.push_back(std::exp(-r * square));
      }
  return symbols;
}

}  // namespace

double largest_symbol_error(const theory::Grid& grid, const std::vector<double>& impulse,
                            const std::vector<double>& response, double r) {
  const auto in = theory::to_modes(grid, impulse), out = theory::to_modes(grid, response);
  const auto exact = heat_symbols(grid, r);
  double worst = 0;
  for (std::size_t n = 0; n < exact.size(); ++n)
    worst = std::max(worst, std::abs(out[n] / in[n] - static_cast<double>(exact[n])));
  return worst;
}

SymbolErrors symbol_errors(const theory::Grid& grid, double r, const theory::Stencil& trained,
                           const theory::Stencil& projection) {
  const auto a = theory::grid_symbol(grid, trained), b = theory::grid_symbol(grid, projection);
  if (!a || !b) return {};
  const auto exact = heat_symbols(grid, r);
  SymbolErrors worst{0, 0, 0};
  for (std::size_t n = 0; n < exact.size(); ++n) {
    worst.between = std::max(worst.between, static_cast<double>(std::abs((*a)[n] - (*b)[n])));
    worst.trained = std::max(worst.trained, static_cast<double>(std::abs((*a)[n] - exact[n])));
    worst.projection = std::max(worst.projection, static_cast<double>(std::abs((*b)[n] - exact[n])));
  }
  return worst;
}

}  // namespace attune::experiments::heat
