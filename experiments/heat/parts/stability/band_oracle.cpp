// experiments/heat/parts/stability/band_oracle.cpp
#include "experiments/heat/parts/stability/band_oracle.hpp"

#include <cmath>
#include <map>

#include "solvers/heat/theory/spectrum.hpp"

namespace attune::experiments::heat::stability {

namespace theory = attune::heat::theory;

namespace {

// One half of the share each to theta and to its reflection along an axis.
theory::Spectrum reflected(const theory::Spectrum& from, int axis) {
  theory::Spectrum both;
  for (std::size_t q = 0; q < from.angles.size(); ++q)
    for (const double sign : {1.0, -1.0}) {
      theory::PerAxis theta = from.angles[q];
      theta[axis] *= sign;
      both.angles.push_back(theta);
      both.shares.push_back(from.shares[q] / 2);
    }
  return both;
}

}  // namespace

theory::Spectrum spectrum_of(const theory::Grid& grid, const std::vector<double>& field, double band) {
  const auto modes = theory::to_modes(grid, field);
  std::map<std::array<Index, 3>, double> folded;
  std::size_t at = 0;
  for (Index z = 0; z < grid.cells[0]; ++z)
    for (Index y = 0; y < grid.cells[1]; ++y)
      for (Index x = 0; x < grid.cells[2]; ++x, ++at) {
        const std::array<Index, 3> mode{std::abs(theory::mode_of(grid, 0, z)),
                                        std::abs(theory::mode_of(grid, 1, y)),
                                        std::abs(theory::mode_of(grid, 2, x))};
        bool inside = true;
        for (int a = 0; a < 3; ++a)
          inside =
              inside && static_cast<double>(theory::angle(grid.boundary[a], grid.cells[a], mode[a])) <= band;
        if (inside) folded[mode] += std::norm(modes[at]);
      }
  theory::Spectrum spectrum;
  for (const auto& [mode, share] : folded) {
    theory::PerAxis theta{};
    for (int a = 0; a < 3; ++a)
      theta[a] = static_cast<double>(theory::angle(grid.boundary[a], grid.cells[a], mode[a]));
    spectrum.angles.push_back(theta);
    spectrum.shares.push_back(share);
  }
  for (int a = 0; a < 2; ++a)
    if (grid.cells[a] > 1) spectrum = reflected(spectrum, a);
  return spectrum;
}

theory::Spectrum white_band(const std::vector<Index>& cells, double band) {
  theory::Grid grid;
  for (std::size_t d = 0; d < cells.size(); ++d) grid.cells[3 - cells.size() + d] = cells[d];
  std::vector<double> impulse(static_cast<std::size_t>(grid.total()), 0.0);
  impulse.front() = 1;
  return spectrum_of(grid, impulse, band);
}

theory::RealSymbol heat_target(double r) {
  return [r](const theory::PerAxis& theta) {
    return std::exp(-r * (theta[0] * theta[0] + theta[1] * theta[1] + theta[2] * theta[2]));
  };
}

Index waves_in_band(Index cells, double band) {
  Index waves = 0;
  while (2 * (waves + 1) <= cells &&
         static_cast<double>(theory::angle(theory::Boundary::periodic, cells, waves + 1)) <= band)
    ++waves;
  return waves;
}

}  // namespace attune::experiments::heat::stability
