// attention/window/stencil.hpp
//
// A stencil with one weight an offset, worked off by the vector unit of a processor:
//
//   out_i = sum_o p_o in_{i + offset_o}          over the keys i + offset_o that `in` has
//   out_i = that / sum_o p_o over the same keys  where `normalise` says so; 0 without a key
//
// This file holds what the tilings of stencil_boxes.hpp and stencil_lists.hpp share: where cells lie, how the
// grid is cut, and how a tile of results is written. In both, every cell is one chain of fused multiply-adds
// from zero, in the order of the weights p as its tiling holds them; a key that takes no part adds p_o times
// zero. So the bits of a cell do not depend on where it lies in a tile, nor on the cut into tiles, ranks or
// threads.
//
// Limits   runs on the host alone; `in` and `out` do not overlap
#pragma once

#include <algorithm>
#include <cstring>

#include "attention/window/axes.hpp"
#include "core/core/cache_lines.hpp"
#include "core/core/simd.hpp"

namespace attune::attention::window {

// Cells in memory; `origin` is cell (0, 0, 0).
template <class Scalar> struct Cells3 {
  Scalar* origin;
  Index plane, row;
  Scalar* at(Index k, Index j) const { return origin + k * plane + j * row; }
};

template <class Scalar> struct Stencil {
  Cells3<const Scalar> in;
  Cells3<Scalar> out;
  Axes axes;
  View1<const Triple> offsets;
  View1<const Scalar> p;
  bool normalise, streams;
};

// Copies the keys [at, at + cells) of a row along x to `to`, zero where one takes no part. `row` is null if
// none does.
template <class Scalar>
void copy_keys(const Axis& axis, const Scalar* row, Index at, Index cells, Scalar* to) {
  if (row == nullptr) {
    std::fill(to, to + cells, Scalar(0));
    return;
  }
  const Index begin = std::clamp(axis.lower, at, at + cells), end = std::clamp(axis.upper, begin, at + cells);
  const auto one_by_one = [&](Index from, Index past) {
    for (Index i = from; i < past; ++i) {
      Index key;
      to[i - at] = axis.find(i, key) ? row[key] : Scalar(0);
    }
  };
  one_by_one(at, begin);
  if (end > begin) std::memcpy(to + (begin - at), row + begin, sizeof(Scalar) * (end - begin));
  one_by_one(end, at + cells);
}

// One for each of these keys that takes part, else zero.
template <class Scalar> void copy_presence(const Axis& axis, bool row, Index at, Index cells, Scalar* to) {
  for (Index i = at; i < at + cells; ++i) {
    Index key;
    to[i - at] = row && axis.find(i, key) ? Scalar(1) : Scalar(0);
  }
}

// Writes the first `cells` lanes of V registers.
template <int V, class Scalar>
ATTUNE_INLINE void write(Scalar* to, const simd::Vector<Scalar> (&x)[V], Index cells, bool streams) {
  constexpr int W = simd::width<Scalar>;
  if (cells < V * W) {
    Scalar lane[V * W];
    for (int v = 0; v < V; ++v) simd::store(lane + v * W, x[v]);
    std::memcpy(to, lane, sizeof(Scalar) * cells);
  } else if (streams) {
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) simd::stream(to + v * W, x[v]);
  } else {
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) simd::store(to + v * W, x[v]);
  }
}

// x (1 / kept) lane by lane, 0 where no key is kept. Where all are, one reciprocal serves all cells, so that
// every cell is multiplied by one.
template <class Scalar, int V>
void normalise(simd::Vector<Scalar> (&x)[V], const simd::Vector<Scalar> (&kept)[V]) {
  constexpr int W = simd::width<Scalar>;
  Scalar sum[W], norm[W];
  for (int v = 0; v < V; ++v) {
    simd::store(sum, x[v]);
    simd::store(norm, kept[v]);
    for (int l = 0; l < W; ++l) sum[l] = norm[l] > 0 ? sum[l] * (1 / norm[l]) : Scalar(0);
    x[v] = simd::load(sum);
  }
}

// The cut of the results into boxes that one thread works off. Along x they are long, as a processor reads ahead
// in rows that go on: whole rows, unless those of a band no longer stay in the second cache. In planes they have
// as many rows as let the keys of one plane of results stay there. By shape alone.
struct Strips {
  static constexpr Index cache = 192 * 1024, flat_row = 32768, deep_row = 4096, most_rows = 64, planes = 64;
  static constexpr Index flat_rows = 32;
  Axes axes;
  Triple size, count;

  Strips(const Axes& all, const Triple& reach, Index bytes_of_scalar) : axes(all) {
    const bool deep = reach[0] > 1;
    const Index row = deep ? deep_row : flat_row;
    const Index fit = cache / (reach[0] * std::min(row, bytes_of_scalar * (extent(2) + 1))) - reach[1] + 1;
    const Index rows = deep ? std::clamp(fit / 4 * 4, Index(4), most_rows) : flat_rows;
    size = {planes, rows, row / bytes_of_scalar};
    for (int a = 0; a < 3; ++a) count[a] = (extent(a) + size[a] - 1) / size[a];
  }
  Index extent(int a) const { return std::max(Index(0), axes[a].last - axes[a].first); }
  Index all() const { return count[0] * count[1] * count[2]; }
  Box at(Index n) const {
    const Triple place{n / count[2] / count[1], n / count[2] % count[1], n % count[2]};
    Box box;
    for (int a = 0; a < 3; ++a) {
      box.lower[a] = axes[a].first + place[a] * size[a];
      box.upper[a] = std::min(axes[a].last, box.lower[a] + size[a]);
    }
    return box;
  }
};

}  // namespace attune::attention::window
