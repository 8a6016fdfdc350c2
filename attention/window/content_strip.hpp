// attention/window/content_strip.hpp
//
// The rows of partners that a thread keeps while it walks down a strip of the grid (content_tiles.hpp): for
// every plane that the window reaches, as many rows as it reaches along y, each of them packed once.
#pragma once

#include "attention/window/content_tiles.hpp"

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
  Index* tap;  // the offsets that have partners in the row that is worked off
  const Scalar** at[arrays];  // their partners of the first cell of the tile
  Index taps = 0, filled = 0;  // filled: the row after the last packed one
  bool masks = false;  // is a number of `absent` not 0?

  Strip(const Walk& who, const Index (&widths)[arrays], Pieces& pieces) : walk(who) {
    constexpr Index W = simd::width<Scalar>, cells = Tile<Scalar>::cells;
    const Index columns = (std::min(walk.extent(2), Walk::columns) + cells - 1) / cells * cells;
    pitch = (columns + walk.most_x - walk.least_x + W - 1) / W * W;
    const Index offsets = walk.taps.extent(0);
    for (int n = 0; n < arrays; ++n) {
      width[n] = widths[n];
      part[n] = pieces.take<Scalar>(walk.slots() * width[n] * pitch);
      at[n] = pieces.take<const Scalar*>(offsets);
    }
    absent = pieces.take<Scalar>(pitch);
    present = pieces.take<bool>(walk.slots());
    tap = pieces.take<Index>(offsets);
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
    const Index n = walk.reach_y(), rest = (row - box.lower[1] - walk.least_y) % n;
    return plane * n + rest;
  }

  // Packs what row j sees beyond the rows before it. fill(slot, plane, row, x) packs W cells from x on.
  template <class Fill> void advance(Index j, const Fill& fill) {
    constexpr Index W = simd::width<Scalar>;
    for (; filled <= j + walk.most_y; ++filled)
      for (Index n = 0; n < static_cast<Index>(walk.planes.extent(0)); ++n) {
        const Index s = slot(n, filled);
        Index plane, row;
        present[s] =
            walk.axes[0].find(box.lower[0] + walk.planes(n), plane) && walk.axes[1].find(filled, row);
        if (!present[s]) continue;
        for (Index x = 0; x < pitch; x += W) fill(s, plane, row, x);
      }
    taps = 0;
    for (Index o = 0; o < static_cast<Index>(walk.taps.extent(0)); ++o) {
      const Tap& offset = walk.taps(o);
      const Index s = slot(offset.plane, j + offset.y);
      if (!present[s]) continue;
      for (int n = 0; n < arrays; ++n) at[n][taps] = part[n] + s * width[n] * pitch + offset.x - walk.least_x;
      tap[taps++] = o;
    }
  }

  // The partners of the next tile.
  void shift(Index cells) {
    for (int n = 0; n < arrays; ++n)
      for (Index o = 0; o < taps; ++o) at[n][o] += cells;
  }

  // The partners that row j + 1 sees beyond row j, for a tile whose first cell is i.
  void prefetch(const CellRows<Scalar>& cells, Index j, Index i) const {
    Index plane, row, x;
    for (Index n = 0; n < static_cast<Index>(walk.planes.extent(0)); ++n)
      if (walk.axes[0].find(box.lower[0] + walk.planes(n), plane) &&
          walk.axes[1].find(j + 1 + walk.most_y, row) && walk.axes[2].find(i + walk.most_x, x))
        prefetch_rows(cells.origin + (plane * cells.plane + row * cells.row + x) * cells.width,
                      Tile<Scalar>::cells * cells.width, false);
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

  // z of a tile whose first cell is `x` cells into the strip: z0 on entry.
  void mask(Index x, Scalar* z) const {
    if (!masks) return;
    using T = Tile<Scalar>;
    for (Index o = 0; o < taps; ++o)
      for (int v = 0; v < T::V; ++v) {
        Scalar* const here = z + o * T::cells + v * T::W;
        const Scalar* const none = absent + x + walk.taps(tap[o]).x - walk.least_x + v * T::W;
        simd::store(here, simd::load(here) + simd::load(none));
      }
  }
};

}  // namespace attune::attention::window::content
