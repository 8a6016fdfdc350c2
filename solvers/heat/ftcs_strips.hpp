// solvers/heat/ftcs_strips.hpp
//
// The explicit step on the host: the grid is cut into strips, a thread works one off by bands of 4 rows of a
// plane, in space by piles of the same row of 4 planes.
//
// A strip holds whole rows if they are not too long. In space it holds as many as let the 6 planes that a pile
// reads stay in the second cache: of every 4 planes that it then reads from there or farther away 4 are new,
// where a row alone would read 3 for its one. The rows that the pile will read next are fetched, for they are
// too short for a processor to see where they end. The cut follows from the shape alone.
#pragma once

#include <algorithm>

#include "core/core/field.hpp"
#include "solvers/heat/ftcs_star.hpp"

namespace attune::heat {

struct Strips {
  static constexpr Index row_bytes = 32 * 1024, cache = 512 * 1024, flat_rows = 32,
                         most_rows = 128, pile_planes = 6, planes = 128;
  Triple cells, size, count;

  Strips(const Box& box, bool deep, Index bytes_of_scalar) : cells(box.shape()) {
    const Index pieces = (cells[2] * bytes_of_scalar + row_bytes - 1) / row_bytes;
    const Index row = (cells[2] + pieces - 1) / pieces;
    const Index fit = cache / (pile_planes * bytes_of_scalar * row) - 2;
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
    deep ? in_piles(strip) : in_bands(strip);
    if (streams) simd::end_stream();
  }

  void in_bands(const Box& strip) const {
    for (Index k = strip.lower[0]; k < strip.upper[0]; ++k) {
      Index j = strip.lower[1];
      for (; j + R <= strip.upper[1]; j += R) band<R>(strip, k, j);
      for (; j < strip.upper[1]; ++j) band<1>(strip, k, j);
    }
  }
  void in_piles(const Box& strip) const {
    Index k = strip.lower[0];
    for (; k + R <= strip.upper[0]; k += R)
      for (Index j = strip.lower[1]; j < strip.upper[1]; ++j) pile<R>(strip, k, j);
    for (; k < strip.upper[0]; ++k)
      for (Index j = strip.lower[1]; j < strip.upper[1]; ++j) pile<1>(strip, k, j);
  }

  template <int rows> void band(const Box& strip, Index k, Index j) const {
    const Index i = strip.lower[2], last = strip.upper[1] - 1;
    Row<Scalar> row[rows];
    for (int r = 0; r < rows; ++r)
      row[r] = {&u(k, j + r, i), &next(k, j + r, i), &u(k, j + r, i), 0, &next(k, std::min(j + r + R, last), i)};
    work_off(row, strip.extent(2));
  }
  template <int planes> void pile(const Box& strip, Index k, Index j) const {
    const Index i = strip.lower[2], last = strip.upper[1] - 1, last_read = u.box.extent(1) - 1 + u.halo[1];
    const Index fetched = std::min(j + 3, last_read);
    Row<Scalar> row[planes];
    for (int p = 0; p < planes; ++p)
      row[p] = {&u(k + p, j, i), &next(k + p, j, i), &u(k + p + 1, fetched, i), line_cells<Scalar>,
                &next(k + p, std::min(j + 1, last), i)};
    work_off(row, strip.extent(2));
  }
  template <int rows> void work_off(const Row<Scalar> (&row)[rows], Index count) const {
    const Star<Scalar, A> own = star;  // stores might write over what others can see
    if (streams) return own.stream(row, count);
    for (const Row<Scalar>& one : row) own.store(one, count);
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
