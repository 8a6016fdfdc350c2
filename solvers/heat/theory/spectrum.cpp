// solvers/heat/theory/spectrum.cpp
//
// FFTW behind two functions. A complex plan where every axis is periodic, a real-to-real plan otherwise.
#include "solvers/heat/theory/spectrum.hpp"

#include <fftw3.h>

#include "core/core/require.hpp"

namespace attune::heat::theory {
namespace {

using Modes = std::vector<std::complex<double>>;

constexpr unsigned effort = FFTW_ESTIMATE | FFTW_UNALIGNED;

struct Sizes {
  int z, y, x;
};

Sizes sizes(const Grid& grid) {
  return {static_cast<int>(grid.cells[0]), static_cast<int>(grid.cells[1]), static_cast<int>(grid.cells[2])};
}

void run(fftw_plan plan) {
  require(plan != nullptr, "FFTW plans every size");
  fftw_execute(plan);
  fftw_destroy_plan(plan);
}

void transform(const Grid& grid, Modes& values, int sign) {
  const auto [z, y, x] = sizes(grid);
  auto* data = reinterpret_cast<fftw_complex*>(values.data());
  run(fftw_plan_dft_3d(z, y, x, data, data, sign, effort));
}

fftw_r2r_kind kind(Boundary boundary, bool forward) {
  if (boundary == Boundary::neumann) return forward ? FFTW_REDFT10 : FFTW_REDFT01;
  if (boundary == Boundary::dirichlet) return forward ? FFTW_RODFT10 : FFTW_RODFT01;
  return forward ? FFTW_R2HC : FFTW_HC2R;
}

void transform(const Grid& grid, std::vector<double>& values, bool forward) {
  const auto [z, y, x] = sizes(grid);
  const auto& edges = grid.boundary;
  run(fftw_plan_r2r_3d(z, y, x, values.data(), values.data(), kind(edges[0], forward),
                       kind(edges[1], forward), kind(edges[2], forward), effort));
}

}  // namespace

bool has_walls(const Grid& grid) {
  for (const Boundary boundary : grid.boundary)
    if (boundary != Boundary::periodic) return true;
  return false;
}

Index mode_of(const Grid& grid, int axis, Index m) {
  const Index cells = grid.cells[axis];
  if (grid.boundary[axis] == Boundary::neumann) return m;
  if (grid.boundary[axis] == Boundary::dirichlet) return m + 1;
  return 2 * m <= cells ? m : m - cells;
}

double mode_weight(const Grid& grid, int axis, Index m) {
  const Index cells = grid.cells[axis];
  if (grid.boundary[axis] == Boundary::neumann) return m == 0 ? 0.5 : 1;
  if (grid.boundary[axis] == Boundary::dirichlet) return m == cells - 1 ? 0.5 : 1;
  return has_walls(grid) && m != 0 && 2 * m != cells ? 2 : 1;
}

Modes to_modes(const Grid& grid, const std::vector<double>& field) {
  require(static_cast<Index>(field.size()) == grid.total(),
          "a field has one value for every cell of its grid");
  if (!has_walls(grid)) {
    Modes modes(field.begin(), field.end());
    transform(grid, modes, FFTW_FORWARD);
    return modes;
  }
  std::vector<double> values = field;
  transform(grid, values, true);
  return {values.begin(), values.end()};
}

std::vector<double> from_modes(const Grid& grid, const Modes& modes) {
  double scale = 1;  // a transform and its inverse multiply by the number of cells, twice that at walls
  for (int a = 0; a < 3; ++a)
    scale *= static_cast<double>((grid.boundary[a] == Boundary::periodic ? 1 : 2) * grid.cells[a]);

  std::vector<double> field;
  field.reserve(modes.size());
  if (!has_walls(grid)) {
    Modes values = modes;
    transform(grid, values, FFTW_BACKWARD);
    for (const auto& value : values) field.push_back(value.real() / scale);
    return field;
  }
  for (const auto& mode : modes) field.push_back(mode.real());
  transform(grid, field, false);
  for (double& value : field) value /= scale;
  return field;
}

}  // namespace attune::heat::theory
