// attention/window/kept.hpp
//
// The sum of the weights that a cell keeps, for device kernels whose sums take a key that takes no part as 0:
//
//   o_i = sum_o p_o u_{i + offset_o} / kept_i        kept_i = sum_o a_io p_o
//
// Nearly every cell keeps all weights; those near an open edge ask for each offset.
#pragma once

#include "attention/window/axes.hpp"
#include "core/core/scratch_tile.hpp"

namespace attune::attention::window {

template <class Scalar> struct Kept {
  Keys keys;
  Box unmasked;  // cells that keep all
  Scalar all;

  Kept(const Window& window, const std::vector<double>& p, const Box& own)
      : keys(window, own), unmasked(unmasked_cells(window, own)), all(0) {
    for (const double weight : p) all += Scalar(weight);
  }

  // Do all of `cells` cells from (k, j, i) along y keep all?
  KOKKOS_FUNCTION bool keep_all(Index k, Index j, Index i, int cells) const {
    return k >= unmasked.lower[0] && k < unmasked.upper[0] && j >= unmasked.lower[1] &&
           j + cells <= unmasked.upper[1] && i >= unmasked.lower[2] && i < unmasked.upper[2];
  }
  KOKKOS_FUNCTION bool keeps(Index k, Index j, Index i) const {
    Triple key;
    return keys.find({k, j, i}, key);
  }
  // o of a cell from its weighted sum and the weights that it keeps.
  KOKKOS_FUNCTION static Scalar mean(Scalar sum, Scalar kept) { return kept > 0 ? sum / kept : Scalar(0); }
};

// How far a window reaches beyond a cell, at least 0 on either side.
struct Extent {
  Triple below{0, 0, 0}, above{0, 0, 0};

  Extent() = default;
  explicit Extent(const std::vector<Triple>& offsets) {
    for (const Triple& offset : offsets)
      for (int a = 0; a < 3; ++a) {
        below[a] = std::max(below[a], -offset[a]);
        above[a] = std::max(above[a], offset[a]);
      }
  }
};

// The cells that keys of own cells can be.
inline scratch::Spans key_spans(const Window& window, const Box& own) {
  const Keys keys(window, own);
  const Extent reach(window.offsets);
  scratch::Spans spans{};
  for (int a = 0; a < 3; ++a) {
    const Index n = own.extent(a);
    Index lower = -reach.below[a], upper = n + reach.above[a];
    if (window.edges[a] == Edge::open)
      lower = std::max(lower, keys.first[a]), upper = std::min(upper, keys.last[a]);
    spans[a] = scratch::span_of(lower, upper, window.edges[a] == Edge::periodic ? n : 0);
  }
  return spans;
}

}  // namespace attune::attention::window
