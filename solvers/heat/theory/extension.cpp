// solvers/heat/theory/extension.cpp
//
// Ghost cells by images, and a stencil by its definition.
#include "solvers/heat/theory/extension.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/core/require.hpp"

namespace attune::heat::theory {

Triple reach_of(const std::vector<Triple>& offsets) {
  Triple reach{0, 0, 0};
  for (const auto& offset : offsets)
    for (int a = 0; a < 3; ++a) reach[a] = std::max<Index>(reach[a], std::abs(offset[a]));
  return reach;
}

Extension extend(const Grid& grid, const std::vector<double>& field, const Triple& reach) {
  require(static_cast<Index>(field.size()) == grid.total(),
          "a field has one value for every cell of its grid");
  const Triple n = grid.cells;
  Extension extension{n, reach, {}};
  extension.values.resize((n[0] + 2 * reach[0]) * (n[1] + 2 * reach[1]) * (n[2] + 2 * reach[2]));
  double* next = extension.values.data();

  for (Index k = -reach[0]; k < n[0] + reach[0]; ++k)
    for (Index j = -reach[1]; j < n[1] + reach[1]; ++j)
      for (Index i = -reach[2]; i < n[2] + reach[2]; ++i) {
        const Image z = image(grid.boundary[0], n[0], k), y = image(grid.boundary[1], n[1], j);
        const Image x = image(grid.boundary[2], n[2], i);
        *next++ = z.sign * y.sign * x.sign * field[(z.cell * n[1] + y.cell) * n[2] + x.cell];
      }
  return extension;
}

std::vector<double> apply(const Grid& grid, const Stencil& stencil, const std::vector<double>& field) {
  const Extension extension = extend(grid, field, reach_of(stencil.offsets));
  std::vector<std::ptrdiff_t> steps;
  for (const auto& offset : stencil.offsets) steps.push_back(extension.step(offset));

  std::vector<double> result;
  result.reserve(field.size());
  for (Index k = 0; k < grid.cells[0]; ++k)
    for (Index j = 0; j < grid.cells[1]; ++j)
      for (Index i = 0; i < grid.cells[2]; ++i) {
        const double* centre = extension.values.data() + extension.place(k, j, i);
        long double sum = 0;
        for (std::size_t o = 0; o < steps.size(); ++o)
          sum += static_cast<long double>(stencil.weights[o]) * centre[steps[o]];
        result.push_back(static_cast<double>(sum));
      }
  return result;
}

}  // namespace attune::heat::theory
