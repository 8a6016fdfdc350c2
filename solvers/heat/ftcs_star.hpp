// solvers/heat/ftcs_star.hpp
//
// The explicit step along a piece of a row, in the vector registers of a processor:
//
//   u'_i = u_i + (r_1 s_1 + .. + r_A s_A),     s_a = (u_{i + below_a} + u_{i + above_a}) - 2 u_i
//
// over the A axes with r_a other than 0, in the order z, y, x; each operation rounds as it stands there. Twice u_i is
// exact, so that a multiply-add gives s_a: the bits of a cell are those of the portable kernel, in whatever
// register it lies.
//
// Cost     a register: 2 A additions, 2 A multiplications or multiply-adds, 2 A + 1 loads
// Limits   runs on the host alone; u and u' do not overlap
#pragma once

#include <algorithm>
#include <cstring>

#include "core/core/cache_lines.hpp"
#include "core/core/field.hpp"
#include "core/core/simd.hpp"
#include "solvers/heat/ftcs.hpp"

namespace attune::heat {

// A piece of a row: its cells, where they go, and a place that will be read soon, a piece of a line further for every
// line of results.
template <class Scalar> struct Row {
  const Scalar* u;
  Scalar* next;
  const Scalar* ahead;
  Index ahead_step = 0;  // cells
};

template <class Scalar, int A> struct Star {
  using Vector = simd::Vector<Scalar>;
  static constexpr Index W = simd::width<Scalar>, line = line_cells<Scalar>;

  Scalar r[A];
  Index below[A], above[A];  // where the neighbours lie, in cells from the cell itself

  ATTUNE_INLINE Vector at(const Scalar* here) const {
    const Vector u = simd::load(here);
    Vector change{};
#pragma GCC unroll 3
    for (int a = 0; a < A; ++a) {
      const Vector below_cell = simd::load(here + below[a]), above_cell = simd::load(here + above[a]);
      const Vector second = simd::multiply_add(simd::splat(Scalar(-2)), u, below_cell + above_cell);
      const Vector part = simd::splat(r[a]) * second;
      change = a == 0 ? part : change + part;
    }
    return u + change;
  }
  Scalar cell(const Scalar* here) const {
    Scalar change = 0;
    for (int a = 0; a < A; ++a) {
      const Scalar part = r[a] * ((here[below[a]] + here[above[a]]) - 2 * *here);
      change = a == 0 ? part : change + part;
    }
    return *here + change;
  }

  // A row by plain stores. Its last register ends where the row does, so that some cells may be written twice.
  void store(const Row<Scalar>& row, Index count) const {
    if (count < W) {
      for (Index i = 0; i < count; ++i) row.next[i] = cell(row.u + i);
      return;
    }
    const Scalar* ahead = row.ahead;
    Index i = 0;
    for (; i + line <= count; i += line, ahead += row.ahead_step) {
      simd::prefetch(ahead);
#pragma GCC unroll 8
      for (Index v = 0; v < line; v += W) simd::store(row.next + i + v, at(row.u + i + v));
    }
    for (; i + W <= count; i += W) simd::store(row.next + i, at(row.u + i));
    if (i < count) simd::store(row.next + count - W, at(row.u + count - W));
  }

  // R rows past the caches, a line of each in turn: a processor reads fast from several rows, and writes without
  // reading first where a line is filled at once. Lines that rows share with others are stored.
  template <int R> void stream(const Row<Scalar> (&rows)[R], Index count) const {
    Row<Scalar> row[R];
    Index least = count, lines[R];
    for (int n = 0; n < R; ++n) {
      row[n] = rows[n];
      const Index head = misaligned_cells(row[n].next);
      if (count < head + line) return store_all(rows, count);
      head_of(row[n], head);
      row[n].u += head, row[n].next += head;
      lines[n] = (count - head) / line;
      least = std::min(least, lines[n]);
      const Index tail = (count - head) % line;
      tail_of(row[n], count - head, tail);
    }
    for (Index l = 0; l < least; ++l)
#pragma GCC unroll 4
      for (int n = 0; n < R; ++n) send_line(row[n]);
    for (int n = 0; n < R; ++n)
      for (Index l = least; l < lines[n]; ++l) send_line(row[n]);
  }

 private:
  template <int R> void store_all(const Row<Scalar> (&rows)[R], Index count) const {
    for (int n = 0; n < R; ++n) store(rows[n], count);
  }
  ATTUNE_INLINE void send_line(Row<Scalar>& row) const {
    Vector x[line / W];
    simd::prefetch(row.ahead);
#pragma GCC unroll 8
    for (Index v = 0; v < line / W; ++v) x[v] = at(row.u + v * W);
#pragma GCC unroll 8
    for (Index v = 0; v < line / W; ++v) simd::stream(row.next + v * W, x[v]);
    row.u += line, row.next += line, row.ahead += row.ahead_step;
  }
  void head_of(const Row<Scalar>& row, Index count) const {
    if (count > 0) copy_line(row.u, 0, row.next, count);
  }
  void tail_of(const Row<Scalar>& row, Index end, Index count) const {
    if (count > 0) copy_line(row.u + end - line, line - count, row.next + end - count, count);
  }
  // Cells [first, first + count) of the line of cells from u on.
  void copy_line(const Scalar* u, Index first, Scalar* to, Index count) const {
    Scalar x[line];
#pragma GCC unroll 8
    for (Index v = 0; v < line; v += W) simd::store(x + v, at(u + v));
    std::memcpy(to, x + first, sizeof(Scalar) * static_cast<std::size_t>(count));
  }
};

// The star on the cells of a field.
template <int A, class Scalar> Star<Scalar, A> star_of(const Field<Scalar>& u, const Rates& r) {
  const auto row = static_cast<Index>(u.values.extent(2)),
             plane = row * static_cast<Index>(u.values.extent(1));
  const Index stride[3] = {plane, row, 1};
  Star<Scalar, A> star{};
  for (int axis = 0, a = 0; axis < 3; ++axis) {
    if (r[axis] == 0) continue;
    star.r[a] = Scalar(r[axis]), star.below[a] = -stride[axis], star.above[a] = stride[axis];
    ++a;
  }
  return star;
}

}  // namespace attune::heat
