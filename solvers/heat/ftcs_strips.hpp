// solvers/heat/ftcs_strips.hpp
//
// The explicit step on the host: the grid is cut into strips, a thread works one off plane by plane, in a
// plane in bands of 4 rows, in space row by row.
//
// A strip holds whole rows if they are not too long, and in space as many as let three planes of it stay in
// the second cache. There rows are too many and too short for a processor to see which it will need: while a
// plane is worked off, the one that the next plane will need is fetched. The cut follows from the shape
// alone.
#pragma once

#include <algorithm>

#include "core/core/field.hpp"
#include "solvers/heat/ftcs_star.hpp"

namespace attune::heat {

struct Strips {
  static constexpr Index row_bytes = 32 * 1024, cache = 192 * 1024, flat_rows = 32, most_rows = 64,
                         planes = 64;
  Triple cells, size, count;

  Strips(const Box& box, bool deep, Index bytes_of_scalar) : cells(box.shape()) {
    const Index pieces = (cells[2] * bytes_of_scalar + row_bytes - 1) / row_bytes;
    const Index row = (cells[2] + pieces - 1) / pieces;
    const Index fit = cache / (3 * bytes_of_scalar * row) - 2;
    size = {deep ? planes : 1, deep ? std::clamp(fit / 4 * 4, Index(4), most_rows) : flat_rows, row};
    for (int a = 0; a < 3; ++a) count[a] = (cells[a] + size[a] - 1) / size[a];
  }
  Index all() const { return count[0] * count[1] * count[2]; }

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

template <class Scalar, int A> struct StepStrips {
  static constexpr int R = 4;
  Field<Scalar> u, next;
  Star<Scalar, A> star;
  Strips strips;
  bool deep, streams;

  void operator()(Index n) const {
    const Box strip = strips.at(n);
    for (Index k = strip.lower[0]; k < strip.upper[0]; ++k) {
      Index j = strip.lower[1];
      if (!deep)
        for (; j + R <= strip.upper[1]; j += R) band<R>(strip, k, j);
      for (; j < strip.upper[1]; ++j) band<1>(strip, k, j);
    }
    if (streams) simd::end_stream();
  }

  template <int rows> void band(const Box& strip, Index k, Index j) const {
    const Index i = strip.lower[2], last_plane = u.box.extent(0) - 1 + u.halo[0],
                last_row = strip.upper[1] - 1;
    const Index fetched = deep ? std::min(k + 2, last_plane) : k;
    Row<Scalar> row[rows];
    for (int r = 0; r < rows; ++r)
      row[r] = {&u(k, j + r, i), &next(k, j + r, i), &u(fetched, j + r, i), deep ? line_cells<Scalar> : 0,
                &next(k, std::min(j + r + R, last_row), i)};
    const Star<Scalar, A> own = star;  // stores might write over what others can see
    if (streams) return own.stream(row, strip.extent(2));
    for (const Row<Scalar>& one : row) own.store(one, strip.extent(2));
  }
};

// The step along the A axes that have a rate; `streams`: past the caches.
template <int A, class Scalar>
void step_strips(const Field<Scalar>& u, const Rates& r, const Field<Scalar>& next, bool streams) {
  const bool deep = r[0] != 0;
  const Strips strips(u.box, deep, sizeof(Scalar));
  const Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>> each(0, strips.all());
  Kokkos::parallel_for("heat::ftcs_step", each,
                       StepStrips<Scalar, A>{u, next, star_of<A>(u, r), strips, deep, streams});
}

}  // namespace attune::heat
