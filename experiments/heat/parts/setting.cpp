// experiments/heat/parts/setting.cpp
#include "experiments/heat/parts/setting.hpp"

#include "core/core/require.hpp"

namespace attune::experiments::heat {

namespace theory = attune::heat::theory;

Setting make_setting(const Domain& world, const std::vector<Index>& cells, const std::string& boundary) {
  const int dimensions = static_cast<int>(cells.size());
  const auto boundaries = attune::heat::boundaries_of({boundary}, dimensions);
  return {dimensions, boundary, boundaries,
          world.split(grid_box(cells), attune::heat::periodic_axes(boundaries))};
}

Setting make_cube(const Domain& world, int dimensions, Index cells, const std::string& boundary) {
  return make_setting(world, std::vector<Index>(static_cast<std::size_t>(dimensions), cells), boundary);
}

theory::Grid Setting::grid() const {
  theory::Grid grid{domain.whole().shape(), {}};
  for (int a = 0; a < 3; ++a) {
    grid.boundary[a] = theory::Boundary::periodic;
    if (a < 3 - dimensions) continue;
    if (boundary == "neumann") grid.boundary[a] = theory::Boundary::neumann;
    if (boundary == "dirichlet") grid.boundary[a] = theory::Boundary::dirichlet;
  }
  return grid;
}

Triple Setting::halo(Index width) const {
  Triple halo{0, 0, 0};
  for (int a = 3 - dimensions; a < 3; ++a) halo[a] = width;
  return halo;
}

std::vector<const char*> axis_letters(int dimensions) {
  const std::vector<const char*> letters{"z", "y", "x"};
  return {letters.end() - dimensions, letters.end()};
}

std::string case_name(int dimensions, const std::string& boundary) {
  return std::to_string(dimensions) + "d_" + boundary;
}

}  // namespace attune::experiments::heat
