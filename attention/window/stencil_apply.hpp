// attention/window/stencil_apply.hpp
//
// Chooses the tiling of a stencil, and whether its results go past the caches.
#pragma once

#include <string>

#include "attention/window/stencil_boxes.hpp"
#include "attention/window/stencil_lists.hpp"
#include "attention/window/window.hpp"
#include "core/core/field.hpp"

namespace attune::attention::window {

// Weights, and the offsets that they belong to.
template <class Scalar> struct Taps {
  std::vector<Triple> offsets;
  std::vector<Scalar> p;
};

inline bool same_offsets(const std::vector<Triple>& a, const std::vector<Triple>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Triple& x, const Triple& y) {
    return x[0] == y[0] && x[1] == y[1] && x[2] == y[2];
  });
}

// Cells from the least to the greatest offset along each axis.
inline Triple reach_of(const std::vector<Triple>& offsets) {
  Triple reach{1, 1, 1};
  for (int a = 0; a < 3; ++a) {
    Index least = 0, most = 0;
    for (const Triple& offset : offsets) {
      least = std::min(least, offset[a]);
      most = std::max(most, offset[a]);
    }
    reach[a] = most - least + 1;
  }
  return reach;
}

template <class Scalar> Cells3<Scalar> cells_of(const Field<Scalar>& field) {
  const Index row = field.values.extent(2), plane = row * static_cast<Index>(field.values.extent(1));
  return {field.values.data() + field.halo[0] * plane + field.halo[1] * row + field.halo[2], plane, row};
}

// Weights of a box column by column: w of offset (z, y, x) at (z K + x) K + y.
template <class Scalar> std::vector<Scalar> by_columns(const std::vector<Scalar>& p, std::size_t K) {
  std::vector<Scalar> columns(p.size());
  for (std::size_t o = 0; o < p.size(); ++o) columns[o / (K * K) * K * K + o % K * K + o / K % K] = p[o];
  return columns;
}

template <int KZ, int K, class Scalar>
void apply_box(const std::string& label, Stencil<Scalar> stencil, const Strips& strips,
               const Taps<Scalar>& taps) {
  const auto p = by_columns(taps.p, K);
  stencil.p = to_device("attention::window::p", p);
  Scalar total = 0;
  for (const Scalar one : p) total += one;
  Kokkos::parallel_for(label, Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, strips.all()),
                       BoxTiles<Scalar, KZ, K>{stencil, strips, 1 / total});
}

template <class Scalar>
void apply_list(const std::string& label, Stencil<Scalar> stencil, const Strips& strips,
                const Taps<Scalar>& taps) {
  using Tiles = ListTiles<Scalar>;
  stencil.offsets = to_device("attention::window::offsets", taps.offsets);
  stencil.p = to_device("attention::window::p", taps.p);
  const auto bytes = Tiles::bytes(stencil.p.extent(0));
  Kokkos::parallel_for(label,
                       typename Tiles::Policy(static_cast<int>(strips.all()), 1)
                           .set_scratch_size(1, Kokkos::PerTeam(static_cast<int>(bytes))),
                       Tiles{stencil, strips});
}

// `stencil` without its taps.
template <class Scalar>
void apply(const std::string& label, Stencil<Scalar> stencil, const Taps<Scalar>& taps) {
  const Strips strips(stencil.axes, reach_of(taps.offsets), sizeof(Scalar));
  if (strips.all() == 0) return;
  const Index results = strips.extent(0) * strips.extent(1) * strips.extent(2);
  stencil.streams = results * static_cast<Index>(sizeof(Scalar)) >= streamed_bytes;
  const auto is_box = [&](int dimensions, Index reach) {
    return same_offsets(taps.offsets, box_offsets(dimensions, reach));
  };
  if (is_box(2, 1))
    apply_box<1, 3>(label, stencil, strips, taps);
  else if (is_box(2, 2))
    apply_box<1, 5>(label, stencil, strips, taps);
  else if (is_box(3, 1))
    apply_box<3, 3>(label, stencil, strips, taps);
  else if (is_box(3, 2))
    apply_box<5, 5>(label, stencil, strips, taps);
  else
    apply_list(label, stencil, strips, taps);
}

}  // namespace attune::attention::window
