// experiments/heat/parts/sweep.hpp
//
// What every heat experiment sweeps: dimensions, boundaries, seeds, and grids given per dimension.
#pragma once

#include <string>
#include <vector>

#include "core/deck/deck.hpp"
#include "core/results/results.hpp"

namespace attune::experiments::heat {

struct Sweep {
  std::vector<Index> dimensions{1, 2, 3};
  std::vector<std::string> boundaries{"periodic", "dirichlet", "neumann"};
};

void describe_sweep(auto& field, Sweep& s) {
  field("dimensions", s.dimensions, "1", "space dimensions D to visit", between(1, 3), length(1, 3));
  field("boundaries", s.boundaries, "1", "boundary conditions to visit",
        one_of({"periodic", "dirichlet", "neumann"}), length(1, 3));
}

// Cells per axis for each D.
struct Cells {
  std::vector<Index> in_1d, in_2d, in_3d;
  const std::vector<Index>& in(Index dimensions) const {
    return dimensions == 1 ? in_1d : dimensions == 2 ? in_2d : in_3d;
  }
};

// visit(d, b, D, boundary) of every dimension and boundary, with their places in the sweep.
template <class Visit> void each_case(const Sweep& sweep, const Visit& visit) {
  for (std::size_t d = 0; d < sweep.dimensions.size(); ++d)
    for (std::size_t b = 0; b < sweep.boundaries.size(); ++b)
      visit(d, b, static_cast<int>(sweep.dimensions[d]), sweep.boundaries[b]);
}

// `meaning` is that of the line for D = 1; no axis has fewer than `least` cells.
void describe_cells(auto& field, Cells& cells, const char* meaning, Index least = 1) {
  const auto from = static_cast<double>(least);
  field("cells_1d", cells.in_1d, "1", meaning, between(from, 1 << 28), length(1));
  field("cells_2d", cells.in_2d, "1", "the same, D = 2, (y, x)", between(from, 1 << 14), length(2));
  field("cells_3d", cells.in_3d, "1", "the same, D = 3, (z, y, x)", between(from, 1 << 10), length(3));
}

// A table of numbers over named axes, filled entry by entry; NaN where nothing was written.
Array tabulated(const std::vector<std::size_t>& shape);
double& entry(Array& table, const std::vector<std::size_t>& place);

// Refuses a repeated dimension or boundary: each is an axis of the results.
void check_sweep(const Sweep& sweep, const Deck& deck);

// Refuses cells that are not one number for each of D axes, or fewer than `least` along one.
void check_cells(const std::vector<Index>& cells, int dimensions, Index least, const std::string& key,
                 const Deck& deck);

// Writes the coordinates "dimension" and "boundary".
void write_axes(const Sweep& sweep, Results& results);

}  // namespace attune::experiments::heat
