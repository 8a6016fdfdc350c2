// solvers/heat/ftcs_star.hpp
//
// The explicit step along a piece of a row, in the vector registers of a processor:
//
//   u'_i = u_i + (r_1 s_1 + .. + r_A s_A),     s_a = (u_{i + below_a} + u_{i + above_a}) - 2 u_i
//
// over the A axes with r_a other than 0, in the order z, y, x; each operation rounds as it stands there.
// Twice u_i is exact, so that a multiply-add gives s_a: the bits of a cell are those of the portable kernel,
// in whatever register it lies.
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

// A piece of a row: its cells, and where they go. What lies `ahead` will be read soon, `ahead_step` cells
// further for every line of results. `later` is the place of a row whose ends will be stored soon: stores
// that wait for memory hold up all that come after them.
template <class Scalar> struct Row {
  const Scalar* u;
  Scalar* next;
  const Scalar* ahead;
  Index ahead_step;  // cells
  const Scalar* later;
};

template <class Scalar, int A> struct Star {
  using Vector = simd::Vector<Scalar>;
  static constexpr Index W = simd::width<Scalar>, line = line_cells<Scalar>;

  Scalar r[A];
  Index below[A], above[A];  // where the neighbours lie, in cells from the cell itself

  ATTUNE_INLINE Vector at(const Scalar* here) const {
    const Vector u = simd::hold(simd::load(here));  // else read again at each use
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

  // A row by plain stores. Its last register ends where the row does, so that some cells may be written
  // twice.
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

  // R rows past the caches, a line of each in turn: a processor reads faster from several rows than from
  // one. Lines that a row shares with what lies beside it are stored.
  template <int R> void stream(const Row<Scalar> (&rows)[R], Index count) const {
    if (count < (R == 1 ? 2 : 16 * R) * line) return each_alone(rows, count);
    Row<Scalar> row[R];
    Index lead[R], lines[R], common = count;
    for (int n = 0; n < R; ++n) {
      row[n] = rows[n];
      lines[n] = store_ends(row[n], count);
      lead[n] = lead_of(row, n);
      common = std::min(common, lines[n] - lead[n]);
      for (Index l = 0; l < lead[n]; ++l) send_line(row[n]);
    }
    for (Index l = 0; l < common; ++l)
#pragma GCC unroll 4
      for (int n = 0; n < R; ++n) send_line(row[n]);
    for (int n = 0; n < R; ++n)
      for (Index l = lead[n] + common; l < lines[n]; ++l) send_line(row[n]);
  }

 private:
  template <int R> void each_alone(const Row<Scalar> (&rows)[R], Index count) const {
    for (const Row<Scalar>& row : rows)
      if constexpr (R == 1) {
        store(row, count);
      } else {
        const Row<Scalar> alone[1] = {row};
        stream(alone, count);
      }
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

  // Stores what lies before the first and after the last whole line; the row is then those lines. Returns
  // how many.
  Index store_ends(Row<Scalar>& row, Index count) const {
    simd::prefetch(row.later, true);
    simd::prefetch(row.later + count - 1, true);
    const Index head = misaligned_cells(row.next), whole = count - head, tail = whole % line;
    if (head > 0) copy_line(row.u, 0, row.next, head);
    row.u += head, row.next += head;
    if (tail > 0) copy_line(row.u + whole - line, line - tail, row.next + whole - tail, tail);
    return whole / line;
  }

  // By how many lines row n leads the rows before it, so that no two lines that are streamed in turn lie
  // close to a multiple of 4096 bytes apart: those share the few buffers in which a processor combines
  // streaming stores.
  template <int R> static Index lead_of(const Row<Scalar> (&row)[R], int n) {
    constexpr Index page = 4096 / 64, least = 2;
    const auto place = [](const Scalar* to) {
      return static_cast<Index>(reinterpret_cast<std::uintptr_t>(to) / 64 % page);
    };
    Index own = 0;
    for (int m = 0; m < n; ++m) {
      // row m has moved on by its lead
      const Index apart = (place(row[n].next) + own - place(row[m].next) + 2 * page) % page;
      if (apart >= least && apart <= page - least) continue;
      ++own, m = -1;
    }
    return own;
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
