// attention/window/axes.hpp
//
// Where the partners of cells lie along each axis, for kernels that run on the host: the keys of own cells,
// and the queries that see a stored cell.
#pragma once

#include <algorithm>

#include "attention/window/keys.hpp"

namespace attune::attention::window {

// Results are [first, last); partners are stored at [lower, upper), and one beyond wraps or takes no part.
struct Axis {
  Index first, last, lower, upper;
  bool wraps;

  bool find(Index at, Index& partner) const {
    partner = at;
    if (at >= lower && at < upper) return true;
    if (!wraps) return false;
    const Index n = upper - lower, rest = (at - lower) % n;
    partner = lower + (rest < 0 ? rest + n : rest);
    return true;
  }
  bool holds(Index begin, Index end) const { return begin >= lower && end <= upper; }
};
using Axes = Kokkos::Array<Axis, 3>;

struct Interval {
  Index first, last;
};

// The stored cells that are keys, along axis a; a periodic axis stores no cell twice.
inline Interval keys_along(int a, const Window& window, const Box& own, const Triple& halo) {
  const Keys keys(window, own);
  const Index n = own.extent(a), h = halo[a];
  switch (window.edges[a]) {
    case Edge::ghost:
      return {-h, n + h};
    case Edge::open:
      return {std::max(-h, keys.first[a]), std::min(n + h, keys.last[a])};
    case Edge::periodic:
      break;
  }
  return {0, n};
}

// The keys that own cells see.
inline Axes key_axes(const Window& window, const Box& own, const Triple& halo) {
  Axes axes{};
  for (int a = 0; a < 3; ++a) {
    const auto [first, last] = keys_along(a, window, own, halo);
    axes[a] = {0, own.extent(a), first, last, window.edges[a] == Edge::periodic};
  }
  return axes;
}

// The own cells, in local indices, all of whose keys take part, whatever lies within the ghosts.
inline Box unmasked_cells(const Window& window, const Box& own) {
  const Keys keys(window, own);
  Box box{{0, 0, 0}, own.shape()};
  for (int a = 0; a < 3; ++a) {
    if (window.edges[a] != Edge::open) continue;
    for (const Triple& offset : window.offsets) {
      box.lower[a] = std::max(box.lower[a], keys.first[a] - offset[a]);
      box.upper[a] = std::min(box.upper[a], keys.last[a] - offset[a]);
    }
  }
  return box;
}

// The own cells that see the stored cells which are keys, at the transposed offsets.
inline Axes query_axes(const Window& window, const Box& own, const Triple& halo) {
  Axes axes{};
  for (int a = 0; a < 3; ++a) {
    const auto [first, last] = keys_along(a, window, own, halo);
    axes[a] = {first, last, 0, own.extent(a), window.edges[a] == Edge::periodic};
  }
  return axes;
}

// Are there results for every stored cell?
inline bool cover(const Axes& axes, const Box& own, const Triple& halo) {
  bool all = true;
  for (int a = 0; a < 3; ++a)
    all = all && axes[a].first == -halo[a] && axes[a].last == own.extent(a) + halo[a];
  return all;
}

// From a key to its queries: negated offsets, from the last to the first, so that a box is a box again.
inline std::vector<Triple> transposed(const std::vector<Triple>& offsets) {
  std::vector<Triple> back(offsets.rbegin(), offsets.rend());
  for (Triple& offset : back)
    for (int a = 0; a < 3; ++a) offset[a] = -offset[a];
  return back;
}

}  // namespace attune::attention::window
