// attention/window/content_tiles.hpp
//
// What the tiled kernels of window attention with content are made of. The lanes of a tile are cells that
// follow each other along x: for queries i the partners are keys i + offset, for keys j queries j - offset. A
// thread walks a strip of rows of the grid and keeps the rows of partners that a row sees channel by channel,
// so that the partners of a tile at one offset are one register at any address:
//
//   scores   z_oi = z0_o + sum_d a_di partner_{d, i + offset_o}       7 offsets x 2 registers of sums
//   mixture  x_di = sum_o p_oi partner_{d, i + offset_o}              6 channels x 2 registers of sums
//
// Every number is one chain of fused multiply-adds in the order of d, or of o, whatever the place of its cell
// in a tile: its bits do not depend on the cut of the grid. Partners that take no part are zero with a score
// of -infinity.
//
// Two rows of cells are worked off together where they see the same partners, for every register of partners
// is then loaded once for two multiply-adds: a processor loads as many registers as it multiplies, but half
// of the loads at any address take two lines of the cache.
//
// Cost     two rows: 12 multiply-adds and 8 loads; one row: 14 and 16 (scores), 12 and 15 (mixture)
#pragma once

#include <algorithm>
#include <cstring>

#include "attention/rows.hpp"
#include "attention/window/axes.hpp"
#include "core/core/simd.hpp"

namespace attune::attention::window::content {

template <class Scalar> inline constexpr Scalar no_score = -Kokkos::Experimental::infinity_v<Scalar>;

// An offset: which of the planes of partners, and how far along y and x.
struct Tap {
  Index plane, y, x;
};

// Rows of numbers of the cells of a grid; `origin` is the row of cell (0, 0, 0).
template <class Scalar> struct CellRows {
  const Scalar* origin;
  Index plane, row, width;  // cells a plane, cells a row
};

// A strip of a plane of cells.
struct StripSize {
  Index rows = 64, columns = 64;
};

// Who sees whom, and how the cells that are worked off are cut.
struct Walk {
  Index rows, columns;
  Axes axes;
  View1<const Tap> taps;
  View1<const Index> planes;  // offsets along z, each once
  Index least_y, most_y, least_x, most_x;

  Walk(const Axes& all, const std::vector<Triple>& offsets, const StripSize& size = {})
      : rows(size.rows), columns(size.columns), axes(all) {
    least_y = most_y = least_x = most_x = 0;
    std::vector<Index> z;
    std::vector<Tap> list;
    for (const Triple& offset : offsets) {
      auto found = std::find(z.begin(), z.end(), offset[0]);
      list.push_back({found - z.begin(), offset[1], offset[2]});
      if (found == z.end()) z.push_back(offset[0]);
      least_y = std::min(least_y, offset[1]);
      most_y = std::max(most_y, offset[1]);
      least_x = std::min(least_x, offset[2]);
      most_x = std::max(most_x, offset[2]);
    }
    taps = to_device("attention::window::offsets", list);
    planes = to_device("attention::window::planes", z);
  }
  Index extent(int a) const { return std::max(Index(0), axes[a].last - axes[a].first); }
  Index strips(int a, Index size) const { return (extent(a) + size - 1) / size; }
  Index all() const { return extent(0) * strips(1, rows) * strips(2, columns); }
  Box at(Index n) const {
    const Index across = strips(2, columns), along = strips(1, rows);
    const Triple place{n / across / along, n / across % along * rows, n % across * columns};
    const Triple size{1, rows, columns};
    Box box;
    for (int a = 0; a < 3; ++a) {
      box.lower[a] = axes[a].first + place[a];
      box.upper[a] = std::min(axes[a].last, box.lower[a] + size[a]);
    }
    return box;
  }
  Index reach_y() const { return most_y - least_y + 1; }
  Index reach_x() const { return most_x - least_x + 1; }
  Index rows_kept() const { return reach_y() + 1; }  // what two rows see
  Index slots() const { return static_cast<Index>(planes.extent(0)) * rows_kept(); }
};

// Tiles of V registers.
template <class Scalar> struct Tile {
  static constexpr int W = simd::width<Scalar>, V = 2, cells = V * W;
  using Register = simd::Vector<Scalar>;
};

// The rows of a tile of cells become columns: to[d * pitch + l] = factor row[l][d]. Whole lines of `to` are
// written at once where its pitch is a tile.
template <class Scalar>
void pack(const Scalar* const (&row)[Tile<Scalar>::cells], Index width, Scalar factor, Scalar* to,
          Index pitch) {
  using T = Tile<Scalar>;
  constexpr int W = T::W;
  Index d = 0;
  for (; d + W <= width; d += W) {
#pragma GCC unroll 2
    for (int v = 0; v < T::V; ++v) {
      simd::Vector<Scalar> x[W];
#pragma GCC unroll 16
      for (int l = 0; l < W; ++l) x[l] = simd::load(row[v * W + l] + d);
      simd::transpose<Scalar>(x);
#pragma GCC unroll 16
      for (int l = 0; l < W; ++l) simd::store(to + (d + l) * pitch + v * W, x[l] * simd::splat(factor));
    }
  }
  for (; d < width; ++d)
    for (int l = 0; l < T::cells; ++l) to[d * pitch + l] = factor * row[l][d];
}

// Columns become the rows of `cells` cells: to[l * width + d] = factor from[d * pitch + l], or that is added.
template <class Scalar> void unpack(const Scalar* from, Index width, Index cells, Scalar* to, bool adds) {
  constexpr int W = simd::width<Scalar>;
  constexpr Index pitch = Tile<Scalar>::cells;
  for (Index first = 0; first < cells; first += W) {
    const Index count = std::min(Index(W), cells - first);
    Index d = 0;
    for (; d + W <= width; d += W) {
      simd::Vector<Scalar> x[W];
#pragma GCC unroll 16
      for (int l = 0; l < W; ++l) x[l] = simd::load(from + (d + l) * pitch + first);
      simd::transpose<Scalar>(x);
      for (Index l = 0; l < count; ++l) {
        Scalar* const at = to + (first + l) * width + d;
        simd::store(at, adds ? simd::load(at) + x[l] : x[l]);
      }
    }
    for (; d < width; ++d)
      for (Index l = 0; l < count; ++l) {
        Scalar& at = to[(first + l) * width + d];
        at = from[d * pitch + first + l] + (adds ? at : Scalar(0));
      }
  }
}

// Sums (count, cells) of a tile, in registers and in memory.
template <class Scalar, int count, int V>
ATTUNE_INLINE void load_sums(const Scalar* from, simd::Vector<Scalar> (&sum)[count][V]) {
#pragma GCC unroll 8
  for (int n = 0; n < count; ++n)
#pragma GCC unroll 2
    for (int v = 0; v < V; ++v) sum[n][v] = simd::load(from + n * Tile<Scalar>::cells + v * Tile<Scalar>::W);
}
template <class Scalar, int count, int V>
ATTUNE_INLINE void store_sums(const simd::Vector<Scalar> (&sum)[count][V], Scalar* to) {
#pragma GCC unroll 8
  for (int n = 0; n < count; ++n)
#pragma GCC unroll 2
    for (int v = 0; v < V; ++v) simd::store(to + n * Tile<Scalar>::cells + v * Tile<Scalar>::W, sum[n][v]);
}

// The partners of a tile: channel d of those at offset o lies at at[o] + shift + d pitch.
template <class Scalar> struct Partners {
  const Scalar* const* at;
  Index shift, pitch;
};

// (D, cells) of a tile.
template <class Scalar> struct Channels {
  const Scalar* data;
  Index width, pitch;
};

// The weights of a tile: a tile of them an offset, or at every offset a place of their own.
template <class Scalar> struct Tiled {
  const Scalar* data;
  const Scalar* operator()(Index o) const { return data + o * Tile<Scalar>::cells; }
  Tiled from(Index o) const { return {(*this)(o)}; }
};
template <class Scalar> struct Listed {
  const Scalar* const* at;
  Index shift;
  const Scalar* operator()(Index o) const { return at[o] + shift; }
  Listed from(Index o) const { return {at + o, shift}; }
};

// z of `count` offsets.
template <int count, class Scalar>
ATTUNE_INLINE void score(const Channels<Scalar>& a, const Partners<Scalar>& partners, Scalar* z) {
  using T = Tile<Scalar>;
  simd::Vector<Scalar> sum[count][T::V];
  const Scalar* partner[count];
#pragma GCC unroll 8
  for (int o = 0; o < count; ++o) partner[o] = partners.at[o] + partners.shift;
  load_sums<Scalar>(z, sum);
  for (Index d = 0; d < a.width; ++d) {
    simd::Vector<Scalar> one[T::V];
#pragma GCC unroll 2
    for (int v = 0; v < T::V; ++v) one[v] = simd::load(a.data + d * a.pitch + v * T::W);
#pragma GCC unroll 8
    for (int o = 0; o < count; ++o)
#pragma GCC unroll 2
      for (int v = 0; v < T::V; ++v)
        sum[o][v] =
            simd::multiply_add(one[v], simd::load(partner[o] + d * partners.pitch + v * T::W), sum[o][v]);
  }
  store_sums<Scalar>(sum, z);
}

template <class Scalar>
void scores(const Channels<Scalar>& a, Partners<Scalar> partners, Index taps, Scalar* z) {
  const auto some = [&]<int count>(std::integral_constant<int, count>) {
    score<count>(a, partners, z);
    partners.at += count;
    taps -= count;
    z += count * Tile<Scalar>::cells;
  };
  while (taps >= 7) some(std::integral_constant<int, 7>{});
  while (taps >= 3) some(std::integral_constant<int, 3>{});
  while (taps >= 1) some(std::integral_constant<int, 1>{});
}

// `count` channels of x (count, cells) from one on.
template <int count, class Weights, class Scalar>
ATTUNE_INLINE void mix_channels(const Weights& p, const Partners<Scalar>& partners, Index taps, Index channel,
                                Scalar* x) {
  using T = Tile<Scalar>;
  simd::Vector<Scalar> sum[count][T::V];
  load_sums<Scalar>(x + channel * T::cells, sum);
  for (Index o = 0; o < taps; ++o) {
    const Scalar* const partner = partners.at[o] + partners.shift + channel * partners.pitch;
    simd::Vector<Scalar> weight[T::V];
#pragma GCC unroll 2
    for (int v = 0; v < T::V; ++v) weight[v] = simd::load(p(o) + v * T::W);
#pragma GCC unroll 8
    for (int d = 0; d < count; ++d)
#pragma GCC unroll 2
      for (int v = 0; v < T::V; ++v)
        sum[d][v] =
            simd::multiply_add(weight[v], simd::load(partner + d * partners.pitch + v * T::W), sum[d][v]);
  }
  store_sums<Scalar>(sum, x + channel * T::cells);
}

template <class Weights, class Scalar>
void mix(const Weights& p, const Partners<Scalar>& partners, Index taps, Index width, Scalar* x) {
  Index d = 0;
  const auto some = [&]<int count>(std::integral_constant<int, count>) {
    mix_channels<count>(p, partners, taps, d, x);
    d += count;
  };
  while (width - d >= 6) some(std::integral_constant<int, 6>{});
  while (width - d >= 2) some(std::integral_constant<int, 2>{});
  while (width - d >= 1) some(std::integral_constant<int, 1>{});
}

}  // namespace attune::attention::window::content
