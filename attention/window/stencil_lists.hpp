// attention/window/stencil_lists.hpp
//
// The stencil of any list of offsets: one row of results at a time, in tiles of 8, 2 or 1 registers, with the
// address of every key row found once a row. Where a tile's keys of an offset reach past the stored ones,
// they are copied first.
//
// Cost     a tile of V registers: V fused multiply-adds and V + 3 loads an offset
// Memory   24 W bytes a thread
#pragma once

#include "attention/window/stencil.hpp"

namespace attune::attention::window {

template <class Scalar> struct ListTiles {
  using Policy = Kokkos::TeamPolicy<Device, Kokkos::IndexType<Index>>;
  static constexpr int W = simd::width<Scalar>;

  // A key of the results of one row: that of cell i lies at row + i.
  struct Key {
    const Scalar* row;  // shifted along x
    Index x;
    Scalar p;
  };
  // The keys of a row that can take part. [i + least, i + most] are those of cell i; total: of their weights.
  struct Band {
    Key* keys;
    Index count, least, most;
    Scalar total;
  };

  Stencil<Scalar> stencil;
  Strips strips;

  static std::size_t bytes(std::size_t offsets) { return sizeof(Key) * (offsets + 1); }

  void operator()(const typename Policy::member_type& team) const {
    const Box strip = strips.at(team.league_rank());
    auto* const keys = static_cast<Key*>(team.team_scratch(1).get_shmem(bytes(stencil.p.extent(0))));
    for (Index k = strip.lower[0]; k < strip.upper[0]; ++k)
      for (Index j = strip.lower[1]; j < strip.upper[1]; ++j) {
        const Band band = band_at(k, j, keys);
        Scalar* const out = stencil.out.at(k, j);
        for (Index i = strip.lower[2]; i < strip.upper[2];) i += step(band, out, i, strip.upper[2]);
      }
    if (stencil.streams) simd::end_stream();
  }

  Band band_at(Index k, Index j, Key* keys) const {
    Band band{keys, 0, 0, 0, 0};
    for (std::size_t o = 0; o < stencil.p.extent(0); ++o) {
      const Triple offset = stencil.offsets(o);
      Index plane, row;
      if (!stencil.axes[0].find(k + offset[0], plane) || !stencil.axes[1].find(j + offset[1], row)) continue;
      keys[band.count++] = {stencil.in.at(plane, row) + offset[2], offset[2], stencil.p(o)};
      band.least = std::min(band.least, offset[2]);
      band.most = std::max(band.most, offset[2]);
      band.total += stencil.p(o);
    }
    return band;
  }

  // Works off a tile from i on; returns how many cells it is wide.
  ATTUNE_INLINE Index step(const Band& band, Scalar* out, Index i, Index end) const {
    const Index ahead = stencil.streams ? misaligned_cells(out + i) : 0;
    const Index count = ahead > 0 ? std::min(ahead, end - i) : end - i;
    const Axis& axis = stencil.axes[2];
    if (count >= 8 * W && axis.holds(i + band.least, i + 8 * W + band.most))
      return tile<8>(band, out, i, 8 * W);
    if (ahead == 0 && count >= 2 * W && axis.holds(i + band.least, i + 2 * W + band.most))
      return tile<2>(band, out, i, 2 * W);
    return edge(band, out, i, std::min(count, Index(W)));
  }

  template <int V> ATTUNE_INLINE Index tile(const Band& band, Scalar* out, Index i, Index count) const {
    simd::Vector<Scalar> sum[V] = {};
    for (const Key* key = band.keys; key != band.keys + band.count; ++key) {
      const auto weight = simd::splat(key->p);
#pragma GCC unroll 8
      for (int v = 0; v < V; ++v)
        sum[v] = simd::multiply_add(weight, simd::load(key->row + i + v * W), sum[v]);
    }
    if (stencil.normalise) {
      const auto inverse = simd::splat(band.total > 0 ? 1 / band.total : Scalar(0));
      for (int v = 0; v < V; ++v) sum[v] = sum[v] * inverse;
    }
    write(out + i, sum, count, stencil.streams);
    return count;
  }

  [[gnu::noinline]] Index edge(const Band& band, Scalar* out, Index i, Index count) const {
    const Axis& axis = stencil.axes[2];
    simd::Vector<Scalar> sum[1] = {}, kept[1] = {};
    for (const Key* key = band.keys; key != band.keys + band.count; ++key) {
      Scalar lane[W] = {};
      copy_keys(axis, key->row - key->x, i + key->x, count, lane);
      const auto weight = simd::splat(key->p);
      sum[0] = simd::multiply_add(weight, simd::load(lane), sum[0]);
      if (!stencil.normalise) continue;
      copy_presence(axis, true, i + key->x, count, lane);
      kept[0] = simd::multiply_add(weight, simd::load(lane), kept[0]);
    }
    if (stencil.normalise) normalise<Scalar>(sum, kept);
    write(out + i, sum, count, false);
    return count;
  }
};

}  // namespace attune::attention::window
