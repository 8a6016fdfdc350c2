// attention/window/content_strip.hpp
//
// The rows of partners that a thread keeps while it walks down a strip of the grid (content_tiles.hpp): for
// every plane that the window reaches, as many rows as it reaches along y, each of them packed once.
#pragma once

#include "attention/window/content_pairs.hpp"

namespace attune::attention::window::content {

// Work space of a thread, cut piece by piece; a null base measures how much there must be.
struct Pieces {
  char* at;
  template <class T> T* take(Index count) {
    char* const here = at;
    at += (count * static_cast<Index>(sizeof(T)) + 63) / 64 * 64;
    return reinterpret_cast<T*>(here);
  }
};

// Up to three arrays of partners, packed: array n of slot s lies at part[n] + s width[n] pitch.
template <class Scalar> struct Strip {
  static constexpr int arrays = 3;
  Walk walk;
  Box box;
  Index pitch, width[arrays];
  Scalar* part[arrays];
  Scalar* absent;  // (pitch) 0, or -infinity where no partner lies at that x
  bool* present;  // (slots) is there such a row?
  // Up to two rows of cells: their offsets that have partners, and these of the first cell of the tile.
  struct Row {
    Index taps;
    Index* tap;
    const Scalar** at[arrays];
  };
  Row row[2];
  int rows = 0;
  Index filled = 0;  // the row of partners after the last packed one
  Index alone = 0,
        shared = 0;  // partners [alone, alone + shared) of the first row are the first of the second
  bool masks = false;  // is a number of `absent` not 0?

  Strip(const Walk& who, const Index (&widths)[arrays], Pieces& pieces) : walk(who) {
    constexpr Index W = simd::width<Scalar>, cells = Tile<Scalar>::cells;
    const Index columns = (std::min(walk.extent(2), Walk::columns) + cells - 1) / cells * cells;
    pitch = (columns + walk.most_x - walk.least_x + W - 1) / W * W;
    const Index offsets = walk.taps.extent(0);
    for (int n = 0; n < arrays; ++n) {
      width[n] = widths[n];
      part[n] = pieces.take<Scalar>(walk.slots() * width[n] * pitch);
      for (Row& r : row) r.at[n] = pieces.take<const Scalar*>(offsets);
    }
    absent = pieces.take<Scalar>(pitch);
    present = pieces.take<bool>(walk.slots());
    for (Row& r : row) r.tap = pieces.take<Index>(offsets);
  }

  void start(const Box& strip) {
    box = strip;
    filled = strip.lower[1] + walk.least_y;
    masks = false;
    const Index seen = strip.extent(2) + walk.most_x - walk.least_x;
    for (Index x = 0; x < pitch; ++x) {
      Index key;
      const bool found = x >= seen || walk.axes[2].find(strip.lower[2] + walk.least_x + x, key);
      absent[x] = found ? Scalar(0) : no_score<Scalar>;
      masks = masks || !found;
    }
  }

  Index slot(Index plane, Index row) const {
    const Index n = walk.rows_kept(), rest = (row - box.lower[1] - walk.least_y) % n;
    return plane * n + rest;
  }

  // Packs what rows j .. j + count - 1 see beyond the rows before them. fill(slot, plane, row, x) packs W
  // cells from x on.
  template <class Fill> void advance(Index j, Index count, const Fill& fill) {
    constexpr Index W = simd::width<Scalar>;
    for (; filled < j + count + walk.most_y; ++filled)
      for (Index n = 0; n < static_cast<Index>(walk.planes.extent(0)); ++n) {
        const Index s = slot(n, filled);
        Index plane, row;
        present[s] =
            walk.axes[0].find(box.lower[0] + walk.planes(n), plane) && walk.axes[1].find(filled, row);
        if (!present[s]) continue;
        for (Index x = 0; x < pitch; x += W) fill(s, plane, row, x);
      }
    rows = static_cast<int>(count);
    for (int r = 0; r < 2; ++r) list(j + r, row[r], r < rows);
    match();
  }

  void list(Index j, Row& to, bool wanted) const {
    to.taps = 0;
    for (Index o = 0; wanted && o < static_cast<Index>(walk.taps.extent(0)); ++o) {
      const Tap& offset = walk.taps(o);
      const Index s = slot(offset.plane, j + offset.y);
      if (!present[s]) continue;
      for (int n = 0; n < arrays; ++n)
        to.at[n][to.taps] = part[n] + s * width[n] * pitch + offset.x - walk.least_x;
      to.tap[to.taps++] = o;
    }
  }

  // The end of the first row's partners that the second row begins with; in another order nothing is shared.
  void match() {
    const auto same = [&](Index a, Index b) {
      bool all = true;
      for (int n = 0; n < arrays; ++n) all = all && (width[n] == 0 || row[0].at[n][a] == row[1].at[n][b]);
      return all;
    };
    shared = 0;
    for (alone = 0; alone < row[0].taps; ++alone) {
      const Index left = row[0].taps - alone;
      Index n = 0;
      while (n < left && n < row[1].taps && same(alone + n, n)) ++n;
      if (n < left) continue;
      shared = n;
      return;
    }
  }

  // The partners of the next tile.
  void shift(Index cells) {
    for (int r = 0; r < rows; ++r)
      for (int n = 0; n < arrays; ++n)
        for (Index o = 0; o < row[r].taps; ++o) row[r].at[n][o] += cells;
  }

  // z += products of the tiles a (widths of array n) with all partners.
  void score(int n, const Two<Scalar>& a, const Two<Scalar>& z) const {
    constexpr Index cells = Tile<Scalar>::cells;
    scores(a[0], width[n], row[0].at[n], pitch, alone, z[0]);
    score_pairs<Scalar>(a, width[n], row[1].at[n], pitch, shared, {z[0] + alone * cells, z[1]});
    scores(a[1], width[n], row[1].at[n] + shared, pitch, row[1].taps - shared, z[1] + shared * cells);
  }

  // x = sums of all partners with the weights p, in the order of the offsets.
  void mix(int n, const Two<Scalar>& p, const Two<Scalar>& x) const {
    constexpr Index cells = Tile<Scalar>::cells;
    for (int r = 0; r < 2; ++r) std::fill(x[r], x[r] + width[n] * cells, Scalar(0));
    content::mix(p[0], row[0].at[n], alone, width[n], pitch, x[0]);
    mix_pairs<Scalar>({p[0] + alone * cells, p[1]}, row[1].at[n], shared, width[n], pitch, x);
    content::mix(p[1] + shared * cells, row[1].at[n] + shared, row[1].taps - shared, width[n], pitch, x[1]);
  }

  // The rows of W cells from x on in the row that starts at `row`; null where no cell is.
  void find(const CellRows<Scalar>& cells, Index plane, Index row, Index x, const Scalar** found) const {
    const Scalar* const start = cells.origin + (plane * cells.plane + row * cells.row) * cells.width;
    for (Index l = 0; l < simd::width<Scalar>; ++l) {
      Index key;
      found[l] =
          walk.axes[2].find(box.lower[2] + walk.least_x + x + l, key) ? start + key * cells.width : nullptr;
    }
  }

  // Takes partners that no cell is at from z of a tile of row r that begins `x` cells into the strip.
  void mask(int r, Index x, Scalar* z) const {
    if (!masks) return;
    using T = Tile<Scalar>;
    for (Index o = 0; o < row[r].taps; ++o)
      for (int v = 0; v < T::V; ++v) {
        Scalar* const here = z + o * T::cells + v * T::W;
        const Scalar* const none = absent + x + walk.taps(row[r].tap[o]).x - walk.least_x + v * T::W;
        simd::store(here, simd::load(here) + simd::load(none));
      }
  }
};

}  // namespace attune::attention::window::content
