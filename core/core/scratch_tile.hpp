// core/core/scratch_tile.hpp
//
// A plane of a tile of cells, and the cells round it, on its way from memory into the scratch of a team.
//
//   columns    512 bytes of a row: a warp or a wavefront reads and writes whole lines
//   rows       in strips; thread t owns the `depth` cells of column t % columns in strip t / columns
//   rim        rows above and below, then columns on either side, dealt out one cell a thread in turn
//
// A thread asks for all its numbers before it puts the first into scratch (Sheet): memory is only busy while
// several reads of every thread are on their way. Divisions are by constants. A tile whose cells all lie in
// memory as they are numbered is read by `Straight`, without a question; any other by `Mapped`, where a cell
// that does not exist is 0.
//
// Shapes   plane in scratch (rows + 2 y, columns + 2 x) of a reach (z, y, x)
// Limits   float, double; a thread of a device is one t, a thread of the host as many as it takes
#pragma once

#include "core/core/field.hpp"
#include "core/core/simd_machine.hpp"

namespace attune::scratch {

// Cells on either side that a kernel reads.
template <int planes, int rows, int columns> struct Reach {
  static constexpr int z = planes, y = rows, x = columns;
};

template <class Scalar, class Reach> struct Tile {
  static constexpr int threads = 256, columns = 512 / static_cast<int>(sizeof(Scalar));
  static constexpr int strips = threads / columns, rows = Reach::z > 0 ? 16 : 32, depth = rows / strips;
  static constexpr int pitch = columns + 2 * Reach::x, cells = (rows + 2 * Reach::y) * pitch;
  // Where the first own cell lies.
  static constexpr int origin = Reach::y * pitch + Reach::x;
};

// The cells along an axis that exist, [lower, upper); those beyond [0, period) are copies of those within, if
// there is a period. In 32 bits: a device works with 64 in two steps and two registers.
struct Span {
  int lower, upper, period;

  KOKKOS_FUNCTION bool find(int at, int& stored) const {
    stored = at;
    if (at < lower || at >= upper) return false;
    if (period > 0) {  // seldom more than one period away: no division
      while (stored < 0) stored += period;
      while (stored >= period) stored -= period;
    }
    return true;
  }
  // Do all of [begin, end) exist, and lie where they are numbered?
  KOKKOS_FUNCTION bool straight(int begin, int end) const {
    return begin >= (period > 0 ? 0 : lower) && end <= (period > 0 && period < upper ? period : upper);
  }
};
using Spans = Kokkos::Array<Span, 3>;

inline Span span_of(Index lower, Index upper, Index period) {
  return {static_cast<int>(lower), static_cast<int>(upper), static_cast<int>(period)};
}

// Are the stored cells few enough along each axis, and a tile of whole rows, to be numbered in 32 bits?
template <class View> bool fits(const View& stored) {
  constexpr std::size_t most = std::size_t(1) << 24;
  return stored.extent(0) < most && stored.extent(1) < most && stored.extent(2) < most;
}

// The stored cells of a field, for steps from cell to cell: the layout is known, so that one of 64 bits is enough.
template <class Scalar> struct Stored {
  Scalar* origin;  // local cell (0, 0, 0)
  Index plane;
  int row;

  explicit Stored(const Field<Scalar>& u)
      : origin(u.values.data() +
               (u.halo[0] * static_cast<Index>(u.values.extent(1)) + u.halo[1]) *
                   static_cast<Index>(u.values.extent(2)) +
               u.halo[2]),
        plane(static_cast<Index>(u.values.extent(1) * u.values.extent(2))),
        row(static_cast<int>(u.values.extent(2))) {}
  KOKKOS_FUNCTION Scalar* at(int k, int j, int i) const {
    return origin + k * plane + (static_cast<Index>(j) * row + i);
  }
};

// Cells of a plane, numbered from the first own cell of the tile. Within a tile 32 bits are enough, and three
// times as fast to multiply as 64.
template <class Scalar> struct Straight {
  const Scalar* first;
  int row;
  KOKKOS_FUNCTION Scalar at(int y, int x) const { return first[y * row + x]; }
};
template <class Scalar> struct Mapped {
  const Scalar* plane;  // local cell (0, 0)
  Index row;
  Span rows, columns;
  int j, i;  // the tile begins here
  KOKKOS_FUNCTION Scalar at(int y, int x) const {
    int k, n;
    return rows.find(j + y, k) && columns.find(i + x, n) ? plane[k * row + n] : Scalar(0);
  }
};

// What thread t carries of a plane.
template <class Scalar, class Reach> struct Sheet {
  using T = Tile<Scalar, Reach>;
  static constexpr int all_rim = 2 * Reach::y * T::columns,
                       all_beside = 2 * Reach::x * (T::rows + 2 * Reach::y);
  static constexpr int of_rim = (all_rim + T::threads - 1) / T::threads,
                       of_beside = (all_beside + T::threads - 1) / T::threads;
  Scalar own[T::depth], rim[of_rim > 0 ? of_rim : 1], beside[of_beside > 0 ? of_beside : 1];

  template <class Source> KOKKOS_FUNCTION void load(const Source& source, int t) {
    const int column = t % T::columns, row = t / T::columns * T::depth;
    ATTUNE_UNROLL
    for (int r = 0; r < T::depth; ++r) own[r] = source.at(row + r, column);
    ATTUNE_UNROLL
    for (int n = 0; n < of_rim; ++n)
      if (t + n * T::threads < all_rim) rim[n] = source.at(rim_row(t, n), column);
    ATTUNE_UNROLL
    for (int n = 0; n < of_beside; ++n)
      if (t + n * T::threads < all_beside) beside[n] = source.at(beside_row(t, n), beside_column(t, n));
  }
  KOKKOS_FUNCTION void load_nothing() {
    ATTUNE_UNROLL
    for (Scalar& one : own) one = 0;
    ATTUNE_UNROLL
    for (Scalar& one : rim) one = 0;
    ATTUNE_UNROLL
    for (Scalar& one : beside) one = 0;
  }

  // `plane` is the place of the first own cell.
  KOKKOS_FUNCTION void store(Scalar* plane, int t) const {
    const int column = t % T::columns, row = t / T::columns * T::depth;
    ATTUNE_UNROLL
    for (int r = 0; r < T::depth; ++r) plane[(row + r) * T::pitch + column] = own[r];
    ATTUNE_UNROLL
    for (int n = 0; n < of_rim; ++n)
      if (t + n * T::threads < all_rim) plane[rim_row(t, n) * T::pitch + column] = rim[n];
    ATTUNE_UNROLL
    for (int n = 0; n < of_beside; ++n)
      if (t + n * T::threads < all_beside)
        plane[beside_row(t, n) * T::pitch + beside_column(t, n)] = beside[n];
  }

  // `threads` is a multiple of `columns`: a thread keeps its column.
  KOKKOS_FUNCTION static int rim_row(int t, int n) {
    const int row = (t + n * T::threads) / T::columns;
    return row < Reach::y ? row - Reach::y : row - Reach::y + T::rows;
  }
  KOKKOS_FUNCTION static int beside_row(int t, int n) {
    return (t + n * T::threads) / width_beside - Reach::y;
  }
  KOKKOS_FUNCTION static int beside_column(int t, int n) {
    const int column = (t + n * T::threads) % width_beside;
    return column < Reach::x ? column - Reach::x : column - Reach::x + T::columns;
  }
  static constexpr int width_beside = Reach::x > 0 ? 2 * Reach::x : 1;
};

// The first `cells` of `depth` numbers to a column of memory; as a rule all of them.
template <int depth, class Scalar>
KOKKOS_FUNCTION void write(const Scalar* from, Scalar* to, int row, int cells) {
  if (cells == depth) {
    ATTUNE_UNROLL
    for (int r = 0; r < depth; ++r, to += row) *to = from[r];
  } else {
    ATTUNE_UNROLL
    for (int r = 0; r < depth; ++r, to += row)
      if (r < cells) *to = from[r];
  }
}

using Cells = Kokkos::Array<int, 3>;
struct Block {
  Cells lower, upper;
};

// A box of cells, from (0, 0, 0) on, in tiles of planes x rows x columns.
struct Cut {
  Cells cells, size, count;

  Cut(const Triple& shape, const Triple& tile) {
    for (int a = 0; a < 3; ++a) {
      cells[a] = static_cast<int>(shape[a]), size[a] = static_cast<int>(tile[a]);
      count[a] = (cells[a] + size[a] - 1) / size[a];
    }
  }
  int all() const { return count[0] * count[1] * count[2]; }
  KOKKOS_FUNCTION Block at(int n) const {
    const int row = n / count[2];
    const Cells place{row / count[1], row % count[1], n - row * count[2]};
    Block block;
    for (int a = 0; a < 3; ++a) {
      block.lower[a] = place[a] * size[a];
      block.upper[a] = cells[a] < block.lower[a] + size[a] ? cells[a] : block.lower[a] + size[a];
    }
    return block;
  }
};

}  // namespace attune::scratch
