// attention/window/stencil_boxes.hpp
//
// The stencil of a box of offsets, KZ x K x K of them in row-major order. A band of 4 rows of results is
// worked off in chunks that the first cache holds, a chunk in tiles of 4 rows x V registers: a register of
// keys is loaded once for the up to K rows of results that it lies above, below or in.
//
//   K = 3   V = 1: 9 weights stay in registers beside 4 sums; a plane of keys is one pass over the chunk
//   K = 5   V = 2: weights are read again for each tile, for 8 sums; planes of keys run inside the tile
//
// Tiles that reach past the stored keys, or past the end of a row, work on a copy of their keys. Results that
// are streamed are gathered in a chunk first and leave row after row: four rows written in turn would share
// the few buffers in which a processor combines streaming stores, and where rows lie a multiple of 4096 bytes
// apart these then run at an eighth of the speed.
//
// Cost     a tile: 4 V KZ K^2 fused multiply-adds, V KZ K (4 + K - 1) loads of keys
#pragma once

#include "attention/window/stencil.hpp"

namespace attune::attention::window {

template <class Scalar, int KZ, int K> struct BoxTiles {
  static constexpr int W = simd::width<Scalar>, V = K == 3 ? 1 : 2, R = 4, cells = V * W;
  static constexpr int H = K / 2, HZ = KZ / 2, key_rows = R + 2 * H, key_cells = cells + 2 * H;
  static constexpr Index chunk = 2048 / sizeof(Scalar), line = line_cells<Scalar>;
  using Rows = const Scalar* [KZ][key_rows];
  using Sums = simd::Vector<Scalar>[R][V];

  // R rows of results from (k, j) on, `rows` of them wanted, and the rows of their keys; null: takes no part.
  struct Band {
    Index k, j;
    int rows;
    bool complete;
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
  // A chunk of results, and before each row what is left of the line that the chunk before began.
  struct Outbox {
    alignas(64) Scalar row[R][line + chunk];
    Index left[R] = {};
  };

  Stencil<Scalar> stencil;
  Strips strips;
  Scalar inverse;  // of the sum of all weights

  void operator()(Index n) const {
    const Box strip = strips.at(n);
    for (Index k = strip.lower[0]; k < strip.upper[0]; ++k)
      for (Index j = strip.lower[1]; j < strip.upper[1]; j += R) {
        const Band band = band_at(k, j, static_cast<int>(std::min(Index(R), strip.upper[1] - j)));
        Outbox outbox;
        for (Index i = strip.lower[2]; i < strip.upper[2]; i += chunk)
          work(band, {i, std::min(i + chunk, strip.upper[2])}, i + chunk >= strip.upper[2], outbox);
      }
    if (stencil.streams) simd::end_stream();
  }

  Band band_at(Index k, Index j, int rows) const {
    Band band{k, j, rows, true, {}};
    for (int z = 0; z < KZ; ++z) {
      Index plane, row;
      const bool plane_found = stencil.axes[0].find(k + z - HZ, plane);
      for (int y = 0; y < key_rows; ++y) {
        const int wanted =
            std::min(y, rows - 1 + 2 * H);  // rows beyond repeat: their results are not written
        const bool found = stencil.axes[1].find(j + wanted - H, row) && plane_found;
        band.keys[z][y] = found ? stencil.in.at(plane, row) : nullptr;
        band.complete = band.complete && found;
      }
    }
    return band;
  }

  void work(const Band& band, Range range, bool last, Outbox& outbox) const {
    const auto [begin, end] = range;
    const bool gathers = stencil.streams || band.rows < R;
    const Target target = gathers ? Target{outbox.row[0] + line - begin, line + chunk}
                                  : Target{stencil.out.at(band.k, band.j), stencil.out.row};
    const Axis& axis = stencil.axes[2];
    Index i = begin;
    while (i < end && !(band.complete && axis.holds(i - H, i + cells + H) && i + cells <= end))
      i += edge(band, i, std::min(Index(cells), end - i), target);
    if (i < end) {
      const Index past = i + (std::min(end, axis.upper - H) - i) / cells * cells;
      interior(band, {i, past}, target);
      for (i = past; i < end; i += cells) edge(band, i, std::min(Index(cells), end - i), target);
    }
    if (gathers) send(band, range, last, outbox);
  }

  void send(const Band& band, Range range, bool last, Outbox& outbox) const {
    for (int r = 0; r < band.rows; ++r) {
      Scalar* const fresh = outbox.row[r] + line;
      Scalar* const to = stencil.out.at(band.k, band.j + r) + range.begin;
      const Index cells = range.end - range.begin;
      if (stencil.streams) {
        Index& left = outbox.left[r];
        left = stream_row(fresh - left, to - left, cells + left, last);
        std::memmove(fresh - left, fresh + cells - left, sizeof(Scalar) * left);
      } else {
        std::memcpy(to, fresh, sizeof(Scalar) * cells);
      }
    }
  }

  ATTUNE_INLINE void interior(const Band& band, Range range, const Target& to) const {
    if constexpr (K == 3) {
      for (int z = 0; z + 1 < KZ; ++z) pass<false>(band, range, {to, z});
      pass<true>(band, range, {to, KZ - 1});
    } else {
      for (Index i = range.begin; i < range.end; i += cells) {
        Sums sum = {};
#pragma GCC unroll 1
        for (int z = 0; z < KZ; ++z) accumulate(band.keys[z], i - H, stencil.p.data() + z * K * K, sum);
        if (stencil.normalise) normalise_all(sum);
        store_rows(sum, to, i);
      }
    }
  }

  struct Plane {
    Target to;
    int z;
  };
  template <bool last> ATTUNE_INLINE void pass(const Band& band, Range range, const Plane& plane) const {
    const Scalar* row[key_rows];
    for (int y = 0; y < key_rows; ++y) row[y] = band.keys[plane.z][y];
    simd::Vector<Scalar> weight[K * K];
#pragma GCC unroll 9
    for (int o = 0; o < K * K; ++o) weight[o] = simd::hold(simd::splat(stencil.p(plane.z * K * K + o)));
    for (Index i = range.begin; i < range.end; i += cells) {
      Sums sum = {};
      if (plane.z > 0) load_rows(sum, plane.to, i);
      accumulate(row, i - H, weight, sum);
      if (last && stencil.normalise) normalise_all(sum);
      store_rows(sum, plane.to, i);
    }
  }

  ATTUNE_INLINE static simd::Vector<Scalar> spread(Scalar weight) { return simd::splat(weight); }
  ATTUNE_INLINE static simd::Vector<Scalar> spread(simd::Vector<Scalar> weight) { return weight; }

  // Adds a plane of keys; `weight` are its numbers, or registers of them.
  template <class Weight>
  ATTUNE_INLINE static void accumulate(const Scalar* const (&keys)[key_rows], Index at, const Weight* weight,
                                       Sums& sum) {
#pragma GCC unroll 8
    for (int y = 0; y < key_rows; ++y)
#pragma GCC unroll 8
      for (int x = 0; x < K; ++x) {
        simd::Vector<Scalar> key[V];
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) key[v] = simd::hold(simd::load(keys[y] + at + x + v * W));
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r) {
          if (y - r < 0 || y - r >= K) continue;
          const auto one = spread(weight[(y - r) * K + x]);
#pragma GCC unroll 8
          for (int v = 0; v < V; ++v) sum[r][v] = simd::multiply_add(one, key[v], sum[r][v]);
        }
      }
  }

  ATTUNE_INLINE static void load_rows(Sums& sum, const Target& from, Index i) {
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
      for (int v = 0; v < V; ++v) sum[r][v] = simd::load(from.at + r * from.row + i + v * W);
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
