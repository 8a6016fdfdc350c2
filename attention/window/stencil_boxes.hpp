// attention/window/stencil_boxes.hpp
//
// The stencil of a box of offsets, KZ x K x K of them. A band of 4 rows of results is worked off in tiles of
// 4 rows x 2 registers, which stay in registers while the tile goes through its keys plane by plane and there
// column by column: the K weights of a column lie in registers too, and a register of keys is loaded once for
// the up to K rows of results that it lies above, below or in. So the weights lie, and are added, column by
// column.
//
// Tiles that reach past the stored keys, or past the end of a row, work on a copy of their keys. Results that
// are streamed leave through an outbox, between the tiles of the next chunk. Where there are planes, rows are
// too many and too short for a processor to see which it will need: those of the next plane are fetched ahead.
//
// Cost     a tile: 8 KZ K^2 fused multiply-adds, KZ K (2 (3 + K) + K) loads
#pragma once

#include "attention/window/stencil_outbox.hpp"

namespace attune::attention::window {

template <class Scalar, int KZ, int K> struct BoxTiles {
  static constexpr int W = simd::width<Scalar>, V = 2, R = 4, cells = V * W;
  static constexpr int H = K / 2, HZ = KZ / 2, key_rows = R + 2 * H, key_cells = cells + 2 * H;
  static constexpr Index chunk = (KZ == 1 ? 1024 : 2048) / sizeof(Scalar), line = line_cells<Scalar>;
  using Rows = const Scalar* [KZ][key_rows];
  using Sums = simd::Vector<Scalar>[R][V];
  using Outbox = window::Outbox<Scalar, R, chunk>;

  // R rows of results from (k, j) on, `rows` of them wanted, and the rows of their keys; null: takes no part.
  // `ahead`: the row of keys of (k + 1, j) that no plane before has.
  struct Band {
    Index k, j;
    int rows;
    bool complete;
    const Scalar* ahead;
    Rows keys;
  };
  // Where the results of a band go: that of row r, cell i to at + r row + i.
  struct Target {
    Scalar* at;
    Index row;
  };
  struct Range {
    Index begin, end;
  };

  Stencil<Scalar> stencil;
  Strips strips;
  Scalar inverse;  // of the sum of all weights

  void operator()(Index n) const {
    const Box strip = strips.at(n);
    Outbox outbox;
    for (Index k = strip.lower[0]; k < strip.upper[0]; ++k)
      for (Index j = strip.lower[1]; j < strip.upper[1]; j += R) {
        const Band band = band_at(k, j, static_cast<int>(std::min(Index(R), strip.upper[1] - j)));
        for (Index i = strip.lower[2]; i < strip.upper[2]; i += chunk)
          work(band, {i, std::min(i + chunk, strip.upper[2])}, i + chunk >= strip.upper[2], outbox);
      }
    outbox.send_all();
    if (stencil.streams) simd::end_stream();
  }

  Band band_at(Index k, Index j, int rows) const {
    Band band{k, j, rows, true, nullptr, {}};
    Index plane, row;
    for (int z = 0; z < KZ; ++z) {
      const bool plane_found = stencil.axes[0].find(k + z - HZ, plane);
      for (int y = 0; y < key_rows; ++y) {
        const int wanted =
            std::min(y, rows - 1 + 2 * H);  // rows beyond repeat: their results are not written
        const bool found = stencil.axes[1].find(j + wanted - H, row) && plane_found;
        band.keys[z][y] = found ? stencil.in.at(plane, row) : nullptr;
        band.complete = band.complete && found;
      }
    }
    const bool found = stencil.axes[0].find(k + 1 + HZ, plane) && stencil.axes[1].find(j, row);
    band.ahead = found ? stencil.in.at(plane, row) : band.keys[HZ][H];
    return band;
  }

  void work(const Band& band, Range range, bool last, Outbox& outbox) const {
    const auto [begin, end] = range;
    const bool gathers = stencil.streams || band.rows < R;
    const Target target = gathers ? Target{outbox.fresh(0) - begin, line + chunk}
                                  : Target{stencil.out.at(band.k, band.j), stencil.out.row};
    const Axis& axis = stencil.axes[2];
    Index i = begin;
    while (i < end && !(band.complete && axis.holds(i - H, i + cells + H) && i + cells <= end))
      i += edge(band, i, std::min(Index(cells), end - i), target);
    if (i < end) {
      const Index past = i + (std::min(end, axis.upper - H) - i) / cells * cells;
      if (stencil.streams)
        interior<true>(band, {i, past}, target, outbox);
      else
        interior<false>(band, {i, past}, target, outbox);
      for (i = past; i < end; i += cells) edge(band, i, std::min(Index(cells), end - i), target);
    }
    const Cells3<Scalar> to{stencil.out.at(band.k, band.j) + begin, stencil.out.plane, stencil.out.row};
    if (stencil.streams)
      outbox.close(band.rows, end - begin, to, last);
    else if (gathers)
      for (int r = 0; r < band.rows; ++r)
        std::memcpy(to.at(0, r), outbox.fresh(r), sizeof(Scalar) * (end - begin));
  }

  // Copies of what the loop reads: the compiler must assume that its stores write over anything else.
  template <bool streams>
  [[gnu::noinline]] void interior(const Band band, Range range, const Target to, Outbox& outbox) const {
    const Scalar* const weight = stencil.p.data();
    const Index row = stencil.in.row;
    const bool normalises = stencil.normalise;
    typename Outbox::Piece piece = outbox.take();
    for (Index i = range.begin; i < range.end; i += cells) {
      if constexpr (KZ > 1)
#pragma GCC unroll 4
        for (int r = 0; r < R; ++r) simd::prefetch(band.ahead + r * row + i);
      Sums sum = {};
#pragma GCC unroll 1
      for (int z = 0; z < KZ; ++z) accumulate(band.keys[z], i - H, weight + z * K * K, sum);
      if (normalises) normalise_all(sum);
      store_rows(sum, to, i);
      if constexpr (streams)
#pragma GCC unroll 8
        for (Index l = 0; l < R * cells; l += line) outbox.send_line(piece);
    }
    outbox.send_rest(piece);
  }

  // Adds a plane of keys; `weight` are its numbers, column by column.
  ATTUNE_INLINE static void accumulate(const Scalar* const (&keys)[key_rows], Index at, const Scalar* weight,
                                       Sums& sum) {
#pragma GCC unroll 8
    for (int x = 0; x < K; ++x) {
      simd::Vector<Scalar> column[K];
#pragma GCC unroll 8
      for (int y = 0; y < K; ++y) column[y] = simd::hold(simd::splat(weight[x * K + y]));
#pragma GCC unroll 8
      for (int y = 0; y < key_rows; ++y) {
        simd::Vector<Scalar> key[V];
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) key[v] = simd::hold(simd::load(keys[y] + at + x + v * W));
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r) {
          if (y - r < 0 || y - r >= K) continue;
#pragma GCC unroll 8
          for (int v = 0; v < V; ++v) sum[r][v] = simd::multiply_add(column[y - r], key[v], sum[r][v]);
        }
      }
    }
  }

  ATTUNE_INLINE static void store_rows(const Sums& sum, const Target& to, Index i) {
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
      for (int v = 0; v < V; ++v) simd::store(to.at + r * to.row + i + v * W, sum[r][v]);
  }
  ATTUNE_INLINE void normalise_all(Sums& sum) const {
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
      for (int v = 0; v < V; ++v) sum[r][v] = sum[r][v] * simd::splat(inverse);
  }

  // A tile on a copy of its keys; returns how many cells it is wide.
  [[gnu::noinline]] Index edge(const Band& band, Index i, Index count, const Target& to) const {
    const Axis& axis = stencil.axes[2];
    Scalar key[KZ][key_rows][key_cells] = {};
    Rows rows;
    const Index wanted = count + 2 * H;
    for (int z = 0; z < KZ; ++z)
      for (int y = 0; y < key_rows; ++y) {
        copy_keys(axis, band.keys[z][y], i - H, wanted, key[z][y]);
        rows[z][y] = key[z][y];
      }
    Sums sum = {}, kept = {};
    for (int z = 0; z < KZ; ++z) accumulate(rows[z], 0, stencil.p.data() + z * K * K, sum);
    if (stencil.normalise) {
      for (int z = 0; z < KZ; ++z)
        for (int y = 0; y < key_rows; ++y)
          copy_presence(axis, band.keys[z][y] != nullptr, i - H, wanted, key[z][y]);
      for (int z = 0; z < KZ; ++z) accumulate(rows[z], 0, stencil.p.data() + z * K * K, kept);
      for (int r = 0; r < R; ++r) normalise<Scalar>(sum[r], kept[r]);
    }
    for (int r = 0; r < R; ++r) write(to.at + r * to.row + i, sum[r], count, false);
    return count;
  }
};

}  // namespace attune::attention::window
