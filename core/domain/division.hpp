// core/domain/division.hpp
//
// Who owns what: the Cartesian grid of ranks over a box. Pure arithmetic, the same on every rank.
#pragma once

#include <vector>

#include "core/core/box.hpp"

namespace attune {

// Ranks along each axis, product = ranks, with at least one cell for each, the least surface between ranks
// and, among equals, the fewest cuts along x. Product 0 if there is none.
Triple rank_grid(const Box& whole, int ranks);

// Rank r of the grid, x fastest, owns [lower + floor(N c / p), lower + floor(N (c + 1) / p)) along each axis.
Box rank_box(const Box& whole, const Triple& grid, int rank);

// Where rank r stands in the grid, and the rank that stands there.
Triple rank_place(const Triple& grid, int rank);
int rank_at(const Triple& grid, const Triple& place);

// The place along an axis of `cells` cells, dealt out to `parts` ranks, whose rank owns the cell, counted from 0.
Index owning_place(Index cells, Index parts, Index cell);

// Whole boxes of lines along `axis`: the other two axes are divided, `axis` is not. A rank may own none: an
// empty box.
std::vector<Box> pencils(const Box& whole, int axis, int ranks);

}  // namespace attune
