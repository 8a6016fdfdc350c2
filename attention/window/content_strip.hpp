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

// Where a tile of partners goes, and where its cells lie.
struct Place {
  Index slot, plane, line, x;
};

// Two arrays of partners, packed, and two of what else is known of them: array n of slot s lies at part[n] +
// s width[n] pitch.
template <class Scalar> struct Strip {
  static constexpr int arrays = 4;
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
  Index fresh = 0, filled = 0;  // rows of partners from `fresh` on are packed, tile by tile, up to `filled`
  Index packed = 0;  // columns of theirs that are
  Index alone = 0,
        shared = 0;  // partners [alone, alone + shared) of the first row are the first of the second
  bool weighs = false;  // do arrays 2 and 3 hold a weight for every offset, from the last to the first?
  bool masks = false;  // is a number of `absent` not 0?
  Scalar* zeros;  // a row of a partner that is not there
  Ahead ahead;

  // Room for partners of `columns` cells and of those that share a tile with them; channels begin in
  // different sets of the cache.
  static Index pitch_of(Index columns) {
    constexpr Index cells = Tile<Scalar>::cells;
    return ((columns + cells - 1) / cells | 1) * cells;
  }
  static Index pitch_of(const Walk& walk) {
    constexpr Index cells = Tile<Scalar>::cells;
    const Index columns = std::min(walk.extent(2), walk.columns);
    return pitch_of((columns + cells - 1) / cells * cells + walk.most_x - walk.least_x);
  }

  Strip(const Walk& who, Index room, const Index (&widths)[arrays], Pieces& pieces) : walk(who), pitch(room) {
    const Index offsets = walk.taps.extent(0);
    for (int n = 0; n < arrays; ++n) {
      width[n] = widths[n];
      part[n] = pieces.take<Scalar>(walk.slots() * width[n] * pitch);
      for (Row& r : row) r.at[n] = pieces.take<const Scalar*>(offsets);
    }
    absent = pieces.take<Scalar>(pitch);
    zeros = pieces.take<Scalar>(std::max(width[0], width[1]));
    present = pieces.take<bool>(walk.slots());
    for (Row& r : row) r.tap = pieces.take<Index>(offsets);
  }

  void start(const Box& strip) {
    box = strip;
    filled = strip.lower[1] + walk.least_y;
    masks = false;
    std::fill(zeros, zeros + std::max(width[0], width[1]), Scalar(0));
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

  // Turns to rows j .. j + count - 1; they see more rows of partners than the rows before them.
  void advance(Index j, Index count) {
    fresh = filled;
    packed = 0;
    for (; filled < j + count + walk.most_y; ++filled)
      for (Index n = 0; n < static_cast<Index>(walk.planes.extent(0)); ++n) {
        Index plane, line;
        present[slot(n, filled)] = find(n, filled, plane, line);
      }
    rows = static_cast<int>(count);
    for (int r = 0; r < 2; ++r) list(j + r, row[r], r < rows);
    match();
  }

  // Asks for what the next tile will pack of an array: of these rows or, at their end, of the next ones.
  void look_ahead(const CellRows<Scalar>& cells) {
    constexpr Index count = Tile<Scalar>::cells;
    const bool down = packed >= box.extent(2) + walk.most_x - walk.least_x;
    const Axis& axis = walk.axes[2];
    for (Index x = down ? 0 : packed, tiles = down ? 2 : 1; tiles > 0; x += count, --tiles) {
      const Index last = std::max(axis.lower, axis.upper - count);
      const Index column = std::clamp(box.lower[2] + walk.least_x + x, axis.lower, last);
      for (Index at = down ? filled : fresh; at < (down ? filled + 2 : filled); ++at)
        for (Index n = 0; n < static_cast<Index>(walk.planes.extent(0)); ++n) {
          Index plane, line;
          if (find(n, at, plane, line))
            ahead.add(cells.origin + (plane * cells.plane + line * cells.row + column) * cells.width);
        }
    }
  }

  bool find(Index n, Index at, Index& plane, Index& line) const {
    return walk.axes[0].find(box.lower[0] + walk.planes(n), plane) && walk.axes[1].find(at, line);
  }

  // Packs what a tile that begins `x` cells into the strip sees of the fresh rows beyond the tiles before it.
  // fill(place) packs a tile of partners.
  template <class Fill> void reach(Index x, const Fill& fill) {
    constexpr Index cells = Tile<Scalar>::cells;
    const Index seen = std::min(x + cells, box.extent(2)) + walk.most_x - walk.least_x;
    for (; packed < seen; packed += cells)
      for (Index at = fresh; at < filled; ++at)
        for (Index n = 0; n < static_cast<Index>(walk.planes.extent(0)); ++n) {
          Index plane, line;
          if (find(n, at, plane, line)) fill(Place{slot(n, at), plane, line, packed});
        }
  }

  void list(Index j, Row& to, bool wanted) const {
    to.taps = 0;
    const Index kept = walk.rows_kept(), first = slot(0, j + walk.least_y);
    for (Index o = 0; wanted && o < static_cast<Index>(walk.taps.extent(0)); ++o) {
      const Tap& offset = walk.taps(o);
      const Index rest = first + offset.y - walk.least_y;
      const Index s = offset.plane * kept + (rest < kept ? rest : rest - kept);
      if (!present[s]) continue;
      for (int n = 0; n < arrays; ++n)
        to.at[n][to.taps] = part[n] + s * width[n] * pitch + offset.x - walk.least_x;
      if (weighs)
        for (const int n : {2, 3}) to.at[n][to.taps] += (width[n] - 1 - o) * pitch;
      to.tap[to.taps++] = o;
    }
  }

  // The end of the first row's partners that the second row begins with; in another order nothing is shared.
  void match() {
    const auto same = [&](Index a, Index b) {
      bool all = true;
      for (int n = 0; n < 2; ++n) all = all && (width[n] == 0 || row[0].at[n][a] == row[1].at[n][b]);
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

  // z += products of the tiles a (widths of array n), `x` cells into the strip, with all partners.
  void score(int n, Index x, const PairChannels<Scalar>& a, const Two<Scalar>& z) {
    constexpr Index cells = Tile<Scalar>::cells;
    scores(a[0], partners(0, n, x, 0), alone, z[0]);
    score_pairs<Scalar>(a, partners(1, n, x, 0), shared, {z[0] + alone * cells, z[1]}, ahead);
    scores(a[1], partners(1, n, x, shared), row[1].taps - shared, z[1] + shared * cells);
  }

  // to = sums of all partners with the weights p, in the order of the offsets.
  template <class Weights> void mix(int n, Index x, const Weights (&p)[2], const Two<Scalar>& to) const {
    constexpr Index cells = Tile<Scalar>::cells;
    for (int r = 0; r < 2; ++r) std::fill(to[r], to[r] + width[n] * cells, Scalar(0));
    content::mix(p[0], partners(0, n, x, 0), alone, width[n], to[0]);
    const Weights both[2] = {p[0].from(alone), p[1]};
    mix_pairs(both, partners(1, n, x, 0), shared, width[n], to);
    content::mix(p[1].from(shared), partners(1, n, x, shared), row[1].taps - shared, width[n], to[1]);
  }
  void mix(int n, Index x, const Two<Scalar>& p, const Two<Scalar>& to) const {
    const Tiled<Scalar> both[2] = {{p[0]}, {p[1]}};
    mix(n, x, both, to);
  }
  Partners<Scalar> partners(int r, int n, Index x, Index first) const {
    return {row[r].at[n] + first, x, pitch};
  }

  Scalar* at(int n, const Place& to) const { return part[n] + to.slot * width[n] * pitch + to.x; }

  // The rows of a tile of cells from x on in the row that starts at `line`.
  void find(const CellRows<Scalar>& cells, Index plane, Index line, Index x,
            const Scalar* (&found)[Tile<Scalar>::cells]) const {
    constexpr Index count = Tile<Scalar>::cells;
    const Scalar* const start = cells.origin + (plane * cells.plane + line * cells.row) * cells.width;
    const Index first = box.lower[2] + walk.least_x + x;
    const bool whole = walk.axes[2].holds(first, first + count);
    for (Index l = 0; l < count; ++l) {
      Index key = first + l;
      found[l] = whole || walk.axes[2].find(first + l, key) ? start + key * cells.width : zeros;
    }
  }

  // z to begin with of a tile of row r that begins `x` cells into the strip: the bias, or -infinity where no
  // partner is.
  void begin(int r, Index x, const Scalar* bias, Scalar* z) const {
    using T = Tile<Scalar>;
    const Scalar* const here = absent + x - walk.least_x;
    const bool whole = !masks || std::count(here + walk.least_x, here + walk.most_x + T::cells, Scalar(0)) ==
                                     walk.most_x - walk.least_x + T::cells;
    for (Index o = 0; o < row[r].taps; ++o, z += T::cells) {
      const Index tap = row[r].tap[o];
      const auto b = simd::splat(bias[tap]);
      const Scalar* const none = here + walk.taps(tap).x;
      for (int v = 0; v < T::V; ++v) simd::store(z + v * T::W, whole ? b : b + simd::load(none + v * T::W));
    }
  }
};

}  // namespace attune::attention::window::content
