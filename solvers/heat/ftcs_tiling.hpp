// solvers/heat/ftcs_tiling.hpp
//
// How a pass of several steps is cut into tiles, and where the states between lie. By shape and number of
// steps alone.
//
// A tile is swept along `walk`, a group of planes at a time; a plane of it has rows along `across`. In space
// these are z and y. In a plane they are y and z, and a "plane" is one row.
//
// State n of steps (0: u) covers the cells of the tile and reach (steps - n) cells beyond. States 1 .. steps
// - 1 are kept in rings of `slots` planes: a group, and one plane on either side of it at least.
#pragma once

#include <algorithm>
#include <bit>

#include "core/core/cache_lines.hpp"
#include "solvers/heat/ftcs.hpp"

namespace attune::heat {

struct Tiling {
  // Rings of rows stay in the second cache; those of planes in a core's share of the third, as tiles that
  // the second could hold would overlap too much.
  static constexpr Index flat_cache = 256 * 1024, deep_cache = 2048 * 1024;
  static constexpr Index row_bytes = 4096, most_planes = 128, most_group = 2;
  int steps, walk, across;
  Triple reach, cells, size, count;  // reach: 1 along axes with a rate
  Index group, slots;  // planes
  Index margin, pitch, rows;  // of a ring: cells before those of the tile, cells of a row, rows of a plane
  Index line;  // cells

  Tiling(const Box& box, const Rates& r, int number_of_steps, Index bytes_of_scalar)
      : steps(number_of_steps), walk(r[0] != 0 ? 0 : 1), across(1 - walk), cells(box.shape()) {
    for (int a = 0; a < 3; ++a) reach[a] = r[a] != 0;
    line = 64 / bytes_of_scalar;
    const bool rows_in_plane = reach[across] != 0;
    group = std::min(most_group, cells[walk]);
    slots = static_cast<Index>(std::bit_ceil(static_cast<std::uint64_t>(group + 2 * reach[walk])));
    const Index beyond = steps - 1;
    margin = (beyond + line - 1) / line * line + line;
    const Index cache = rows_in_plane ? deep_cache : flat_cache;
    const Index plane_cells = cache / (bytes_of_scalar * slots * std::max(beyond, Index(1)));
    const Index widest =
        rows_in_plane ? row_bytes / bytes_of_scalar : std::max(plane_cells - 2 * margin, 16 * line);
    size[2] = evenly(cells[2], widest);
    pitch =
        ((size[2] + 2 * margin + line - 1) / line | 1) * line;  // odd: rows share no set of the first cache
    const Index deepest = rows_in_plane ? std::max(plane_cells / pitch - 2 * beyond, 2 * beyond + 4) : 1;
    size[across] = evenly(cells[across], deepest);
    size[walk] = evenly(cells[walk], most_planes);
    rows = size[across] + 2 * beyond * reach[across];
    for (int a = 0; a < 3; ++a) count[a] = (cells[a] + size[a] - 1) / size[a];
  }
  // The size of equal pieces of at most `most` cells, but for the last.
  static Index evenly(Index all, Index most) {
    const Index pieces = (all + most - 1) / most;
    return (all + pieces - 1) / pieces;
  }
  Index all() const { return count[0] * count[1] * count[2]; }
  Index ring_cells() const { return slots * rows * pitch; }

  // In local cells.
  Box at(Index n) const {
    const Triple place{n / count[2] / count[1], n / count[2] % count[1], n % count[2]};
    Box box;
    for (int a = 0; a < 3; ++a) {
      box.lower[a] = place[a] * size[a];
      box.upper[a] = std::min(cells[a], box.lower[a] + size[a]);
    }
    return box;
  }
};

}  // namespace attune::heat
