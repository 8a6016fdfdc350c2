// experiments/heat/parts/setting.hpp
//
// One grid with its boundary, as solvers, attention and oracles each want it said.
#pragma once

#include <string>
#include <vector>

#include "core/domain/domain.hpp"
#include "solvers/heat/boundary.hpp"
#include "solvers/heat/theory/grid.hpp"

namespace attune::experiments::heat {

struct Setting {
  int dimensions;
  std::string boundary;  // the same along every axis
  attune::heat::Boundaries boundaries;
  Domain domain;

  attune::heat::theory::Grid grid() const;  // for oracles
  Triple halo(Index width) const;  // ghosts along the axes that the grid has
  Index cells() const { return domain.whole().cells(); }
};

Setting make_setting(const Domain& world, const std::vector<Index>& cells, const std::string& boundary);

// The same number of cells along each of D axes.
Setting make_cube(const Domain& world, int dimensions, Index cells, const std::string& boundary);

// The letters of a D-dimensional grid's axes, slowest first: "z", "y", "x" or the last of them.
std::vector<const char*> axis_letters(int dimensions);

// A suffix for the claims of a case: "2d_neumann".
std::string case_name(int dimensions, const std::string& boundary);

// How many ulps of double an ulp of Scalar is: what a tolerance for round-off is multiplied by.
template <class Scalar> constexpr double round_off_scale() {
  return static_cast<double>(std::numeric_limits<Scalar>::epsilon()) / std::numeric_limits<double>::epsilon();
}

}  // namespace attune::experiments::heat
