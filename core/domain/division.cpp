// core/domain/division.cpp
#include "core/domain/division.hpp"

#include <algorithm>

namespace attune {
namespace {

// Cells on the cuts between ranks; halves compare equally well.
Index surface(const Box& whole, const Triple& grid) {
  Index faces = 0;
  for (int axis = 0; axis < 3; ++axis) faces += (grid[axis] - 1) * (whole.cells() / whole.extent(axis));
  return faces;
}

Index cut(Index cells, Index parts, Index part) { return cells * part / parts; }

}  // namespace

Triple rank_grid(const Box& whole, int ranks) {
  Triple best{0, 0, 0};
  for (Index z = 1; z <= ranks; ++z) {
    if (ranks % z != 0 || z > whole.extent(0)) continue;
    for (Index y = 1; y <= ranks / z; ++y) {
      const Index x = ranks / z / y;
      if (ranks / z % y != 0 || y > whole.extent(1) || x > whole.extent(2)) continue;
      const Triple grid{z, y, x};
      const bool none = best[0] == 0;
      const Index here = surface(whole, grid), least = none ? 0 : surface(whole, best);
      if (none || here < least || (here == least && x < best[2])) best = grid;
    }
  }
  return best;
}

Triple rank_place(const Triple& grid, int rank) {
  return {rank / (grid[1] * grid[2]), rank / grid[2] % grid[1], rank % grid[2]};
}

int rank_at(const Triple& grid, const Triple& place) {
  return static_cast<int>((place[0] * grid[1] + place[1]) * grid[2] + place[2]);
}

// The least c with floor(N (c + 1) / p) > g is that with N (c + 1) >= p (g + 1).
Index owning_place(Index cells, Index parts, Index cell) { return (parts * (cell + 1) - 1) / cells; }

Box rank_box(const Box& whole, const Triple& grid, int rank) {
  const Triple place = rank_place(grid, rank);
  Box box;
  for (int axis = 0; axis < 3; ++axis) {
    box.lower[axis] = whole.lower[axis] + cut(whole.extent(axis), grid[axis], place[axis]);
    box.upper[axis] = whole.lower[axis] + cut(whole.extent(axis), grid[axis], place[axis] + 1);
  }
  return box;
}

std::vector<Box> pencils(const Box& whole, int axis, int ranks) {
  const int a = axis == 0 ? 1 : 0, b = axis == 2 ? 1 : 2;
  // As square as the ranks allow: parts along a is the divisor nearest to its fair share.
  Index along_a = 1;
  for (Index parts = 1; parts <= ranks; ++parts)
    if (ranks % parts == 0 && parts <= std::max<Index>(whole.extent(a), 1) &&
        (parts * parts <= ranks || ranks / along_a > whole.extent(b)))
      along_a = parts;
  const Index along_b = ranks / along_a;

  std::vector<Box> boxes(ranks, whole);
  for (int rank = 0; rank < ranks; ++rank) {
    Box& box = boxes[rank];
    box.lower[a] = whole.lower[a] + cut(whole.extent(a), along_a, rank / along_b);
    box.upper[a] = whole.lower[a] + cut(whole.extent(a), along_a, rank / along_b + 1);
    box.lower[b] = whole.lower[b] + cut(whole.extent(b), along_b, rank % along_b);
    box.upper[b] = whole.lower[b] + cut(whole.extent(b), along_b, rank % along_b + 1);
  }
  return boxes;
}

}  // namespace attune
