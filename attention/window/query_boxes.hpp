// attention/window/query_boxes.hpp
//
// The own cells of a grid in boxes of 128 queries, each a power of two long, and the box of places in which the
// keys of a box of queries lie. Along an axis
//
//   offsets     least + stride d,  d in [0, differences): stride is the largest that holds them all
//   queries     every stride-th cell, so that a stretched window is a dense one: query q of a box is the cell
//               query + stride q
//   places      cell place + stride u: query q sees it if offset d = u - q is in the list
//
// A periodic axis shorter than its window has cells that are met at several places, by several differences.
#pragma once

#include <algorithm>
#include <numeric>

#include "attention/window/content.hpp"
#include "attention/window/keys.hpp"

namespace attune::attention::window::content {

inline constexpr int box_queries = 128, box_slab = 32;  // of a block and of a warp

// Where a box lies along an axis; places [begin, end).
struct BoxSpan {
  int query, queries, place, begin, end;
};

struct BoxAxis {
  int cells, stride, least, differences;
  int first, last;  // keys that take part lie in [first, last)
  int halo;
  bool wraps;
  int log_size = 0;  // of a box

  KOKKOS_FUNCTION int size() const { return 1 << log_size; }
  KOKKOS_FUNCTION int classes() const { return stride < cells ? stride : cells; }
  KOKKOS_FUNCTION int boxes_of_class() const {
    return ((cells + stride - 1) / stride + size() - 1) >> log_size;
  }
  KOKKOS_FUNCTION int boxes() const { return classes() * boxes_of_class(); }
  KOKKOS_FUNCTION int stored() const { return cells + 2 * halo; }

  // Steps of the stride from `from` up to `to` or beyond it.
  KOKKOS_FUNCTION int steps(int from, int to) const {
    return to > from ? (to - from + stride - 1) / stride : -((from - to) / stride);
  }
  KOKKOS_FUNCTION BoxSpan box(int n) const {
    const int of_class = n / boxes_of_class();
    const int query = of_class + (n % boxes_of_class() << log_size) * stride, place = query + least;
    const int left = query < cells ? (cells - query + stride - 1) / stride : 0;
    const int queries = left < size() ? left : size();
    const int begin = steps(place, first), end = steps(place, last);
    const int most = queries > 0 ? queries - 1 + differences : 0;
    return {query, queries, place, begin > 0 ? begin : 0, end < most ? end : most};
  }
  // The stored cell of a place, counted from the first ghost.
  KOKKOS_FUNCTION int stored_at(const BoxSpan& box, int u) const {
    int at = box.place + stride * u;
    if (wraps) {
      if (at < 0) at += cells;
      if (at >= cells) at -= cells;
      if (at < 0 || at >= cells) at = (at % cells + cells) % cells;  // of windows longer than the axis
    }
    return at + halo;
  }
};

inline BoxAxis box_axis(const Grid& grid, int a) {
  const auto& offsets = grid.window.offsets;
  Index least = offsets.front()[a], most = least, stride = 0;
  for (const auto& offset : offsets) {
    least = std::min(least, offset[a]);
    most = std::max(most, offset[a]);
    stride = std::gcd(stride, offset[a] - offsets.front()[a]);
  }
  if (stride == 0) stride = 1;
  const Keys keys(grid.window, grid.own);
  const bool open = grid.window.edges[a] == Edge::open;
  const Index cells = grid.own.extent(a), differences = (most - least) / stride + 1;
  return {static_cast<int>(cells),
          static_cast<int>(stride),
          static_cast<int>(least),
          static_cast<int>(differences),
          static_cast<int>(open ? keys.first[a] : least),
          static_cast<int>(open ? keys.last[a] : cells + most),
          static_cast<int>(grid.halo[a]),
          grid.window.edges[a] == Edge::periodic};
}

struct QueryBoxes {
  static constexpr int piece = 16;  // places that follow one another along x are taken so many at a time
  Kokkos::Array<BoxAxis, 3> axes;

  KOKKOS_FUNCTION Index boxes() const { return Index(axes[0].boxes()) * axes[1].boxes() * axes[2].boxes(); }
  KOKKOS_FUNCTION Kokkos::Array<int, 3> of_box(int r) const {
    const int x = axes[2].log_size, y = axes[1].log_size;
    return {r >> (x + y), r >> x & (axes[1].size() - 1), r & (axes[2].size() - 1)};
  }

  // How much work all boxes are, in pairs of a query and a tile of 64 keys and as much again a box for its begin
  // and end. Slabs of a box that warps take do not see the places at either end along the slowest axis; but
  // they wait for each other, so that half of what they do not see is counted.
  double work() const {
    double places = 1;
    const int slowest = axes[0].size() > 1 || axes[0].differences > 1 ? 0 : axes[1].size() > 1 ? 1 : 2;
    int rest = box_slab;
    for (int a = 2; a >= 0; --a) {
      const int slab = std::min(axes[a].size(), rest);
      rest /= slab;
      const double unseen = a == slowest ? 0.5 * (axes[a].size() - slab) : 0.0;
      double sum = 0;
      for (int n = 0; n < axes[a].boxes(); ++n) {
        const auto [query, queries, place, begin, end] = axes[a].box(n);
        const int extent = std::max(0, end - begin);
        sum += a == 2 ? piece * ((extent + piece - 1) / piece) : std::max(extent - unseen, 0.0);
      }
      places *= sum;
    }
    return places / 64 + static_cast<double>(boxes());
  }
};

// The boxes that are the least work; none is twice as long as its axis.
inline QueryBoxes query_boxes(const Grid& grid) {
  QueryBoxes cut{{box_axis(grid, 0), box_axis(grid, 1), box_axis(grid, 2)}}, best = cut;
  double least = -1;
  constexpr int logs = 7;
  static_assert(1 << logs == box_queries);
  for (int z = 0; z <= logs; ++z)
    for (int y = 0; y <= logs - z; ++y) {
      if ((z > 0 && cut.axes[0].cells <= 1 << (z - 1)) || (y > 0 && cut.axes[1].cells <= 1 << (y - 1)))
        continue;
      cut.axes[0].log_size = z;
      cut.axes[1].log_size = y;
      cut.axes[2].log_size = logs - z - y;
      const double work = cut.work();
      if (least >= 0 && work >= least) continue;
      least = work;
      best = cut;
    }
  return best;
}

}  // namespace attune::attention::window::content
